// What the endpoints of a Service have to be, said once more and as plainly as can be, from the Service, its Pods and the
// Nodes alone: no memory, no slices, no packing. Laws compare the controllers' work with it. It follows the documentation of
// EndpointSlice and Endpoints, and shares no code with the controllers.

import type { Pod } from '../../api/pod/pod.ts'
import type { Service, ServicePort } from '../../api/service/service.ts'
import { ZONE_LABEL } from '../../api/node/node.ts'
import { matchesLabels } from '../../api/selector.ts'
import { compareText } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'

/** One Pod in the slices of one family. */
export interface ExpectedEndpoint {
  readonly pod: string
  readonly uid: string
  readonly addresses: readonly string[]
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly node: string
  /** Undefined where nothing is said: a Pod that is published before its Node is known keeps the zone it had. */
  readonly zone: string | undefined
  readonly hostname: string
  /** Its ports in one text, in order. */
  readonly ports: string
}

export type ReconciledService = Service & { readonly spec: { readonly selector: { readonly [key: string]: string } } }

/** Whether a namespace is being deleted: nothing is made there any more, and what is there may stay as it is. */
export function isEnding(store: StoreClient, namespace = ''): boolean {
  return namespace !== '' && store.get('Namespace', '', namespace)?.metadata.deletionTimestamp !== undefined
}

/** Services whose endpoints follow Pods. */
export function reconciledServices(store: StoreClient): readonly ReconciledService[] {
  return store.list('Service').filter((service): service is ReconciledService => {
    const { type, selector } = service.spec
    if (isEnding(store, service.metadata.namespace)) return false
    return type !== 'ExternalName' && Object.keys(selector ?? {}).length > 0 && !service.metadata.deletionTimestamp
  })
}

/** The Pods that a Service selects and that have not ended, by name. */
export function selectedPods(store: StoreClient, service: ReconciledService): readonly Pod[] {
  return store
    .list('Pod', service.metadata.namespace)
    .filter(pod => matchesLabels(service.spec.selector, pod.metadata.labels))
    .filter(pod => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
}

export function isReadyPod(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

export function addressesOf(pod: Pod, family: 'IPv4' | 'IPv6'): readonly string[] {
  const ips = pod.status?.podIPs?.map(({ ip }) => ip) ?? (pod.status?.podIP ? [pod.status.podIP] : [])
  return ips.filter(ip => ip.includes(':') === (family === 'IPv6'))
}

/** The ports that a Pod gives to a Service: of a named target, the one of that name and protocol, if it has one. */
export function portsOf(service: Service, pod: Pod): readonly string[] {
  const numberOf = ({ targetPort, port, protocol }: ServicePort): number | undefined => {
    if (typeof targetPort !== 'string') return targetPort ?? port
    const declared = pod.spec.containers.flatMap(({ ports = [] }) => ports)
    return declared.find(one => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort
  }
  const texts = (service.spec.ports ?? []).flatMap(port => {
    const number = numberOf(port)
    return number === undefined ? [] : [portText({ ...port, port: number })]
  })
  return texts.sort(compareText)
}

export function portText(port: {
  readonly name?: string | undefined
  readonly port?: number | undefined
  readonly protocol?: string | undefined
  readonly appProtocol?: string | undefined
}): string {
  return `${port.name ?? ''}:${port.port}/${port.protocol}${port.appProtocol ? ` ${port.appProtocol}` : ''}`
}

/** Every endpoint of one family, by Pod name. */
export function expectedEndpoints(
  store: StoreClient,
  service: ReconciledService,
  family: 'IPv4' | 'IPv6',
): readonly ExpectedEndpoint[] {
  const published = service.spec.publishNotReadyAddresses === true
  return selectedPods(store, service).flatMap(pod => {
    const { nodeName = '' } = pod.spec
    const node = store.get('Node', '', nodeName)
    const addresses = addressesOf(pod, family)
    if (addresses.length === 0 || (nodeName !== '' && !node && !published)) return []
    const serving = isReadyPod(pod)
    const terminating = pod.metadata.deletionTimestamp !== undefined
    const { name, uid } = pod.metadata
    return [
      {
        pod: name,
        uid,
        addresses,
        ready: published || (serving && !terminating),
        serving,
        terminating,
        node: nodeName,
        zone: published ? undefined : (node?.metadata.labels?.[ZONE_LABEL] ?? ''),
        hostname: pod.spec.subdomain === service.metadata.name ? (pod.spec.hostname ?? '') : '',
        ports: portsOf(service, pod).join(),
      },
    ]
  })
}
