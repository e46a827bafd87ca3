// What the API server fills into a Service before it looks at it (core/v1 SetDefaults_Service). Addresses, node ports and IP families are not defaults: they are allocated by the store.

import { fill, mapSame, omitEmpty } from '../fill.ts'
import type { Service, ServicePort, ServiceSpec } from './service.ts'

const CLIENT_IP_TIMEOUT_SECONDS = 10_800

export function defaultService(service: Service): Service {
  const given = omitEmpty(service.spec ?? {}, EMPTY_LEFT_OUT)
  let spec: ServiceSpec = fill<ServiceSpec>(given, { type: 'ClusterIP', sessionAffinity: 'None' })
  spec = withAffinity(spec)
  if (spec.ports) spec = { ...spec, ports: mapSame(spec.ports, defaultPort) }
  if (hasClusterIP(spec.type) && spec.internalTrafficPolicy === undefined)
    spec = { ...spec, internalTrafficPolicy: 'Cluster' }
  if (isExternallyAccessible(spec)) spec = fill(spec, { externalTrafficPolicy: 'Cluster' })
  else if ((spec.externalTrafficPolicy as string) === '') spec = { ...spec, externalTrafficPolicy: undefined }
  if (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === undefined) {
    spec = { ...spec, allocateLoadBalancerNodePorts: true }
  }
  return { ...service, spec }
}

/** Whether traffic from outside may arrive: node ports, a load balancer, or external IPs. */
export function isExternallyAccessible(spec: ServiceSpec): boolean {
  return (
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0)
  )
}

/** Whether Services of this type have a cluster address (or are headless). */
export function hasClusterIP(type: string): boolean {
  return type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer'
}

const EMPTY_LEFT_OUT: readonly (keyof ServiceSpec)[] = [
  'ports',
  'selector',
  'clusterIP',
  'clusterIPs',
  'externalIPs',
  'externalName',
  'healthCheckNodePort',
  'ipFamilies',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'publishNotReadyAddresses',
]

function defaultPort(port: ServicePort): ServicePort {
  const filled = fill(omitEmpty(port, ['name', 'nodePort']), { protocol: 'TCP' })
  const target = filled.targetPort
  const lacking = target === undefined || target === 0 || target === ''
  // A missing port is 0 to the server, and its own rules say so.
  return lacking ? { ...filled, targetPort: filled.port ?? 0 } : filled
}

// Without affinity its settings are dropped in silence; with it, any missing part brings the default of three hours.
function withAffinity(spec: ServiceSpec): ServiceSpec {
  if (spec.sessionAffinity === 'None') {
    return spec.sessionAffinityConfig === undefined ? spec : { ...spec, sessionAffinityConfig: undefined }
  }
  if (spec.sessionAffinity !== 'ClientIP' || spec.sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined)
    return spec
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } } }
}
