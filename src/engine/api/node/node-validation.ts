// Rules on Nodes (core validation, ValidateNode and ValidateNodeUpdate). Taints are reported under `metadata.taints`: the
// real server's own slip.

import { isCidr } from '../../kernel/ip.ts'
import { sameJson } from '../../kernel/json.ts'
import { forbiddenField, invalidValue, notSupported, required, valueText, type FieldError } from '../field-error.ts'
import { broken, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain, labelValue, qualifiedName } from '../name-rules.ts'
import type { Node, NodeSpec, Taint } from './node.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateNode({ metadata, spec }: Node): FieldError[] {
  return [...validateMeta(metadata, dnsSubdomain), ...validateTaints(spec.taints ?? []), ...validatePodCidrs(spec)]
}

export function validateNodeUpdate({ metadata, spec }: Node, old: Node): FieldError[] {
  const errors = [
    ...validateMetaUpdate(metadata, old.metadata),
    ...validateTaints(spec.taints ?? []),
    ...validatePodCidrs(spec),
  ]
  if (old.spec.podCIDR !== undefined && !sameJson(spec.podCIDRs, old.spec.podCIDRs)) {
    errors.push(forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
  }
  if (old.spec.providerID !== undefined && spec.providerID !== old.spec.providerID) {
    errors.push(forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  }
  return errors
}

function validateTaints(taints: readonly Taint[]): FieldError[] {
  const errors: FieldError[] = []
  const pairs = new Set<string>()
  for (const [index, taint] of taints.entries()) {
    const field = `metadata.taints[${index}]`
    errors.push(...broken(`${field}.key`, taint.key ?? '', qualifiedName))
    errors.push(...broken(`${field}.value`, taint.value ?? '', labelValue))
    if (!taint.effect) errors.push(required(`${field}.effect`))
    else if (!EFFECTS.includes(taint.effect)) errors.push(notSupported(`${field}.effect`, taint.effect, EFFECTS))
    const pair = `${taint.key}:${taint.effect}`
    if (pairs.has(pair)) {
      const detail = `Duplicate value: ${valueText(taint)}: taints must be unique by key and effect pair`
      errors.push({ type: 'FieldValueDuplicate', field, detail })
    }
    pairs.add(pair)
  }
  return errors
}

function validatePodCidrs({ podCIDRs = [] }: NodeSpec): FieldError[] {
  const errors = podCIDRs.flatMap((cidr, index) =>
    isCidr(cidr)
      ? []
      : [
          invalidValue(
            `spec.podCIDRs[${index}]`,
            cidr,
            'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
          ),
        ],
  )
  const families = podCIDRs.map(cidr => cidr.includes(':'))
  if (new Set(families).size < families.length) {
    errors.push(invalidValue('spec.podCIDRs', podCIDRs, 'may specify no more than one CIDR for each IP family'))
  }
  return errors
}
