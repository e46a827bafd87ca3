// Which IP families a Service has, and whether its cluster IPs fit them, on a cluster of one family or two (core service
// registry, initIPFamilyFields). The same rules stand in the real server before any address is allocated.

import { ipFamily } from '../../kernel/ip.ts'
import { sameJson } from '../../kernel/json.ts'
import { duplicate, invalidValue, notSupported, type FieldError } from '../field-error.ts'
import type { IPFamily, ServiceSpec } from './service.ts'

export const NONE = 'None'
export const NOT_AN_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const FAMILIES: readonly string[] = ['IPv4', 'IPv6']

export function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIPs?.[0] === NONE || spec.clusterIP === NONE
}

function hasSelector(spec: ServiceSpec): boolean {
  return Object.keys(spec.selector ?? {}).length > 0
}

/**
 * The spec with its families and policy settled, or why it cannot be. `old` is the spec before an update; `served` are the
 * families of the cluster, its primary one first.
 */
export function resolveIPFamilies(
  given: ServiceSpec,
  old: ServiceSpec | undefined,
  served: readonly IPFamily[],
): { readonly spec: ServiceSpec; readonly errors: readonly FieldError[] } {
  if (old && keepsPreferDualStack(given, old)) return { spec: given, errors: [] }
  const selectorless = isHeadless(given) && !hasSelector(given)
  const policy = given.ipFamilyPolicy ?? old?.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack')
  const asked: ServiceSpec = { ...given, ipFamilyPolicy: policy }
  const early = validateIPFamilies(asked)
  if (early.length > 0) return { spec: asked, errors: early }
  const { spec, errors: reduced } = old ? released(asked, old) : { spec: asked, errors: [] }
  const inferred = inferFamilies(spec, served)
  const misfits = [...reduced, ...singleStackMisfits(spec), ...inferred.errors]
  if (misfits.length > 0) return { spec, errors: misfits }
  const families = inferred.families.length > 0 ? inferred.families : served.slice(0, 1)
  if (selectorless) return { spec: { ...spec, ipFamilies: bothUnlessSingle(families, policy) }, errors: [] }
  const errors = unservedErrors(families, policy, served)
  const settled = served.length > 1 ? bothUnlessSingle(families, policy) : families
  return { spec: { ...spec, ipFamilies: settled }, errors }
}

/** An update that leaves a Service of policy PreferDualStack what it has, even where the cluster has another family by now. */
export function keepsPreferDualStack(given: ServiceSpec, old: ServiceSpec): boolean {
  return (
    given.type === old.type &&
    given.ipFamilyPolicy === 'PreferDualStack' &&
    old.ipFamilyPolicy === 'PreferDualStack' &&
    sameJson(given.clusterIPs ?? [], old.clusterIPs ?? []) &&
    sameJson(given.ipFamilies ?? [], old.ipFamilies ?? [])
  )
}

// The policy SingleStack is a clear wish to give the second of each list up; without it, giving one up is a mistake.
function released(
  spec: ServiceSpec,
  old: ServiceSpec,
): { readonly spec: ServiceSpec; readonly errors: readonly FieldError[] } {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  const before = { clusterIPs: old.clusterIPs ?? [], ipFamilies: old.ipFamilies ?? [] }
  if (ipFamilyPolicy === 'SingleStack') {
    let kept = spec
    if (clusterIPs.length > 1 && sameJson(clusterIPs, before.clusterIPs))
      kept = { ...kept, clusterIPs: clusterIPs.slice(0, 1) }
    if (ipFamilies.length > 1 && sameJson(ipFamilies, before.ipFamilies))
      kept = { ...kept, ipFamilies: ipFamilies.slice(0, 1) }
    return { spec: kept, errors: [] }
  }
  const errors: FieldError[] = []
  const must = "must be 'SingleStack' to release the secondary"
  if (clusterIPs.length > 0 && clusterIPs.length < before.clusterIPs.length)
    errors.push(invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy, `${must} cluster IP`))
  if (ipFamilies.length > 0 && ipFamilies.length < before.ipFamilies.length)
    errors.push(invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy, `${must} IP family`))
  return { spec, errors }
}

/** The rules on `ipFamilies`, `ipFamilyPolicy` and `clusterIPs` that need nothing but the object. */
export function validateIPFamilies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  const ips = spec.clusterIPs ?? []
  const families = spec.ipFamilies ?? []
  if (ips.length > 0 && spec.clusterIP === undefined) {
    errors.push(invalidValue('spec.clusterIPs', ips, 'must be empty when `clusterIP` is not specified'))
  } else if (ips.length > 0 && ips[0] !== spec.clusterIP) {
    errors.push(invalidValue('spec.clusterIPs', ips, 'first value must match `clusterIP`'))
  }
  for (const [index, family] of families.entries()) {
    if (!FAMILIES.includes(family)) errors.push(notSupported(`spec.ipFamilies[${index}]`, family, FAMILIES))
    else if (families.indexOf(family) < index) errors.push(duplicate(`spec.ipFamilies[${index}]`, family))
  }
  if (spec.ipFamilyPolicy !== undefined && !POLICIES.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, POLICIES))
  }
  return [...errors, ...validateClusterIPs(ips, families)]
}

function validateClusterIPs(ips: readonly string[], families: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  if (ips.length > 1 && ips[0] === NONE) {
    errors.push(invalidValue('spec.clusterIPs', ips, "'None' must be the first and only value"))
  }
  for (const [index, ip] of ips.entries()) {
    if (ip === NONE && index === 0) continue
    if (ipFamily(ip) === undefined) errors.push(invalidValue(`spec.clusterIPs[${index}]`, ip, NOT_AN_IP))
  }
  if (ips.length > 2) errors.push(invalidValue('spec.clusterIPs', ips, 'may only hold up to 2 values'))
  else if (ips.length === 2 && ips[0] !== NONE && ipFamily(ips[0] ?? '') === ipFamily(ips[1] ?? '')) {
    errors.push(invalidValue('spec.clusterIPs', ips, 'may specify no more than one IP for each IP family'))
  }
  if (ips[0] === NONE) return errors
  for (const [index, family] of families.entries()) {
    const ip = ips[index]
    const actual = ip === undefined ? undefined : ipFamily(ip)
    if (ip === undefined || actual === undefined || actual === family || !FAMILIES.includes(family)) continue
    const article = family === 'IPv6' ? 'an IPv6' : 'an IPv4'
    errors.push(
      invalidValue(
        `spec.clusterIPs[${index}]`,
        ip,
        `expected ${article} value as indicated by \`ipFamilies[${index}]\``,
      ),
    )
  }
  return errors
}

function inferFamilies(
  spec: ServiceSpec,
  served: readonly IPFamily[],
): {
  readonly families: readonly IPFamily[]
  readonly errors: readonly FieldError[]
} {
  const families = [...(spec.ipFamilies ?? [])]
  const errors: FieldError[] = []
  const ips = spec.clusterIPs ?? []
  for (const [index, ip] of ips.entries()) {
    const family = ip === NONE ? undefined : ipFamily(ip)
    if (family === undefined || index < families.length) continue
    if (!served.includes(family)) {
      errors.push(invalidValue(`spec.clusterIPs[${index}]`, ips, `${family} is not configured on this cluster`))
    }
    families.push(family)
  }
  return { families, errors }
}

function singleStackMisfits(spec: ServiceSpec): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return []
  const must = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  const errors: FieldError[] = []
  if ((spec.clusterIPs ?? []).length > 1) {
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, `${must} cluster IPs are specified`))
  }
  if ((spec.ipFamilies ?? []).length > 1) {
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, `${must} IP families are specified`))
  }
  return errors
}

function bothUnlessSingle(families: readonly IPFamily[], policy: string): readonly IPFamily[] {
  if (policy === 'SingleStack' || families.length > 1) return families
  return [...families, families[0] === 'IPv4' ? 'IPv6' : 'IPv4']
}

function unservedErrors(families: readonly IPFamily[], policy: string, served: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = []
  if (policy === 'RequireDualStack' && served.length < 2) {
    errors.push(invalidValue('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services'))
  }
  for (const [index, family] of families.entries()) {
    if (!served.includes(family))
      errors.push(invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'))
  }
  return errors
}
