// What the API server takes but warns of (the Warning headers of core and discovery strategies). Each warning has the
// field it is about, '' for the object as a whole.

import { canonicalIP, ipFamily } from '../kernel/ip.ts'
import type { Endpoints } from './endpoints/endpoints.ts'
import type { EndpointSlice } from './endpointslice/endpointslice.ts'
import { addAll } from './field-error.ts'
import type { Kind, KindMap } from './kind-registry.ts'
import { dnsLabel } from './name-rules.ts'
import type { Container, Pod, PodSpec } from './pod/pod.ts'
import { isHeadless } from './service/service-ip-families.ts'
import type { Service } from './service/service.ts'

export interface ApiWarning {
  readonly type: 'deprecated' | 'ignored' | 'other'
  readonly field: string
  readonly message: string
}

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'

const ENDPOINTS_DEPRECATED = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'

const ENDLESS_HISTORY: ApiWarning = {
  type: 'other',
  field: 'spec.revisionHistoryLimit',
  message: 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
}

/** What is said of every request for a kind that is on its way out, whatever becomes of the request. */
export function kindDeprecation(kind: Kind): string | undefined {
  return kind === 'Endpoints' ? ENDPOINTS_DEPRECATED : undefined
}

/** Warnings about an object that was accepted, in the server's order. */
export function warningsFor<K extends Kind>(kind: K, object: KindMap[K]): readonly ApiWarning[] {
  switch (kind) {
    case 'Endpoints':
      return [{ type: 'deprecated', field: '', message: ENDPOINTS_DEPRECATED }, ...endpointsWarnings(object)]
    case 'Service':
      return serviceWarnings(object as Service)
    case 'EndpointSlice': {
      if ((object as EndpointSlice).addressType !== 'FQDN') return []
      return [{ type: 'deprecated', field: 'addressType', message: 'spec.addressType: FQDN endpoints are deprecated' }]
    }
    case 'Pod':
      return [
        ...nameWarnings(object.metadata.name, "the Pod's hostname"),
        ...podSpecWarnings((object as Pod).spec, 'spec'),
      ]
    case 'StatefulSet':
    case 'DaemonSet': {
      const { template, revisionHistoryLimit } = (object as KindMap['StatefulSet']).spec
      const warnings = podSpecWarnings(template.spec, 'spec.template.spec')
      return kind === 'StatefulSet' && revisionHistoryLimit < 0 ? [...warnings, ENDLESS_HISTORY] : warnings
    }
    case 'Deployment':
    case 'ReplicaSet': {
      const template = (object as KindMap['Deployment']).spec.template
      return [
        ...nameWarnings(object.metadata.name, 'Pod names and hostnames'),
        ...podSpecWarnings(template.spec, 'spec.template.spec'),
      ]
    }
    default:
      return []
  }
}

function serviceWarnings({ spec, metadata }: Service): readonly ApiWarning[] {
  const warnings: ApiWarning[] = []
  const ignored = (field: string, message: string): number => warnings.push({ type: 'ignored', field, message })
  if (metadata.annotations?.[TOPOLOGY_HINTS] !== undefined) {
    const message = `annotation ${TOPOLOGY_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`
    warnings.push({ type: 'deprecated', field: `metadata.annotations[${TOPOLOGY_HINTS}]`, message })
  }
  if (isHeadless(spec)) {
    if (spec.loadBalancerIP !== undefined)
      ignored('spec.loadBalancerIP', 'spec.loadBalancerIP is ignored for headless services')
    if (spec.externalIPs) ignored('spec.externalIPs', 'spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity === 'ClientIP')
      ignored('spec.sessionAffinity', 'spec.SessionAffinity is ignored for headless services')
  }
  if (!isHeadless(spec)) {
    for (const [index, ip] of (spec.clusterIPs ?? []).entries())
      warnings.push(...ipWarnings(`spec.clusterIPs[${index}]`, ip))
  }
  for (const [index, ip] of (spec.externalIPs ?? []).entries())
    warnings.push(...ipWarnings(`spec.externalIPs[${index}]`, ip))
  if (spec.loadBalancerIP !== undefined) warnings.push(...ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP))
  if (spec.type === 'ExternalName') {
    if (spec.externalIPs) ignored('spec.externalIPs', 'spec.externalIPs is ignored when spec.type is "ExternalName"')
  } else if (spec.externalName !== undefined) {
    ignored('spec.externalName', 'spec.externalName is ignored when spec.type is not "ExternalName"')
  }
  return warnings
}

function endpointsWarnings({ subsets = [] }: Endpoints): readonly ApiWarning[] {
  return subsets.flatMap((subset, at) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap(list =>
      (subset[list] ?? []).flatMap(({ ip }, index) => ipWarnings(`subsets[${at}].${list}[${index}].ip`, ip)),
    ),
  )
}

/** What is said of an address that is taken although it is not written as it should be (GetWarningsForIP). */
function ipWarnings(field: string, text: string): readonly ApiWarning[] {
  const family = ipFamily(text)
  // A mapped address is wanted in its own clothes.
  const wanted = canonicalIP(text)?.replace(/^::ffff:(?=.*\.)/, '')
  if (!family || wanted === undefined || wanted === text) return []
  const message =
    family === 'IPv4'
      ? `${field}: non-standard IP address "${text}" will be considered invalid in a future Kubernetes release: use "${wanted}"`
      : `${field}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${wanted}")`
  return [{ type: 'other', field, message }]
}

function nameWarnings(name: string, use: string): readonly ApiWarning[] {
  const wrong = dnsLabel(name)
  if (wrong.length === 0) return []
  const why = `this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`
  return [{ type: 'other', field: 'metadata.name', message: `metadata.name: ${why}` }]
}

function podSpecWarnings(spec: PodSpec, field: string): readonly ApiWarning[] {
  const warnings: ApiWarning[] = []
  const byName = new Map<string, { readonly at: string; readonly container: number }>()
  for (const [index, container] of spec.containers.entries()) {
    addAll(warnings, portWarnings(container, `${field}.containers[${index}]`, index, byName))
  }
  return warnings
}

function portWarnings(
  container: Container,
  field: string,
  index: number,
  byName: Map<string, { readonly at: string; readonly container: number }>,
): readonly ApiWarning[] {
  const warnings: ApiWarning[] = []
  const byNumber = new Map<string, string>()
  for (const [portIndex, port] of (container.ports ?? []).entries()) {
    const at = `${field}.ports[${portIndex}]`
    const pair = `${port.protocol ?? 'TCP'} ${port.containerPort}`
    const first = byNumber.get(pair)
    if (first !== undefined)
      warnings.push({ type: 'other', field: at, message: `${at}: duplicate port definition with ${first}` })
    else byNumber.set(pair, at)
    if (port.name === undefined) continue
    const named = byName.get(port.name)
    if (!named) byName.set(port.name, { at, container: index })
    else if (named.container !== index) {
      const why = `services and probes that select ports by name will use ${named.at}`
      warnings.push({
        type: 'other',
        field: at,
        message: `${at}: duplicate port name ${JSON.stringify(port.name)} with ${named.at}, ${why}`,
      })
    }
  }
  return warnings
}
