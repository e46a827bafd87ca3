// The first line of the inspector: one sentence of verdict on the selected view, from views alone. Pure.

import type { ClientView, NodeView, PodView, ServiceView, View } from '../../protocol/index.ts'
import type { Phrase } from '../i18n/index.ts'
import { slicesOf, type ClusterFacts } from './cluster-facts.ts'
import { lengthWithTenths } from './format-time.ts'

export interface VerdictLine {
  readonly bold: Phrase
  readonly plain: Phrase | null
}

const GRACE_MS = 50_000

function say(key: Phrase['key'], values: Phrase['values'] = {}): Phrase {
  return { key, values }
}

export function verdictLine(view: View, facts: ClusterFacts): VerdictLine {
  switch (view.kind) {
    case 'Service':
      return serviceLine(view, facts)
    case 'Pod':
      return { bold: podLine(view, facts), plain: null }
    case 'Node':
      return { bold: nodeLine(view), plain: null }
    case 'Client':
      return { bold: clientLine(view, facts), plain: null }
    case 'EndpointSlice':
      return { bold: say(view.mirrored ? 'verdict.sliceMirror' : 'verdict.slice'), plain: null }
    case 'Endpoints':
      return { bold: say('verdict.endpoints'), plain: null }
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return { bold: say('verdict.workload', { replicas: view.replicas, ready: view.readyReplicas }), plain: null }
  }
}

function serviceLine(service: ServiceView, facts: ClusterFacts): VerdictLine {
  if (service.type === 'ExternalName') {
    return { bold: say('verdict.externalName', { target: service.externalName }), plain: null }
  }
  const plain = service.selector === null ? say('verdict.byHand') : null
  if (service.endpoints === 0) return { bold: say('verdict.none'), plain }
  const stranded = new Set(
    slicesOf(facts, service.id)
      .flatMap(slice => slice.endpoints)
      .filter(one => one.ready && facts.nodes.some(node => node.name === one.node && node.simulated && !node.power))
      .map(one => one.address),
  )
  if (stranded.size > 0) {
    return {
      bold: say('verdict.someDead', { ready: service.readyEndpoints, count: stranded.size }),
      plain: { ...say('verdict.willNotice'), parts: { time: lengthWithTenths(GRACE_MS) } },
    }
  }
  if (service.readyEndpoints < service.endpoints) {
    return { bold: say('verdict.someOut', { ready: service.readyEndpoints, total: service.endpoints }), plain }
  }
  return { bold: say('verdict.allIn', { count: service.endpoints }), plain }
}

function podLine(pod: PodView, facts: ClusterFacts): Phrase {
  const inNamespace = facts.services.filter(service => service.namespace === pod.namespace)
  for (const service of inNamespace) {
    const endpoint = slicesOf(facts, service.id)
      .flatMap(slice => slice.endpoints)
      .find(one => one.pod === pod.id)
    if (endpoint === undefined) continue
    const name = { service: service.name }
    if (!endpoint.ready) return say('verdict.podUnready', name)
    return say(pod.alive ? 'verdict.podIn' : 'verdict.podDead', name)
  }
  const first = inNamespace[0]
  return first === undefined ? say('verdict.podNoService') : say('verdict.podOut', { service: first.name })
}

function nodeLine(node: NodeView): Phrase {
  if (!node.power && node.simulated)
    return say(node.ready === 'True' ? 'verdict.nodeDeadUnseen' : 'verdict.nodeDeadKnown')
  if (node.ready !== 'True') return say('verdict.nodeBooting')
  return say(node.cordoned ? 'verdict.nodeCordoned' : 'verdict.nodeAlive')
}

function clientLine(client: ClientView, facts: ClusterFacts): Phrase {
  if (!client.alive) return say('verdict.clientDead')
  if (client.keptIP === null) return say('verdict.clientVip', { to: client.to })
  const held = facts.pods.some(pod => pod.ip === client.keptIP && pod.alive)
  return say(held ? 'verdict.clientKept' : 'verdict.clientKeptGone', { ip: client.keptIP })
}
