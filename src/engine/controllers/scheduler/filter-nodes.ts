// Which Nodes a Pod may go to, and why not to the others, with the reasons in the scheduler's own words and the checks in its
// order (pkg/scheduler/framework/plugins). Pure. Left out: CPU and memory, volumes, affinity between Pods, preemption.

import type { Node } from '../../api/node/node.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import { matchesNodeAffinity, toleratesTaint, untoleratedTaint } from './node-facts.ts'

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const
/** A Node out of ports or places would be freed by preemption, if there were anybody to preempt. */
const FREED_BY_PREEMPTION: ReadonlySet<string> = new Set([
  "node(s) didn't have free ports for the requested pod ports",
  'Too many pods',
])

/** What is already on the Nodes. */
export interface NodeUse {
  readonly podsOn: (node: string) => number
  /** Host ports taken, as `protocol/port`. */
  readonly hostPortsOn: (node: string) => ReadonlySet<string>
  /** Matching Pods for a constraint of this Pod, by Node. */
  readonly matching: (pod: Pod, constraint: TopologySpreadConstraint) => ReadonlyMap<string, number>
}

export interface Filtered {
  readonly feasible: readonly Node[]
  /** Reason → how many Nodes. */
  readonly reasons: ReadonlyMap<string, number>
}

export function filterNodes(pod: Pod, nodes: readonly Node[], use: NodeUse): Filtered {
  const feasible: Node[] = []
  const reasons = new Map<string, number>()
  const tooUneven = unevenNodes(pod, nodes, use)
  for (const node of nodes) {
    const reason = refusal(pod, node, use) ?? tooUneven(node)
    if (reason === undefined) feasible.push(node)
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return { feasible, reasons }
}

/** `0/3 nodes are available: 3 node(s) had untolerated taint(s). …`, the message of FailedScheduling. */
export function unschedulableMessage(pod: Pod, nodeCount: number, reasons: ReadonlyMap<string, number>): string {
  const texts = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort(compareText)
  const available = `0/${nodeCount} nodes are available`
  const preemption =
    pod.spec.preemptionPolicy === 'Never'
      ? 'not eligible due to preemptionPolicy=Never.'
      : `${available}: ${preemptionCounts(reasons)}.`
  return `${available}: ${texts.join(', ')}. no new claims to deallocate, preemption: ${preemption}`
}

/** Nobody is ever preempted here; this says of how many Nodes that could have helped. */
function preemptionCounts(reasons: ReadonlyMap<string, number>): string {
  let helpless = 0
  let victimless = 0
  for (const [reason, count] of reasons) {
    if (FREED_BY_PREEMPTION.has(reason)) victimless += count
    else helpless += count
  }
  const preemption: string[] = []
  if (victimless > 0) preemption.push(`${victimless} No preemption victims found for incoming pod`)
  if (helpless > 0) preemption.push(`${helpless} Preemption is not helpful for scheduling`)
  return preemption.sort(compareText).join(', ')
}

/** The host ports a Pod asks for, as `protocol/port`. */
export function hostPortsOf(pod: Pod): readonly string[] {
  return pod.spec.containers.flatMap(container =>
    (container.ports ?? []).flatMap(port => (port.hostPort ? [`${port.protocol ?? 'TCP'}/${port.hostPort}`] : [])),
  )
}

function refusal(pod: Pod, node: Node, use: NodeUse): string | undefined {
  if (
    node.spec.unschedulable &&
    !(pod.spec.tolerations ?? []).some(toleration => toleratesTaint(toleration, UNSCHEDULABLE_TAINT))
  ) {
    return 'node(s) were unschedulable'
  }
  if (untoleratedTaint(pod, node.spec.taints ?? [], ['NoSchedule', 'NoExecute']))
    return 'node(s) had untolerated taint(s)'
  if (!matchesNodeAffinity(pod, node)) return "node(s) didn't match Pod's node affinity/selector"
  const ports = hostPortsOf(pod)
  if (ports.length > 0) {
    const taken = use.hostPortsOn(node.metadata.name)
    if (ports.some(port => taken.has(port))) return "node(s) didn't have free ports for the requested pod ports"
  }
  const places = Number(node.status?.allocatable?.['pods'] ?? Infinity)
  return use.podsOn(node.metadata.name) >= places ? 'Too many pods' : undefined
}

// A hard constraint forbids a Node whose domain would then have more than maxSkew Pods more than the emptiest one.
function unevenNodes(pod: Pod, nodes: readonly Node[], use: NodeUse): (node: Node) => string | undefined {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter(
    constraint => constraint.whenUnsatisfiable === 'DoNotSchedule',
  )
  if (hard.length === 0) return () => undefined
  const eligible = nodes.filter(node => matchesNodeAffinity(pod, node))
  const domains = hard.map(constraint => {
    const counts = use.matching(pod, constraint)
    const byDomain = new Map<string, number>()
    for (const node of eligible) {
      const domain = node.metadata.labels?.[constraint.topologyKey]
      if (domain !== undefined)
        byDomain.set(domain, (byDomain.get(domain) ?? 0) + (counts.get(node.metadata.name) ?? 0))
    }
    return { constraint, byDomain, least: Math.min(...byDomain.values()) }
  })
  return node => {
    for (const { constraint, byDomain, least } of domains) {
      const domain = node.metadata.labels?.[constraint.topologyKey]
      const reason = "node(s) didn't match pod topology spread constraints"
      if (domain === undefined) return `${reason} (missing required label)`
      if ((byDomain.get(domain) ?? 0) + 1 - least > constraint.maxSkew) return reason
    }
    return undefined
  }
}
