// The cluster that the cases of the data plane are told of: four nodes in zones a, b, b and c, `my-service` with a Pod on
// each of the first three, a Pod on every node that asks, and hosts outside. There are no controllers: a case says what
// stands in the slices, and sees what requests come to.

import type { ClusterSettings } from '../api/cluster-settings.ts'
import { ZONE_LABEL } from '../api/node/node.ts'
import type { EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { ServiceSpec, ServiceStatus } from '../api/service/service.ts'
import type { DnsType } from '../dataplane/index.ts'
import type { TripReport, TripRequest } from '../traffic/index.ts'
import { invariant } from '../kernel/invariant.ts'
import { testNode, testPod, testService, testSlice } from './service-objects.ts'
import { TrafficFixture } from './traffic-fixture.ts'

export const CLUSTER_IP = '10.96.0.10'
export const BALANCER_IP = '203.0.113.5'
/** Ready rows for the three Pods of the Service. */
export const ROWS = ['10.244.1.5 @node-1', '10.244.2.7 @node-2', '10.244.3.9 @node-3'] as const
const POD_IPS = ['10.244.1.5', '10.244.2.7', '10.244.3.9'] as const
const ZONES = ['a', 'b', 'b', 'c'] as const

/** A Pod on this node that is none of the Service's: 10.244.<node>.20. */
export const podOn = (node: 1 | 2 | 3 | 4): string => `Pod/default/client-${node}`

export const NODE_PORT: Partial<ServiceSpec> = {
  type: 'NodePort',
  ports: [{ protocol: 'TCP', port: 80, targetPort: 9376, nodePort: 30_080 }],
  externalTrafficPolicy: 'Cluster',
}

/** A load balancer's address that the nodes answer for themselves, or one that is a proxy's. */
export function balancedAt(ipMode: 'VIP' | 'Proxy'): ServiceStatus {
  return { loadBalancer: { ingress: [{ ip: BALANCER_IP, ipMode }] } }
}

export interface CaseParts {
  readonly mode?: ClusterSettings['proxy-mode']
  readonly settings?: Partial<ClusterSettings>
  readonly seed?: number
  readonly spec?: Partial<ServiceSpec>
  readonly status?: ServiceStatus
  /** Of the one slice of the Service; `slices` instead for several, or other ones. */
  readonly rows?: readonly string[]
  readonly slices?: readonly EndpointSlice[]
  /** A node that lacks its zone label. */
  readonly zoneless?: string
}

/** `my-service` at 10.96.0.10 with rules in force on all nodes, at 5,000 ms, unless the parts say otherwise. */
export class CaseCluster extends TrafficFixture {
  constructor({ mode = 'iptables', settings, seed = 1, ...parts }: CaseParts = {}) {
    super({
      seed,
      settings: {
        'proxy-mode': mode,
        'service-cluster-ip-range': '10.96.0.0/16',
        'cluster-cidr': '10.244.0.0/16',
        ...settings,
      },
    })
    this.withNodes(4)
    for (const [place, zone] of ZONES.entries()) this.#putNode(place + 1, zone, parts.zoneless)
    for (const [place, ip] of POD_IPS.entries()) {
      this.run(place + 1, { ip, tcpPorts: [9376, 9443] })
      this.putPod(`pod-${place + 1}`, `node-${place + 1}`, ip)
    }
    for (const node of [1, 2, 3, 4]) this.putPod(`client-${node}`, `node-${node}`, `10.244.${node}.20`)
    this.putService(parts.spec, parts.status)
    for (const slice of parts.slices ?? [testSlice(parts.rows ?? ROWS)]) this.put('EndpointSlice', slice)
    this.loop.advanceTo(5_000)
  }

  #putNode(index: number, zone: string, zoneless: string | undefined): void {
    const node = testNode(index, zone)
    const { name, labels } = node.metadata
    const { [ZONE_LABEL]: _, ...others } = labels ?? {}
    const metadata = name === zoneless ? { ...node.metadata, labels: others } : node.metadata
    const known = this.put('Node', { ...node, metadata })
    const addresses = [{ type: 'InternalIP' as const, address: `192.168.10.${10 + index}` }]
    this.client.updateStatus('Node', { ...known, status: { ...known.status, addresses } })
  }

  putService(spec: Partial<ServiceSpec> = {}, status?: ServiceStatus): void {
    const service = this.put('Service', testService({ clusterIP: CLUSTER_IP, clusterIPs: [CLUSTER_IP], ...spec }))
    if (status) this.client.updateStatus('Service', { ...service, status })
  }

  putPod(name: string, nodeName: string, ip: string): void {
    const pod = this.put('Pod', testPod(name, { spec: { nodeName, containers: [{ name: 'app', image: 'client:1' }] } }))
    this.client.updateStatus('Pod', { ...pod, status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } })
  }

  trip(from: string, to: string, more: Partial<TripRequest> = {}): TripReport {
    const report = this.traffic.trip({ from, to, ...more })
    if ('message' in report) throw new Error(report.message)
    return report
  }

  /** What comes of one request: `ok pod-1 as 10.244.4.20`, with the source that the Pod sees, `refused`, `timeout` or `dns`. */
  connect(from: string, to = CLUSTER_IP, more: Partial<TripRequest> = {}): string {
    const { outcome, pod, hops } = this.trip(from, to, more)
    const arrival = hops.find(hop => hop.kind === 'pod')
    const as = arrival?.kind === 'pod' && outcome === 'ok' ? ` as ${arrival.detail.seenAs}` : ''
    return `${outcome}${pod === null ? '' : ` ${pod.split('/')[1]}`}${as}`
  }

  /** All that may come of a request, over many draws, sorted. */
  outcomes(from: string, to = CLUSTER_IP, more: Partial<TripRequest> = {}): readonly string[] {
    return [...new Set(Array.from({ length: 60 }, () => this.connect(from, to, more)))].sort()
  }

  /** What a command in a Pod's container prints until it ends, within two and a half minutes. */
  exec(podName: string, words: readonly string[]): string {
    const pod = this.client.get('Pod', 'default', podName)
    const [container] = pod?.spec.containers ?? []
    invariant(pod && container, `no Pod ${podName}`)
    let out = ''
    const output = { send: (_: unknown, text: string) => void (out += text), end: () => {} }
    this.traffic.containers.exec(pod, container, { words, stdin: false, tty: false }, output)
    this.loop.advanceTo(this.loop.nowMs + 150_000)
    return out
  }

  /** `NOERROR | A 10.96.0.10 30`: the code, and each record with its seconds to live. */
  ask(name: string, type: DnsType = 'A'): string {
    const { rcode, answers } = this.dataplane.dns({ name, type })
    const records = answers.map(record => {
      if (record.type === 'A' || record.type === 'AAAA') return `${record.type} ${record.address} ${record.ttlSeconds}`
      return record.type === 'CNAME' ? `CNAME ${record.target}` : record.type
    })
    return [rcode, ...records].join(' | ')
  }
}

/** Any of the three Pods, which see this source. */
export const any3 = (source: string): readonly string[] => [1, 2, 3].map(index => `ok pod-${index} as ${source}`)
