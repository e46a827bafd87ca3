// What holds of all Endpoints of a cluster at rest: those of a Service with a selector say what its Pods are, as far as a
// thousand addresses go; those that people write for a Service without one stand in slices, as far as the limit goes.

import { MANAGED_BY_LABEL } from '../../api/endpointslice/endpointslice.ts'
import type { Endpoints } from '../../api/endpoints/endpoints.ts'
import { compareText } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import {
  addressesOf,
  isEnding,
  isReadyPod,
  portsOf,
  portText,
  reconciledServices,
  selectedPods,
  type ReconciledService,
} from './expected-endpoints.ts'
import { difference, slicesOf } from './slice-law.ts'

const ADDRESSES_MAX = 1000
const MIRROR = 'endpointslicemirroring-controller.k8s.io'

export function brokenEndpoints(store: StoreClient): readonly string[] {
  return reconciledServices(store).flatMap(service => {
    const { namespace = '', name } = service.metadata
    const endpoints = store.get('Endpoints', namespace, name)
    const broken = endpoints ? brokenOf(store, service, endpoints) : ['not there']
    return broken.map(sentence => `Endpoints of ${namespace}/${name}: ${sentence}`)
  })
}

function brokenOf(store: StoreClient, service: ReconciledService, endpoints: Endpoints): readonly string[] {
  const lists = (endpoints.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [] }) => [
    addresses,
    notReadyAddresses,
  ])
  const count = lists.reduce((sum, list) => sum + list.length, 0)
  if (count > ADDRESSES_MAX) return [`${count} addresses`]
  const expected = expectedAddresses(store, service)
  if (expected.length > ADDRESSES_MAX) return []
  return [...difference(expected, addressesIn(endpoints), 'it'), ...againstSlices(store, service, endpoints)]
}

/** `10.244.1.2 web-0 web:80/TCP ready`, one for each port; a Pod without any of the Service's ports is not listed. */
function expectedAddresses(store: StoreClient, service: ReconciledService): readonly string[] {
  const published = service.spec.publishNotReadyAddresses === true
  const portless = (service.spec.ports ?? []).length === 0
  return selectedPods(store, service).flatMap(pod => {
    const [ip] = addressesOf(pod, service.spec.ipFamilies?.[0] ?? 'IPv4')
    if (ip === undefined || (pod.metadata.deletionTimestamp !== undefined && !published)) return []
    const state = published || isReadyPod(pod) ? 'ready' : 'not ready'
    const ports = portless ? [''] : portsOf(service, pod)
    return ports.map(port => `${ip} ${pod.metadata.name} ${port} ${state}`)
  })
}

function addressesIn({ subsets = [] }: Endpoints): readonly string[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports }) => {
    const texts = ports && ports.length > 0 ? ports.map(portText) : ['']
    const lines = (list: typeof addresses, state: string): readonly string[] =>
      list.flatMap(({ ip, targetRef }) => texts.map(port => `${ip} ${targetRef?.name} ${port} ${state}`))
    return [...lines(addresses, 'ready'), ...lines(notReadyAddresses, 'not ready')]
  })
}

/** Ready is the same in both, where no Pod lacks all ports, stands on an unknown Node, or is published while it is not ready. */
function againstSlices(store: StoreClient, service: ReconciledService, endpoints: Endpoints): readonly string[] {
  const pods = selectedPods(store, service)
  const portless = (service.spec.ports ?? []).length === 0
  if (service.spec.publishNotReadyAddresses || pods.some(pod => !portless && portsOf(service, pod).length === 0))
    return []
  if (pods.some(({ spec }) => spec.nodeName && !store.get('Node', '', spec.nodeName))) return []
  const family = service.spec.ipFamilies?.[0] ?? 'IPv4'
  const inSlices = slicesOf(store, service)
    .filter(({ addressType }) => addressType === family)
    .flatMap(slice => slice.endpoints)
    .flatMap(({ addresses, conditions }) => (conditions?.ready ? addresses : []))
  const inEndpoints = (endpoints.subsets ?? []).flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip))
  return difference([...new Set(inEndpoints)], [...new Set(inSlices)], 'slices beside it')
}

/** Mirrored slices against the Endpoints that people wrote. `limit`: how many addresses of a subset are mirrored. */
export function brokenMirrors(store: StoreClient, limit: number): readonly string[] {
  return store.list('Service').flatMap(service => {
    const { namespace = '', name } = service.metadata
    if (isEnding(store, namespace)) return []
    const slices = store
      .slicesOfService(namespace, name)
      .filter(({ metadata }) => metadata.labels?.[MANAGED_BY_LABEL] === MIRROR)
    const endpoints = store.get('Endpoints', namespace, name)
    const isMirrored =
      endpoints !== undefined &&
      Object.keys(service.spec.selector ?? {}).length === 0 &&
      endpoints.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] !== 'true'
    const said = slices.flatMap(slice => {
      const ports = (slice.ports ?? []).map(portText).sort(compareText).join()
      return slice.endpoints.flatMap(({ addresses, conditions }) =>
        addresses.map(ip => `${ip} ${ports} ${conditions?.ready ? 'ready' : 'not ready'}`),
      )
    })
    const written = isMirrored ? writtenLines(endpoints) : []
    const few = written.length <= limit
    const broken = difference(few ? written : written.filter(line => said.includes(line)), said, 'it')
    if (!few && said.length === 0) return [`mirror of ${namespace}/${name}: empty`]
    return broken.map(sentence => `mirror of ${namespace}/${name}: ${sentence}`)
  })
}

function writtenLines({ subsets = [] }: Endpoints): readonly string[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const texts = ports.map(portText).sort(compareText).join()
    return [
      ...addresses.map(({ ip }) => `${ip} ${texts} ready`),
      ...notReadyAddresses.map(({ ip }) => `${ip} ${texts} not ready`),
    ]
  })
}
