// One request over TCP or UDP from a Pod, as things stand at this moment: by the rules of the Pod's own node, or of the node whose
// address it is. Left out: that rules or Pods may change while it is under way, and beads of it on the page.

import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { Dataplane, Decision, HealthAnswer } from '../../dataplane/index.ts'
import type { RandomStream } from '../../kernel/rng.ts'
import type { Network } from '../network.ts'
import type { Reply } from '../reply.ts'

export interface RequestContext {
  readonly settings: () => ClusterSettings
  readonly dataplane: Dataplane
  readonly network: Network
  readonly random: RandomStream
}

export interface Sent {
  readonly kind: 'answers' | 'refused' | 'silent'
  readonly tookMs: number
  /** The process that answers; '' for a server outside the cluster. */
  readonly uid: string
  /** Where the packet arrived, `10.244.1.5:9376`. */
  readonly endpoint: string
  /** The address that the server takes it to come from. */
  readonly seenAs: string
  /** Of kube-proxy, where it is who answers. */
  readonly health?: HealthAnswer | undefined
}

export interface Destination {
  readonly node: string
  readonly source: string
  readonly address: string
  readonly port: number
  /** TCP where nothing is said. */
  readonly protocol?: 'TCP' | 'UDP'
}

export function sendOne(context: RequestContext, { node, source, address, port, protocol = 'TCP' }: Destination): Sent {
  const { network, dataplane, random, settings } = context
  const by = network.nodeAt(address) ?? node
  const packet = { destination: address, port, protocol, source }
  const decision = dataplane.route(by, packet, random.unit())
  if (decision.kind === 'endpoint') dataplane.connectionEnded(by, packet, decision.endpoint)
  const health = decision.kind === 'not-a-service' ? dataplane.healthCheck(by, port) : undefined
  const isHealthCheck = health !== undefined && network.nodeAt(address) === by
  const { reply: met, endpoint } = isHealthCheck
    ? { reply: { kind: 'answers', place: 'node', node: by, uid: '' } as const, endpoint: `${address}:${port}` }
    : arrive(network, decision, { address, port, protocol })
  const passage = { from: { node, pod: network.ownerOf(source) }, by, reply: met }
  const reply = network.wire.meets(passage)
  const heldMs = reply.kind === 'silent' ? 0 : network.wire.heldUpMs(passage, protocol)
  const wayMs = (by === node ? 0 : network.latencyMs(node, by)) + network.latencyMs(by, reply.node || by)
  const isMasqueraded = decision.kind === 'endpoint' && dataplane.masquerades(by, packet, decision)
  const seenAs = isMasqueraded ? network.masqueradeAddress(by, decision.ip, source) : source
  if (heldMs === Infinity) return { kind: 'silent', tookMs: 2 * wayMs, uid: '', endpoint, seenAs }
  if (reply.kind !== 'answers') return { kind: reply.kind, tookMs: 2 * wayMs + heldMs, uid: '', endpoint, seenAs }
  // A TCP connection takes a round trip before the request can leave.
  const tookMs = (protocol === 'TCP' ? 4 : 2) * wayMs + heldMs + random.exponential(settings()['sim-service-time'])
  return { kind: 'answers', tookMs, uid: reply.uid, endpoint, seenAs, health: isHealthCheck ? health : undefined }
}

function arrive(
  network: Network,
  decision: Decision,
  { address, port, protocol }: { readonly address: string; readonly port: number; readonly protocol: 'TCP' | 'UDP' },
): { readonly reply: Reply; readonly endpoint: string } {
  switch (decision.kind) {
    case 'endpoint':
      return { reply: network.reach(decision.ip, decision.port, protocol), endpoint: decision.endpoint }
    case 'not-a-service':
      return { reply: network.reach(address, port, protocol), endpoint: `${address}:${port}` }
    case 'reject':
    case 'drop': {
      const kind = decision.kind === 'reject' ? 'refused' : 'silent'
      return { reply: { kind, place: 'service', node: '', uid: '' }, endpoint: '' }
    }
  }
}
