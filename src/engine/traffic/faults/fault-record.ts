// One fault that is planned or in force, and what it does while it is. Plain data, so that a snapshot holds it as it is.

import type { FaultSpec } from '../../api/fault-spec.ts'
import type { EventId } from '../../kernel/event-loop.ts'
import type { Disturbance, Side } from './disturbances.ts'

export interface FaultRecord {
  readonly id: string
  readonly spec: FaultSpec
  /** Undefined before it begins. */
  readonly begun?: BegunFault | undefined
  /** Its beginning while it is planned, its end while it is in force; null when none is known. */
  readonly event: EventId | null
}

export interface BegunFault {
  readonly atMs: number
  /** The Nodes and Pods that its targets meant when it began. */
  readonly target: Side
  /** The same of `from`. */
  readonly from: Side | null
  /** Nodes whose machine has not run yet: it is done to them when it first does. */
  readonly waiting: readonly string[]
}

/** What is switched while any fault does so. */
export type Effect =
  | { readonly on: 'power' | 'kubelet' | 'link' | 'proxy'; readonly node: string }
  | { readonly on: 'readiness' | 'crash-loop'; readonly pod: string }

/** What a fault in force switches. */
export function effectsOf({ spec, begun }: FaultRecord): readonly Effect[] {
  if (!begun) return []
  const { target, waiting } = begun
  const nodes = target.nodes.filter(node => !waiting.includes(node))
  const onNodes = (on: 'power' | 'kubelet' | 'link' | 'proxy'): readonly Effect[] => nodes.map(node => ({ on, node }))
  const onPods = (on: 'readiness' | 'crash-loop'): readonly Effect[] => target.pods.map(pod => ({ on, pod }))
  switch (spec.type) {
    case 'node-crash':
    case 'zone-outage':
      return onNodes('power')
    case 'kubelet-stop':
      return onNodes('kubelet')
    case 'proxy-stop':
      return onNodes('proxy')
    case 'partition':
      return begun.from === null ? [...onNodes('link'), ...onNodes('proxy')] : []
    case 'readiness-fail':
      return onPods('readiness')
    case 'pod-crash-loop':
      return onPods('crash-loop')
    default:
      return []
  }
}

/** What a fault in force does to packets; undefined when nothing. */
export function disturbanceOf({ spec, begun }: FaultRecord): Disturbance | undefined {
  if (!begun) return undefined
  const { target, from } = begun
  switch (spec.type) {
    case 'partition':
      return { kind: 'cut', one: target, other: from }
    case 'packet-loss':
      return { kind: 'loss', one: target, other: from, share: (spec.percent ?? 0) / 100 }
    case 'pod-slow':
      return { kind: 'slow', pods: target.pods, addMs: spec.addMs ?? 0 }
    case 'dns-down':
      return { kind: 'no-dns', nodes: spec.target === undefined ? null : target.nodes }
    default:
      return undefined
  }
}

export function isSame(one: Effect, other: Effect): boolean {
  if (one.on !== other.on) return false
  return 'node' in one ? 'node' in other && one.node === other.node : 'pod' in other && one.pod === other.pod
}
