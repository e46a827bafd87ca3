// What holds of all EndpointSlices of a cluster at rest: together they say exactly what the Pods are, each Pod once for each
// family, with the ports that it has, and no slice holds more than it may. How the endpoints are spread over slices is the
// outcome of history, and no law says anything of it.

import { MANAGED_BY_LABEL, type Endpoint, type EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import { canonicalJson, compareText } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import {
  expectedEndpoints,
  portText,
  reconciledServices,
  type ExpectedEndpoint,
  type ReconciledService,
} from './expected-endpoints.ts'

const CONTROLLER = 'endpointslice-controller.k8s.io'
const RESERVED = ['kubernetes.io/service-name', MANAGED_BY_LABEL, 'service.kubernetes.io/headless']

/** Sentences about slices that are not as they have to be. `cap`: the largest that the limit ever was. */
export function brokenSlices(store: StoreClient, cap: number): readonly string[] {
  return reconciledServices(store).flatMap(service => {
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    return brokenOf(store, service, cap).map(sentence => `slices of ${name}: ${sentence}`)
  })
}

export function slicesOf(store: StoreClient, service: ReconciledService): readonly EndpointSlice[] {
  return store
    .slicesOfService(service.metadata.namespace ?? '', service.metadata.name)
    .filter(({ metadata }) => metadata.labels?.[MANAGED_BY_LABEL] === CONTROLLER && !metadata.deletionTimestamp)
}

function brokenOf(store: StoreClient, service: ReconciledService, cap: number): readonly string[] {
  const slices = slicesOf(store, service)
  const families = service.spec.ipFamilies ?? []
  const broken: string[] = []
  for (const { metadata, addressType, endpoints } of slices) {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller)
    if (owner?.uid !== service.metadata.uid) broken.push(`${metadata.name} belongs to ${owner?.uid}`)
    if (!families.some(family => family === addressType)) broken.push(`${metadata.name} is of ${addressType}`)
    if (endpoints.length > cap) broken.push(`${metadata.name} has ${endpoints.length} endpoints, over ${cap}`)
    if (ownLabels(metadata.labels) !== ownLabels(service.metadata.labels))
      broken.push(`${metadata.name} is labelled ${ownLabels(metadata.labels)}`)
  }
  for (const family of families) {
    const ofFamily = slices.filter(({ addressType }) => addressType === family)
    if (ofFamily.length === 0) broken.push(`none of ${family}`)
    broken.push(...difference(expectedEndpoints(store, service, family).map(line), said(ofFamily, service), family))
    broken.push(...brokenHints(ofFamily, service))
  }
  return broken
}

function ownLabels(labels: { readonly [key: string]: string } | undefined): string {
  const own = Object.entries(labels ?? {}).filter(([key]) => !RESERVED.includes(key))
  return canonicalJson(Object.fromEntries(own))
}

/** What slices say, in the words of `line`. */
function said(slices: readonly EndpointSlice[], service: ReconciledService): readonly string[] {
  const published = service.spec.publishNotReadyAddresses === true
  return slices.flatMap(slice => {
    const ports = (slice.ports ?? []).map(portText).sort(compareText).join()
    return slice.endpoints.map(({ addresses, conditions, targetRef, nodeName, zone, hostname }) =>
      line({
        pod: targetRef?.name ?? '',
        uid: targetRef?.uid ?? '',
        addresses,
        ready: conditions?.ready ?? false,
        serving: conditions?.serving ?? false,
        terminating: conditions?.terminating ?? false,
        node: nodeName ?? '',
        zone: published ? undefined : (zone ?? ''),
        hostname: hostname ?? '',
        ports,
      }),
    )
  })
}

function line(endpoint: ExpectedEndpoint): string {
  return canonicalJson(endpoint)
}

/** What one list has and the other has not, and what either has twice. */
export function difference(expected: readonly string[], found: readonly string[], where: string): readonly string[] {
  const twice = found.filter((one, at) => found.indexOf(one) !== at).map(one => `${where} twice: ${one}`)
  const missing = expected.filter(one => !found.includes(one)).map(one => `${where} lacks ${one}`)
  const superfluous = found.filter(one => !expected.includes(one)).map(one => `${where} still says ${one}`)
  return [...twice, ...missing, ...superfluous]
}

/** Hints of what is ready, by trafficDistribution; those of topology-mode Auto depend on what was before. */
function brokenHints(slices: readonly EndpointSlice[], service: ReconciledService): readonly string[] {
  const { trafficDistribution = '', publishNotReadyAddresses } = service.spec
  if (isAuto(service) || publishNotReadyAddresses) return []
  const byZone = ['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(trafficDistribution)
  const wanted = ({ zone, nodeName }: Endpoint): object | undefined => {
    const forZones = byZone && zone ? [{ name: zone }] : undefined
    const forNodes = trafficDistribution === 'PreferSameNode' && nodeName ? [{ name: nodeName }] : undefined
    return forZones || forNodes ? { forZones, forNodes } : undefined
  }
  return slices
    .flatMap(slice => slice.endpoints)
    .filter(({ conditions }) => conditions?.ready)
    .filter(endpoint => canonicalJson(endpoint.hints) !== canonicalJson(wanted(endpoint)))
    .map(({ targetRef, hints }) => `${targetRef?.name} is hinted ${canonicalJson(hints)}`)
}

export function isAuto(service: ReconciledService): boolean {
  return service.metadata.annotations?.['service.kubernetes.io/topology-mode'] === 'Auto'
}
