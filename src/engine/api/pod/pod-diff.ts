// What changed in a Pod's spec, as the server tells after it has refused the change: a unified diff of the spec's internal
// form (core.PodSpec, fields by their Go names, zero values written out) as JSON. Left out: the zero values of parts that
// this cluster keeps as they come, such as volumes, affinity and the security contexts of containers.

import { unifiedDiff } from '../../kernel/unified-diff.ts'
import type { PodSpec } from './pod.ts'

/**
 * Fields in Go's order. After the name stands what an unset field shows: `"` an empty text, `0`, `!` false, nothing null;
 * `:Struct` a part that is always there, `?Struct` one that may be null, `*Struct` a list.
 */
const STRUCTS: { readonly [struct: string]: string } = {
  PodSpec:
    'Volumes InitContainers*Container Containers*Container EphemeralContainers RestartPolicy" TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy" NodeSelector ServiceAccountName" AutomountServiceAccountToken NodeName" SecurityContext:PodSecurityContext ImagePullSecrets Hostname" Subdomain" SetHostnameAsFQDN Affinity SchedulerName" Tolerations*Toleration HostAliases PriorityClassName" Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride',
  PodSecurityContext:
    'HostNetwork! HostPID! HostIPC! ShareProcessNamespace HostUsers SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup FSGroupChangePolicy Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy',
  Container:
    'Name" Image" Command Args WorkingDir" Ports*ContainerPort EnvFrom Env*EnvVar Resources:ResourceRequirements ResizePolicy RestartPolicy RestartPolicyRules VolumeMounts*VolumeMount VolumeDevices LivenessProbe?Probe ReadinessProbe?Probe StartupProbe?Probe Lifecycle?Lifecycle TerminationMessagePath" TerminationMessagePolicy" ImagePullPolicy" SecurityContext Stdin! StdinOnce! TTY!',
  ContainerPort: 'Name" HostPort0 ContainerPort0 Protocol" HostIP"',
  EnvVar: 'Name" Value" ValueFrom',
  ResourceRequirements: 'Limits Requests Claims',
  VolumeMount: 'Name" ReadOnly! RecursiveReadOnly MountPath" SubPath" MountPropagation SubPathExpr"',
  Probe:
    'Exec?ExecAction HTTPGet?HTTPGetAction TCPSocket?TCPSocketAction GRPC?GRPCAction InitialDelaySeconds0 TimeoutSeconds0 PeriodSeconds0 SuccessThreshold0 FailureThreshold0 TerminationGracePeriodSeconds',
  Lifecycle: 'PostStart?LifecycleHandler PreStop?LifecycleHandler StopSignal',
  LifecycleHandler: 'Exec?ExecAction HTTPGet?HTTPGetAction TCPSocket?TCPSocketAction Sleep',
  ExecAction: 'Command',
  HTTPGetAction: 'Path" Port0 Host" Scheme" HTTPHeaders',
  TCPSocketAction: 'Port0 Host"',
  GRPCAction: 'Port0 Service',
  Toleration: 'Key" Operator" Value" Effect" TolerationSeconds',
}

/** Maps whose keys are data, not names of fields. */
const MAPS: ReadonlySet<string> = new Set(['NodeSelector', 'Limits', 'Requests', 'Overhead'])
/** Fields of the Pod's spec that the internal form keeps in the security context. */
const SECURITY_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const
const ZEROS: { readonly [mark: string]: unknown } = { '"': '', '0': 0, '!': false }

type Values = { readonly [field: string]: unknown }

export function podSpecDiff(before: PodSpec, after: PodSpec): string {
  return unifiedDiff(internalText(before), internalText(after))
}

function internalText(spec: PodSpec): string {
  const values = spec as unknown as Values
  const shared = Object.fromEntries(SECURITY_FIELDS.map(field => [field, values[field]]))
  const security = { ...valuesOf(values['securityContext']), ...shared }
  const text = JSON.stringify(internalStruct({ ...values, securityContext: security }, 'PodSpec'), null, 1)
  // As Go writes these three in JSON.
  return text.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')
}

function internalStruct(values: Values, struct: string): object {
  const fields = (STRUCTS[struct] ?? '').split(' ').map((text): [string, unknown] => {
    const [, name = '', mark = '', part = ''] = /^([A-Za-z]+)([":?*!0]?)(.*)$/.exec(text) ?? []
    const value = values[jsonName(name)]
    return [name, internalValue(value, name, mark, part)]
  })
  return Object.fromEntries(fields)
}

function internalValue(value: unknown, name: string, mark: string, part: string): unknown {
  if (mark === ':') return internalStruct(valuesOf(value), part)
  if (value === undefined || value === null) return ZEROS[mark] ?? null
  if (mark === '?') return internalStruct(valuesOf(value), part)
  if (mark === '*') return Array.isArray(value) ? value.map(one => internalStruct(valuesOf(one), part)) : null
  return MAPS.has(name) ? sortedByKey(valuesOf(value)) : renamed(value)
}

/** A part that is kept as it came, with Go's names as far as a capital makes them. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, member]) => [key.slice(0, 1).toUpperCase() + key.slice(1), member])
  return Object.fromEntries(members.map(([key, member]) => [key, renamed(member)]))
}

function sortedByKey(values: Values): object {
  return Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** `DNSPolicy` is `dnsPolicy`, `SELinuxOptions` is `seLinuxOptions`, `OS` is `os`. */
function jsonName(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, capitals => capitals.toLowerCase())
}

function valuesOf(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {}
}
