// Rules on Services (core validation, ValidateService and ValidateServiceUpdate), in the real server's order. Families and
// cluster IPs have rules of their own in service-ip-families.ts; addresses and node ports are the allocators' to refuse.

import { isCidr } from '../../kernel/ip.ts'
import { sameJson } from '../../kernel/json.ts'
import { duplicate, forbiddenField, invalidValue, notSupported, required, type FieldError } from '../field-error.ts'
import { validateIP, validateReachableIP } from '../ip-validation.ts'
import { broken, portNumber, validateLabels, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import type { IntOrString } from '../meta.ts'
import { dns1035Label, dnsLabel, dnsSubdomain, portName, qualifiedName } from '../name-rules.ts'
import { hasClusterIP, isExternallyAccessible } from './service-defaults.ts'
import { isHeadless, NONE, validateIPFamilies } from './service-ip-families.ts'
import type { Service, ServicePort, ServiceSpec } from './service.ts'

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const AFFINITY_SECONDS_MAX = 86_400
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export function validateService(service: Service): FieldError[] {
  return [...validateMeta(service.metadata, dns1035Label), ...validateBody(service)]
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  return [
    ...validateMetaUpdate(service.metadata, old.metadata),
    ...validateAddressUpdate(service.spec, old.spec),
    ...validateBalancerUpdate(service.spec, old.spec),
    ...validateBody(service),
  ]
}

/** `may be a number from 1 to 65535 or a port name`: target ports, and ports of probes. */
export function validatePortOrName(field: string, port: IntOrString | undefined): FieldError[] {
  return typeof port === 'string' ? broken(field, port, portName) : portNumber(field, port)
}

function validateBody(service: Service): FieldError[] {
  const { spec } = service
  return [
    ...validateTopologyAnnotations(service),
    ...validateStructure(spec),
    ...validatePorts(spec.ports ?? []),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...(spec.type === 'ExternalName' ? [] : validateIPFamilies(spec)),
    ...validateExternalIPs(spec.externalIPs ?? []),
    ...(TYPES.includes(spec.type) ? [] : [notSupported('spec.type', spec.type, TYPES)]),
    ...validatePortPairs(spec),
    ...validateBalancer(service),
    ...validatePolicies(spec),
  ]
}

function validateTopologyAnnotations({ metadata: { annotations } }: Service): FieldError[] {
  const mode = annotations?.[TOPOLOGY_MODE]
  const hints = annotations?.[TOPOLOGY_HINTS]
  if (mode === undefined || hints === undefined || mode === hints) return []
  const field = `metadata.annotations[${TOPOLOGY_MODE}]`
  return [invalidValue(field, mode, `must match annotations[${TOPOLOGY_HINTS}] when both are specified`)]
}

function validateStructure(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  const external = spec.type === 'ExternalName'
  if ((spec.ports ?? []).length === 0 && !isHeadless(spec) && !external) errors.push(required('spec.ports'))
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(spec)) {
    errors.push(invalidValue('spec.clusterIPs[0]', NONE, `may not be set to 'None' for ${spec.type} services`))
  }
  if (!external) return errors
  const notHere = 'may not be set for ExternalName services'
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbiddenField('spec.clusterIPs', notHere))
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbiddenField('spec.ipFamilies', notHere))
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', notHere))
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  if (name === '') errors.push(required('spec.externalName'))
  else errors.push(...broken('spec.externalName', name, dnsSubdomain))
  return errors
}

function validatePorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const field = `spec.ports[${index}]`
    const { name = '' } = port
    if (name === '' && ports.length > 1) errors.push(required(`${field}.name`))
    else if (name !== '') {
      errors.push(...broken(`${field}.name`, name, dnsLabel))
      if (names.has(name)) errors.push(duplicate(`${field}.name`, name))
      names.add(name)
    }
    errors.push(...portNumber(`${field}.port`, port.port))
    if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${field}.protocol`, port.protocol, PROTOCOLS))
    errors.push(...validatePortOrName(`${field}.targetPort`, port.targetPort))
    if (port.appProtocol !== undefined) errors.push(...broken(`${field}.appProtocol`, port.appProtocol, qualifiedName))
  }
  return errors
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): FieldError[] {
  if (sessionAffinity === 'None') return []
  if (sessionAffinity !== 'ClientIP')
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])]
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 0
  if (seconds > 0 && seconds <= AFFINITY_SECONDS_MAX) return []
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
  return [invalidValue(field, seconds, `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`)]
}

function validateExternalIPs(ips: readonly string[]): FieldError[] {
  return ips.flatMap((ip, index) => {
    const field = `spec.externalIPs[${index}]`
    return [...validateIP(field, ip), ...validateReachableIP(field, ip)]
  })
}

function validatePortPairs({ type, ports = [] }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  for (const [index, { nodePort }] of ports.entries()) {
    if (type !== 'ClusterIP' || nodePort === undefined) continue
    errors.push(forbiddenField(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"))
  }
  const nodePorts = new Set<string>()
  for (const [index, { nodePort, protocol }] of ports.entries()) {
    if (nodePort === undefined) continue
    if (nodePorts.has(`${protocol} ${nodePort}`)) errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort))
    nodePorts.add(`${protocol} ${nodePort}`)
  }
  const pairs = new Set<string>()
  for (const [index, { port = 0, protocol }] of ports.entries()) {
    if (pairs.has(`${protocol} ${port}`)) errors.push(duplicatePair(index, protocol, port))
    pairs.add(`${protocol} ${port}`)
  }
  return errors
}

// The server shows a whole Go struct with only these two filled in.
function duplicatePair(index: number, protocol: string, port: number): FieldError {
  const shown = `{"Name":"","Protocol":${JSON.stringify(protocol)},"AppProtocol":null,"Port":${port},"TargetPort":0,"NodePort":0}`
  return { type: 'FieldValueDuplicate', field: `spec.ports[${index}]`, detail: `Duplicate value: ${shown}` }
}

function validateBalancer(service: Service): FieldError[] {
  const { spec, metadata } = service
  const errors: FieldError[] = []
  const isBalancer = spec.type === 'LoadBalancer'
  const ranges = spec.loadBalancerSourceRanges ?? []
  const annotated = metadata.annotations?.[SOURCE_RANGES]
  if (ranges.length > 0) {
    // The capital letter in this path is the server's own.
    if (!isBalancer) errors.push(forbiddenField('spec.LoadBalancerSourceRanges', ONLY_LOAD_BALANCER))
    for (const [index, range] of ranges.entries()) {
      errors.push(...validateRange(`spec.LoadBalancerSourceRanges[${index}]`, range))
    }
  } else if (annotated !== undefined) {
    const field = `metadata.annotations[${SOURCE_RANGES}]`
    if (!isBalancer) errors.push(forbiddenField(field, ONLY_LOAD_BALANCER))
    if (annotated.trim() !== '') for (const range of annotated.split(',')) errors.push(...validateRange(field, range))
  }
  if (!isBalancer && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCER))
  }
  if (spec.loadBalancerClass !== undefined) {
    if (!isBalancer) errors.push(forbiddenField('spec.loadBalancerClass', ONLY_LOAD_BALANCER))
    errors.push(...broken('spec.loadBalancerClass', spec.loadBalancerClass, qualifiedName))
  }
  return errors
}

function validateRange(field: string, text: string): FieldError[] {
  const range = text.trim()
  return isCidr(range)
    ? []
    : [invalidValue(field, range, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
}

function validatePolicies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  const { externalTrafficPolicy, healthCheckNodePort, internalTrafficPolicy, trafficDistribution } = spec
  if (externalTrafficPolicy !== undefined) {
    const field = 'spec.externalTrafficPolicy'
    if (!isExternallyAccessible(spec)) {
      errors.push(invalidValue(field, externalTrafficPolicy, 'may only be set for externally-accessible services'))
    } else if (!POLICIES.includes(externalTrafficPolicy))
      errors.push(notSupported(field, externalTrafficPolicy, POLICIES))
  }
  if (healthCheckNodePort !== undefined && !(spec.type === 'LoadBalancer' && externalTrafficPolicy === 'Local')) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    errors.push(invalidValue('spec.healthCheckNodePort', healthCheckNodePort, why))
  }
  if (internalTrafficPolicy !== undefined && !POLICIES.includes(internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, POLICIES))
  }
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS))
  }
  return errors
}

// Free are only changes from and to ExternalName; a headless Service stays headless, and an address stays as it is.
function validateAddressUpdate(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (!hasClusterIP(spec.type) || !hasClusterIP(old.type)) return []
  const errors: FieldError[] = []
  const ips = spec.clusterIPs ?? []
  const before = old.clusterIPs ?? []
  for (const [index, ip] of ips.entries()) {
    if (before[index] === undefined || before[index] === ip) continue
    errors.push(invalidValue(`spec.clusterIPs[${index}]`, ips, 'may not change once set'))
  }
  if (isHeadless(spec) && isHeadless(old)) return errors
  const families = spec.ipFamilies ?? []
  const changed = families.some(
    (family, index) => old.ipFamilies?.[index] !== undefined && old.ipFamilies[index] !== family,
  )
  if (changed) errors.push(invalidValue('spec.ipFamilies[0]', families, 'may not change once set'))
  return errors
}

function validateBalancerUpdate(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  if (
    spec.type === 'LoadBalancer' &&
    old.type === 'LoadBalancer' &&
    !sameJson(spec.loadBalancerClass, old.loadBalancerClass)
  ) {
    errors.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'))
  }
  const local = [spec, old].every(one => one.type === 'LoadBalancer' && one.externalTrafficPolicy === 'Local')
  if (local && spec.healthCheckNodePort !== old.healthCheckNodePort) {
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'))
  }
  return errors
}
