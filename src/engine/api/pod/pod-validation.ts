// Rules on Pods and Pod templates (core validation, ValidatePodSpec), as far as this cluster acts on their fields. Left
// out: rules on volumes, environment, resources, security contexts and affinity, which are kept as they came.

import { sameJson } from '../../kernel/json.ts'
import {
  addAll,
  duplicate,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  type FieldError,
} from '../field-error.ts'
import {
  broken,
  nonNegative,
  portNumber,
  validateAnnotations,
  validateLabels,
  validateMeta,
  validateMetaUpdate,
} from '../meta-validation.ts'
import type { Labels } from '../meta.ts'
import { dnsLabel, dnsSubdomain, labelValue, portName, qualifiedName } from '../name-rules.ts'
import { podSpecDiff } from './pod-diff.ts'
import { PROTOCOLS, validatePortOrName } from '../service/service-validation.ts'
import {
  DELETION_COST,
  type Container,
  type ContainerPort,
  type Pod,
  type PodSpec,
  type PodTemplateSpec,
  type Probe,
  type Toleration,
} from './pod.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const
const MAY_CHANGE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** What is wrong with a client that gives a Pod its Node by an update: only a binding may. The Pod has its defaults. */
export function validatePodBinding(pod: Pod, old: Pod): FieldError[] {
  const isBound = !old.spec.nodeName && Boolean(pod.spec?.nodeName)
  return isBound ? [refusedChange({ ...withoutFree(pod.spec, old.spec), nodeName: pod.spec.nodeName }, old.spec)] : []
}

export function validatePod(pod: Pod): FieldError[] {
  return [
    ...validateMeta(pod.metadata, dnsSubdomain),
    ...validateDeletionCost(pod.metadata.annotations, 'metadata.annotations'),
    ...validatePodSpec(pod.spec, 'spec', true),
  ]
}

/** What may change in a Pod: metadata, images, and a few more. Being bound to a Node is an update like any other here. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [
    ...validateMetaUpdate(pod.metadata, old.metadata),
    ...validateDeletionCost(pod.metadata.annotations, 'metadata.annotations'),
  ]
  const { spec } = pod
  if (sameJson(spec, old.spec)) return errors
  addAll(errors, validatePodSpec(spec, 'spec', true))
  if (spec.containers.length !== old.spec.containers.length) {
    return [...errors, forbiddenField('spec.containers', 'pod updates may not add or remove containers')]
  }
  const before = old.spec.tolerations ?? []
  const now = (spec.tolerations ?? []).map(one => withoutSeconds(one))
  if (!before.every(one => now.some(other => sameJson(other, withoutSeconds(one))))) {
    return [
      ...errors,
      forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
    ]
  }
  addAll(errors, addedGates(spec, old.spec))
  if (errors.length > 0) return errors
  const kept = withoutFree(spec, old.spec)
  if (!sameJson(kept, old.spec)) errors.push(refusedChange(kept, old.spec))
  return errors
}

/** Gates of scheduling may be taken away one by one, and never come back. */
function addedGates({ schedulingGates: now = [] }: PodSpec, { schedulingGates: before = [] }: PodSpec): FieldError[] {
  return now.flatMap(({ name }, index) =>
    before.some(gate => gate.name === name)
      ? []
      : [
          forbiddenField(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  )
}

function refusedChange(spec: PodSpec, old: PodSpec): FieldError {
  return forbiddenField('spec', `${MAY_CHANGE}\n${podSpecDiff(old, spec)}`)
}

/** A Pod template of a workload, at a path such as `spec.template`. */
export function validatePodTemplate(template: PodTemplateSpec, field: string): FieldError[] {
  return [
    ...validateLabels(template.metadata?.labels, `${field}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${field}.annotations`),
    ...validateDeletionCost(template.metadata?.annotations, `${field}.annotations`),
    ...validatePodSpec(template.spec, `${field}.spec`, false),
  ]
}

/** What it costs to delete a Pod is a 32-bit integer, without a plus sign or leading zeros. */
function validateDeletionCost(annotations: Labels | undefined, field: string): FieldError[] {
  const cost = annotations?.[DELETION_COST]
  if (cost === undefined) return []
  const isInteger = /^(?:0|-\d+|[1-9]\d*)$/.test(cost) && Number(cost) === (Number(cost) | 0)
  return isInteger ? [] : [invalidValue(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer')]
}

function validatePodSpec(spec: PodSpec, field: string, isPod: boolean): FieldError[] {
  const containers = spec.containers ?? []
  const errors: FieldError[] = []
  if (containers.length === 0) errors.push(required(`${field}.containers`))
  const names = new Set<string>()
  const hostPorts = new Set<string>()
  const context: ContainerContext = { names, hostPorts, isPod, hostNetwork: spec.hostNetwork === true }
  for (const [index, one] of containers.entries())
    addAll(errors, validateContainer(one, `${field}.containers[${index}]`, context))
  for (const [index, one] of (spec.initContainers ?? []).entries()) {
    addAll(errors, validateContainer(one, `${field}.initContainers[${index}]`, { ...context, hostPorts: new Set() }))
  }
  const {
    restartPolicy = '',
    dnsPolicy = '',
    terminationGracePeriodSeconds,
    nodeName,
    nodeSelector,
    hostname,
    subdomain,
  } = spec
  if (!RESTART_POLICIES.includes(restartPolicy))
    errors.push(notSupported(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES))
  if (!DNS_POLICIES.includes(dnsPolicy)) errors.push(notSupported(`${field}.dnsPolicy`, dnsPolicy, DNS_POLICIES))
  if (!isPod) errors.push(...nonNegative(`${field}.terminationGracePeriodSeconds`, terminationGracePeriodSeconds))
  for (const [index, gate] of (spec.readinessGates ?? []).entries()) {
    errors.push(...broken(`${field}.readinessGates[${index}].conditionType`, gate.conditionType ?? '', qualifiedName))
  }
  addAll(errors, validateLabels(nodeSelector, `${field}.nodeSelector`))
  if (nodeName !== undefined) errors.push(...broken(`${field}.nodeName`, nodeName, dnsSubdomain))
  if (hostname !== undefined) errors.push(...broken(`${field}.hostname`, hostname, dnsLabel))
  if (subdomain !== undefined) errors.push(...broken(`${field}.subdomain`, subdomain, dnsLabel))
  for (const [index, one] of (spec.tolerations ?? []).entries()) {
    errors.push(...validateToleration(one, `${field}.tolerations[${index}]`))
  }
  return errors
}

interface ContainerContext {
  readonly names: Set<string>
  readonly hostPorts: Set<string>
  readonly isPod: boolean
  readonly hostNetwork: boolean
}

function validateContainer(container: Container, field: string, context: ContainerContext): FieldError[] {
  const errors: FieldError[] = []
  const name = container.name ?? ''
  const image = container.image ?? ''
  if (name === '') errors.push(required(`${field}.name`))
  else errors.push(...broken(`${field}.name`, name, dnsLabel))
  if (image === '') errors.push(required(`${field}.image`))
  else if (context.isPod && image !== image.trim()) {
    errors.push(invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace'))
  }
  addAll(errors, validateContainerPorts(container.ports ?? [], `${field}.ports`, context))
  const { imagePullPolicy = '' } = container
  if (!PULL_POLICIES.includes(imagePullPolicy))
    errors.push(notSupported(`${field}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES))
  // What all containers have in common comes first, then what only those of one list must keep.
  if (name !== '' && context.names.has(name)) errors.push(duplicate(`${field}.name`, name))
  context.names.add(name)
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[kind]
    if (probe) errors.push(...validateProbe(probe, `${field}.${kind}`, kind))
  }
  return errors
}

function validateContainerPorts(
  ports: readonly ContainerPort[],
  field: string,
  context: ContainerContext,
): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const at = `${field}[${index}]`
    const { name, hostPort, protocol = 'TCP' } = port
    const containerPort = port.containerPort ?? 0
    if (name !== undefined) {
      const wrong = broken(`${at}.name`, name, portName)
      errors.push(...wrong)
      if (wrong.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name))
      names.add(name)
    }
    if (containerPort === 0) errors.push(required(`${at}.containerPort`))
    else errors.push(...portNumber(`${at}.containerPort`, containerPort))
    if (hostPort !== undefined) {
      errors.push(...portNumber(`${at}.hostPort`, hostPort))
      if (context.hostNetwork && hostPort !== containerPort) {
        errors.push(invalidValue(`${at}.hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true'))
      }
      const place = `${protocol}/${port.hostIP ?? ''}/${hostPort}`
      if (context.hostPorts.has(place)) errors.push(duplicate(`${at}.hostPort`, place))
      context.hostPorts.add(place)
    }
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
  }
  return errors
}

function validateProbe(
  probe: Probe,
  field: string,
  kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
): FieldError[] {
  const errors: FieldError[] = []
  const given = HANDLERS.filter(handler => probe[handler] !== undefined)
  if (given.length === 0) errors.push(required(field, 'must specify a handler type'))
  for (const extra of given.slice(1))
    errors.push(forbiddenField(`${field}.${extra}`, 'may not specify more than 1 handler type'))
  if (probe.httpGet) errors.push(...validatePortOrName(`${field}.httpGet.port`, probe.httpGet.port))
  if (probe.tcpSocket) errors.push(...validatePortOrName(`${field}.tcpSocket.port`, probe.tcpSocket.port))
  if (probe.grpc) errors.push(...portNumber(`${field}.grpc.port`, probe.grpc.port))
  if (probe.exec && (probe.exec.command ?? []).length === 0) errors.push(required(`${field}.exec.command`))
  for (const key of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    errors.push(...nonNegative(`${field}.${key}`, probe[key]))
  }
  const grace = probe.terminationGracePeriodSeconds
  if (kind === 'readinessProbe') {
    if (grace !== undefined) {
      errors.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'))
    }
  } else if (probe.successThreshold !== 1) {
    errors.push(invalidValue(`${field}.successThreshold`, probe.successThreshold, 'must be 1'))
  }
  return errors
}

function validateToleration(
  { key = '', operator = 'Equal', value = '', effect, tolerationSeconds }: Toleration,
  field: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (key !== '') errors.push(...broken(`${field}.key`, key, qualifiedName))
  else if (operator !== 'Exists') {
    const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    errors.push(invalidValue(`${field}.operator`, operator === 'Equal' ? '' : operator, why))
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalidValue(`${field}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    )
  }
  if (operator === 'Exists') {
    if (value !== '')
      errors.push(invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"))
  } else if (operator === 'Equal') errors.push(...broken(`${field}.operator`, value, labelValue))
  else errors.push(notSupported(`${field}.operator`, operator, ['Equal', 'Exists']))
  if (effect !== undefined && !EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS))
  return errors
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

function withoutSeconds(toleration: Toleration): Toleration {
  return { ...toleration, tolerationSeconds: undefined }
}

/** The new spec with what may change put back to what it was. */
function withoutFree(spec: PodSpec, old: PodSpec): PodSpec {
  const grace = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1
  return {
    ...spec,
    containers: spec.containers.map((one, index) => ({ ...one, image: old.containers[index]?.image })),
    initContainers: spec.initContainers?.map((one, index) => ({ ...one, image: old.initContainers?.[index]?.image })),
    activeDeadlineSeconds: old['activeDeadlineSeconds'],
    tolerations: old.tolerations,
    schedulingGates: old.schedulingGates,
    terminationGracePeriodSeconds: grace ? old.terminationGracePeriodSeconds : spec.terminationGracePeriodSeconds,
    nodeName: old.nodeName ?? undefined,
    ...(old.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
  }
}
