// The views sorted out by kind, in the order in which the graph shows them, with the questions that sentence, inspector
// and keys all ask. Pure.

import type {
  ClientView,
  NodeView,
  PodView,
  ServiceView,
  SliceView,
  View,
  ViewId,
  WorkloadView,
} from '../../protocol/index.ts'

export interface ClusterFacts {
  readonly views: ReadonlyMap<ViewId, View>
  readonly services: readonly ServiceView[]
  readonly slices: readonly SliceView[]
  readonly nodes: readonly NodeView[]
  /** By age. */
  readonly pods: readonly PodView[]
  readonly clients: readonly ClientView[]
  /** Deployments, and ReplicaSets that nobody owns. */
  readonly workloads: readonly WorkloadView[]
}

export function clusterFacts(views: ReadonlyMap<ViewId, View>): ClusterFacts {
  const services: ServiceView[] = []
  const slices: SliceView[] = []
  const nodes: NodeView[] = []
  const pods: PodView[] = []
  const clients: ClientView[] = []
  const workloads: WorkloadView[] = []
  for (const view of views.values()) {
    switch (view.kind) {
      case 'Service':
        services.push(view)
        break
      case 'EndpointSlice':
        slices.push(view)
        break
      case 'Node':
        nodes.push(view)
        break
      case 'Pod':
        pods.push(view)
        break
      case 'Client':
        clients.push(view)
        break
      case 'Deployment':
      case 'ReplicaSet':
      case 'StatefulSet':
      case 'DaemonSet':
        if (!view.owned) workloads.push(view)
        break
      case 'Endpoints':
        break
    }
  }
  return {
    views,
    services: services.sort((a, b) => a.createdMs - b.createdMs || compare(a.id, b.id)),
    slices: slices.sort((a, b) => a.createdMs - b.createdMs || compare(a.id, b.id)),
    nodes: nodes.sort((a, b) => compareNumbered(a.name, b.name)),
    pods: pods.sort((a, b) => a.hue - b.hue),
    clients: clients.sort((a, b) => compareNumbered(a.name, b.name)),
    workloads: workloads.sort((a, b) => compare(a.id, b.id)),
  }
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `n2` before `n10`. */
export function compareNumbered(a: string, b: string): number {
  const [, wordA = a, numberA = ''] = /^(.*?)(\d*)$/.exec(a) ?? []
  const [, wordB = b, numberB = ''] = /^(.*?)(\d*)$/.exec(b) ?? []
  return compare(wordA, wordB) || Number(numberA) - Number(numberB) || compare(a, b)
}

/** The Service that the page speaks about: the selected one, else the most called one, else the oldest. */
export function subjectService(facts: ClusterFacts, selected: ViewId | null): ServiceView | null {
  const chosen = selected === null ? undefined : facts.views.get(selected)
  if (chosen?.kind === 'Service') return chosen
  const calls = (service: ServiceView): number => facts.clients.filter(client => client.service === service.id).length
  let best: ServiceView | null = null
  for (const service of facts.services) if (best === null || calls(service) > calls(best)) best = service
  return best
}

export function slicesOf(facts: ClusterFacts, service: ViewId): readonly SliceView[] {
  return facts.slices.filter(slice => slice.service === service)
}

export function nodeNamed(facts: ClusterFacts, name: string): NodeView | undefined {
  return facts.nodes.find(node => node.name === name)
}

/**
 * The node that K kills: the selected one, or that of the selected Pod or client. With nothing selected, the first with a
 * Pod and no client on it, so that all who call go on calling; else the first with a Pod.
 */
export function nodeToKill(facts: ClusterFacts, selected: ViewId | null): NodeView | null {
  const chosen = selected === null ? undefined : facts.views.get(selected)
  const named =
    chosen?.kind === 'Node'
      ? chosen
      : chosen?.kind === 'Pod' || chosen?.kind === 'Client'
        ? nodeNamed(facts, chosen.node)
        : undefined
  if (named !== undefined) return killable(named) ? named : null
  const withPods = facts.nodes.filter(
    node => killable(node) && facts.pods.some(pod => pod.node === node.name && !pod.terminating),
  )
  const calm = withPods.find(node => !facts.clients.some(client => client.node === node.name))
  return calm ?? withPods[0] ?? facts.nodes.find(killable) ?? null
}

/** The node that R revives: the selected one if it has no power, else the one that lost it last. */
export function nodeToRevive(facts: ClusterFacts, selected: ViewId | null): NodeView | null {
  const chosen = selected === null ? undefined : facts.views.get(selected)
  if (chosen?.kind === 'Node' && chosen.simulated && !chosen.power) return chosen
  return lastDead(facts)
}

export function lastDead(facts: ClusterFacts): NodeView | null {
  let last: NodeView | null = null
  for (const node of facts.nodes) {
    if (node.simulated && !node.power && (last === null || node.powerSinceMs > last.powerSinceMs)) last = node
  }
  return last
}

function killable(node: NodeView): boolean {
  return node.simulated && node.power
}
