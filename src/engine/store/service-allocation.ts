// What the server settles in a Service before it validates it: IP families, the cluster address and node ports, and on
// update what the client left out and what a new type no longer uses (core service registry, alloc.go and strategy.go).
// A Service that is written holds what it names; nothing has to be given back when a write fails.

import { internalError, invalid, type ApiStatus } from '../api/api-status.ts'
import { invalidValue } from '../api/field-error.ts'
import { KINDS } from '../api/kind-registry.ts'
import { hasClusterIP, isExternallyAccessible } from '../api/service/service-defaults.ts'
import { isHeadless, keepsPreferDualStack, resolveIPFamilies } from '../api/service/service-ip-families.ts'
import type { IPFamily, Service, ServicePort, ServiceSpec } from '../api/service/service.ts'
import { invariant } from '../kernel/invariant.ts'
import { sameJson } from '../kernel/json.ts'
import type { RandomStream } from '../kernel/rng.ts'
import {
  addressRefusal,
  ALREADY_ALLOCATED,
  nextAddress,
  nextPort,
  portRange,
  portRefusal,
  type AddressRange,
} from './allocators.ts'
import type { ObjectSet } from './object-set.ts'
import type { ObjectTableKey } from './object-table.ts'

export interface AllocationContext {
  readonly objects: ObjectSet
  readonly key: ObjectTableKey
  /** One for each family of the cluster, the primary one first. */
  readonly clusterIPRanges: () => readonly AddressRange[]
  readonly nodePortRange: string
  readonly clusterIPRandom: RandomStream
  readonly nodePortRandom: RandomStream
}

type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: ApiStatus }

/** A new Service with all it needs allocated, or the first refusal. */
export function allocateForCreate(service: Service, context: AllocationContext): Step<Service> {
  // Nobody's key: what a Service of the same name holds is taken, too.
  return allocate(withPlural(service), undefined, { ...context, key: '' })
}

/** A changed Service: omitted values taken over from `old`, unused ones dropped, new needs allocated. */
export function allocateForUpdate(service: Service, old: Service, context: AllocationContext): Step<Service> {
  const spec = dropUnused(keepAllocated(linkClusterIPs(service.spec, old.spec), old.spec), old.spec)
  return allocate(withPlural({ ...service, spec }), old, context)
}

// A client of before there were two families names its one address alone.
function withPlural(service: Service): Service {
  const { clusterIP, clusterIPs } = service.spec
  if (clusterIP === undefined || clusterIPs !== undefined) return service
  return { ...service, spec: { ...service.spec, clusterIPs: [clusterIP] } }
}

function allocate(service: Service, old: Service | undefined, context: AllocationContext): Step<Service> {
  const { name } = service.metadata
  if (!hasClusterIP(service.spec.type)) return { ok: true, value: service }
  const families = context.clusterIPRanges().map(({ block }) => block.family)
  const resolved = resolveIPFamilies(service.spec, old?.spec, families)
  if (resolved.errors.length > 0) return { ok: false, status: invalid(KINDS.Service, name, resolved.errors) }
  let spec = resolved.spec
  if (!isHeadless(spec) && !(old && keepsPreferDualStack(service.spec, old.spec))) {
    const addressed = withAddresses(spec, old?.spec, name, context)
    if (!addressed.ok) return addressed
    spec = addressed.value
  }
  const ported = withNodePorts(spec, old?.spec, name, context)
  return ported.ok ? { ok: true, value: { ...service, spec: ported.value } } : ported
}

// An address that the Service already has is kept; whether it may change is for validation to say.
function withAddresses(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  name: string,
  context: AllocationContext,
): Step<ServiceSpec> {
  const kept = old && hasClusterIP(old.type) ? (old.ipFamilies ?? []).length : 0
  const ips = [...(spec.clusterIPs ?? [])]
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    if (index < kept) continue
    const address = addressFor(spec, family, ips[index], context)
    if (!address.ok) return { ok: false, status: address.status(name) }
    ips[index] = address.ip
  }
  const [clusterIP] = ips
  return { ok: true, value: { ...spec, clusterIP, clusterIPs: ips } }
}

type Address =
  | { readonly ok: true; readonly ip: string }
  | { readonly ok: false; readonly status: (service: string) => ApiStatus }

/** An address of one family: the one that was asked for, or any free one. */
function addressFor(
  spec: ServiceSpec,
  family: IPFamily,
  asked: string | undefined,
  context: AllocationContext,
): Address {
  const { objects, clusterIPRanges, clusterIPRandom, key } = context
  const range = clusterIPRanges().find(({ block }) => block.family === family)
  invariant(range, `no range of ${family} addresses`)
  if (asked === undefined) {
    const ip = nextAddress(range, objects.clusterIPs, clusterIPRandom)
    const full = (): ApiStatus => internalError('failed to allocate a serviceIP: range is full')
    return ip === undefined ? { ok: false, status: full } : { ok: true, ip }
  }
  const refusal = addressRefusal(range, asked, objects.clusterIPs, key)
  const mine = (objects.table('Service').get(key)?.spec.clusterIPs ?? []).includes(asked)
  if (refusal === undefined || mine) return { ok: true, ip: asked }
  const error = invalidValue('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${asked}: ${refusal}`)
  return { ok: false, status: name => invalid(KINDS.Service, name, [error]) }
}

function needsNodePorts(spec: ServiceSpec): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
}

/** Types on which an explicit node port is honoured. */
function mayHaveNodePorts(spec: ServiceSpec): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer'
}

function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
}

function withNodePorts(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  name: string,
  context: AllocationContext,
): Step<ServiceSpec> {
  if (!mayHaveNodePorts(spec)) return { ok: true, value: spec }
  const mine = new Set<number>()
  const refusal = reserveAsked(spec, old === undefined, mine, context)
  if (refusal) return { ok: false, status: invalid(KINDS.Service, name, [refusal]) }
  const range = portRange(context.nodePortRange)
  const take = (): number | undefined => {
    const port = nextPort(range, context.objects.nodePorts, mine, context.nodePortRandom)
    if (port !== undefined) mine.add(port)
    return port
  }
  let ports = spec.ports ?? []
  if (needsNodePorts(spec)) {
    const numbered = old === undefined ? numberShared(ports, take) : numberEach(ports, take)
    if (!numbered) return { ok: false, status: internalError('failed to allocate a nodePort: range is full') }
    ports = numbered
  }
  return withHealthCheckPort(spec.ports ? { ...spec, ports } : spec, mine, take, context)
}

// On create two ports with the same number (53/TCP and 53/UDP) may ask for one node port together; other pairs may not.
function reserveAsked(spec: ServiceSpec, isCreate: boolean, mine: Set<number>, context: AllocationContext) {
  const askedBy = new Map<number, ServicePort>()
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const { nodePort = 0 } = port
    if (nodePort === 0) continue
    const field = `spec.ports[${index}].nodePort`
    const earlier = askedBy.get(nodePort)
    if (isCreate && earlier && earlier.port !== port.port) return invalidValue(field, nodePort, ALREADY_ALLOCATED)
    const refusal = portRefusal(context.nodePortRange, nodePort, context.objects.nodePorts, context.key)
    const mineAlready =
      !context.objects.nodePorts.isFree(nodePort) && !context.objects.nodePorts.heldByOther(nodePort, context.key)
    if (refusal !== undefined && !mineAlready) return invalidValue(field, nodePort, refusal)
    askedBy.set(nodePort, port)
    mine.add(nodePort)
  }
  return undefined
}

type Take = () => number | undefined

function numberEach(ports: readonly ServicePort[], take: Take): readonly ServicePort[] | undefined {
  const numbered: ServicePort[] = []
  for (const port of ports) {
    const nodePort = port.nodePort ?? take()
    if (nodePort === undefined) return undefined
    numbered.push({ ...port, nodePort })
  }
  return numbered
}

function numberShared(ports: readonly ServicePort[], take: Take): readonly ServicePort[] | undefined {
  const byPort = new Map<number, number>()
  for (const { port, nodePort } of ports) if (nodePort !== undefined && !byPort.has(port)) byPort.set(port, nodePort)
  const numbered: ServicePort[] = []
  for (const port of ports) {
    const nodePort = port.nodePort ?? byPort.get(port.port) ?? take()
    if (nodePort === undefined) return undefined
    byPort.set(port.port, nodePort)
    numbered.push({ ...port, nodePort })
  }
  return numbered
}

function withHealthCheckPort(
  spec: ServiceSpec,
  mine: ReadonlySet<number>,
  take: Take,
  { objects, nodePortRange, key }: AllocationContext,
): Step<ServiceSpec> {
  if (!needsHealthCheckPort(spec)) return { ok: true, value: spec }
  const asked = spec.healthCheckNodePort
  if (asked === undefined) {
    const port = take()
    if (port === undefined) {
      return { ok: false, status: internalError('failed to allocate a HealthCheck NodePort 0: range is full') }
    }
    return { ok: true, value: { ...spec, healthCheckNodePort: port } }
  }
  const refusal = mine.has(asked) ? ALREADY_ALLOCATED : portRefusal(nodePortRange, asked, objects.nodePorts, key)
  if (refusal === undefined) return { ok: true, value: spec }
  return { ok: false, status: internalError(`failed to allocate requested HealthCheck NodePort ${asked}: ${refusal}`) }
}

// clusterIP and clusterIPs tell of the same thing: what a client leaves out, or changes in one of them alone, is settled here
// (patchAllocatedValues and normalizeClusterIPs).
function linkClusterIPs(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let linked = spec
  if (hasClusterIP(old.type) && hasClusterIP(spec.type) && spec.clusterIP === undefined)
    linked = { ...linked, clusterIP: old.clusterIP }
  if (linked.clusterIPs === undefined && linked.clusterIP === old.clusterIP)
    linked = { ...linked, clusterIPs: old.clusterIPs }
  if (linked.clusterIP === old.clusterIP || !sameJson(linked.clusterIPs ?? [], old.clusterIPs ?? [])) return linked
  return { ...linked, clusterIPs: linked.clusterIP === undefined ? undefined : [linked.clusterIP] }
}

// What the client left out and both types need is what it was: a client need not know what was allocated.
function keepAllocated(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let kept = spec
  if (needsNodePorts(old) && needsNodePorts(spec)) kept = keepNodePorts(kept, old)
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && spec.healthCheckNodePort === undefined) {
    kept = { ...kept, healthCheckNodePort: old.healthCheckNodePort }
  }
  return kept
}

function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const used = new Set((spec.ports ?? []).map(port => port.nodePort ?? 0))
  const byName = new Map((old.ports ?? []).map(port => [port.name ?? '', port.nodePort]))
  if (!spec.ports) return spec
  const ports = spec.ports.map(port => {
    const before = byName.get(port.name ?? '')
    if (port.nodePort !== undefined || before === undefined || used.has(before)) return port
    used.add(before)
    return { ...port, nodePort: before }
  })
  return { ...spec, ports }
}

// A field that the new type does not use is dropped when the client left it as it was; if it was changed, validation complains.
function dropUnused(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const unused: (keyof ServiceSpec)[] = []
  if (hasClusterIP(old.type) && !hasClusterIP(spec.type))
    unused.push('clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy')
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec)) unused.push('healthCheckNodePort')
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    unused.push('allocateLoadBalancerNodePorts', 'loadBalancerClass')
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) unused.push('externalTrafficPolicy')
  if (hasClusterIP(old.type) && spec.type === 'ExternalName') unused.push('internalTrafficPolicy')
  let kept: ServiceSpec = spec
  for (const field of unused) if (sameJson(kept[field], old[field])) kept = { ...kept, [field]: undefined }
  if (mayHaveNodePorts(old) && !mayHaveNodePorts(spec) && spec.ports) {
    const before = new Set((old.ports ?? []).map(port => port.nodePort))
    if (spec.ports.every(port => port.nodePort === undefined || before.has(port.nodePort))) {
      kept = { ...kept, ports: spec.ports.map(port => ({ ...port, nodePort: undefined })) }
    }
  }
  return kept
}
