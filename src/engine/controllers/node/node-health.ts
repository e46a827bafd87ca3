// What the node lifecycle controller remembers of each Node and what it concludes from silence, after tryUpdateNodeHealth of
// pkg/controller/nodelifecycle: a new heartbeat or a renewed Lease is a sign of life, and the monitor's own clock counts from
// the tick that saw it. Changes nothing but the memory it is given.

import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { Lease } from '../../api/lease/lease.ts'
import type { Condition, ConditionStatus } from '../../api/meta.ts'
import type { Node } from '../../api/node/node.ts'
import { compareText } from '../../kernel/json.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition } from '../runtime/conditions.ts'

const MONITORED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** What is remembered of a Node; plain mutable data that is saved as it is. */
export interface Health {
  readonly uid: string
  /** When a sign of life was last seen, by the monitor's own clock; virtual ms. */
  probeMs: number
  /** The Ready status as the last tick left it; null without such a condition. */
  ready: ConditionStatus | null
  heartbeat: string
  renewTime: string
}

/** A moment of the cluster: virtual time, and the same as milliseconds since 1970. */
export interface Now {
  readonly nowMs: number
  readonly wallMs: number
}

/** A Node met for the first time counts as heard of now, or, if its kubelet never said anything, at its creation. */
export function newHealth(node: Node, { nowMs, wallMs }: Now): Health {
  const ready = findCondition(node.status?.conditions, 'Ready')
  const createdMs = parseTimestamp(node.metadata.creationTimestamp) ?? wallMs
  return {
    uid: node.metadata.uid,
    probeMs: ready ? nowMs : Math.min(nowMs, createdMs - wallMs + nowMs),
    ready: ready?.status ?? null,
    heartbeat: ready?.lastHeartbeatTime ?? '',
    renewTime: '',
  }
}

/** Looks for signs of life since the last tick. Either of the two suffices. */
export function noteSigns(
  health: Health,
  { node, lease, nowMs }: { node: Node; lease: Lease | undefined; nowMs: number },
): void {
  const ready = findCondition(node.status?.conditions, 'Ready')
  const heartbeat = ready?.lastHeartbeatTime ?? ''
  const renewTime = lease?.spec.renewTime ?? ''
  const isNew = (ready !== undefined) !== (health.ready !== null)
  const renewed = compareText(renewTime, health.renewTime) > 0
  if (isNew || renewed || heartbeat !== health.heartbeat) health.probeMs = nowMs
  health.heartbeat = heartbeat
  if (renewed) health.renewTime = renewTime
  health.ready = ready?.status ?? null
}

/** For how long a Node may be silent, in ms. */
export function graceOf({ ready }: Health, settings: ClusterSettings): number {
  return settings[ready === null ? 'node-startup-grace-period' : 'node-monitor-grace-period']
}

/** Whether the Node has been silent for longer than it may. */
export function isSilent(health: Health, nowMs: number, settings: ClusterSettings): boolean {
  // The real loop asks for more than the grace, and gets it by drifting a few milliseconds a tick. A regular clock must
  // take the tick at which the grace is exactly over, or everything would come a period late.
  return nowMs >= health.probeMs + graceOf(health, settings)
}

/** The conditions of a Node of which nothing was heard: all that its kubelet writes are Unknown. `now` is RFC 3339. */
export function unknownConditions(node: Node, now: string): readonly Condition[] {
  const before = node.status?.conditions ?? []
  const monitored: ReadonlySet<string> = new Set(MONITORED)
  const kept = before.map(condition => (monitored.has(condition.type) ? silenced(condition, now) : condition))
  const missing = MONITORED.filter(type => !findCondition(before, type))
  return [...kept, ...missing.map(type => neverPosted(type, node.metadata.creationTimestamp, now))]
}

function silenced(condition: Condition, now: string): Condition {
  if (condition.status === 'Unknown') return condition
  const message = 'Kubelet stopped posting node status.'
  return { ...condition, status: 'Unknown', lastTransitionTime: now, reason: 'NodeStatusUnknown', message }
}

function neverPosted(type: string, created: string, now: string): Condition {
  return {
    type,
    status: 'Unknown',
    lastHeartbeatTime: created,
    lastTransitionTime: now,
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
  }
}
