// What a StatefulSet does next with its Pods, after pkg/controller/statefulset stateful_set_control.go: numbers from below
// are made and healed, those above the range stopped from the top, and last of all old Pods give way to the update, from
// the top down to the partition. OrderedReady takes one step and waits; Parallel takes all but those of an update, in a
// slow start. Pure.

import type { Pod } from '../../api/pod/pod.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { isPodAvailable, isPodReady, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { hasIdentity, ordinalOf, podRevision } from './stateful-pods.ts'

export type StatefulStep =
  | { readonly type: 'create'; readonly ordinal: number; readonly revision: 'current' | 'update' }
  | { readonly type: 'delete'; readonly pod: Pod }
  /** Its labels no longer say who it is. */
  | { readonly type: 'identify'; readonly pod: Pod }

/** Steps of one batch are all tried; none of a later batch is, once one of them was refused. */
export type PlannedStep = StatefulStep & { readonly batch: string }

export interface StatefulInput {
  readonly set: StatefulSet
  readonly pods: readonly Pod[]
  /** Name of the revision that Pods are to have in the end. */
  readonly updateRevision: string
  readonly wallMs: number
}

interface Places {
  /** The Pod of each number in the range, from below; undefined where there is none. */
  readonly replicas: readonly (Pod | undefined)[]
  /** Pods beyond the range, from the top. */
  readonly condemned: readonly Pod[]
}

export function planStatefulSet(input: StatefulInput): readonly PlannedStep[] {
  const { set } = input
  const places = placesOf(set, input.pods)
  const isOrdered = set.spec.podManagementPolicy === 'OrderedReady'
  const steps: PlannedStep[] = []
  for (const [index] of places.replicas.entries()) {
    const { step, blocks } = fillPlace(input, places, index)
    if (step) steps.push({ ...step, batch: batchOf('fill', index, isOrdered) })
    if (blocks && isOrdered) return steps
  }
  const isHealthy = healthOf(input)
  // The lowest number that is not healthy may be stopped all the same; any other waits until it is.
  const ailing = [...places.replicas, ...places.condemned.toReversed()].find(pod => !pod || !isHealthy(pod))
  for (const [index, pod] of places.condemned.entries()) {
    const waits = isTerminating(pod) || (!isHealthy(pod) && pod !== ailing)
    if (isOrdered && waits) return steps
    if (isTerminating(pod)) continue
    steps.push({ type: 'delete', pod, batch: batchOf('stop', index, isOrdered) })
    if (isOrdered) return steps
  }
  const outdated = set.spec.updateStrategy.type === 'RollingUpdate' ? nextOutdated(input, places) : undefined
  return outdated ? [...steps, { type: 'delete', pod: outdated, batch: 'update' }] : steps
}

/** In parallel a slow start: one place, then two, four and so on. */
function batchOf(phase: 'fill' | 'stop', index: number, isOrdered: boolean): string {
  return `${phase} ${isOrdered ? index : 31 - Math.clz32(index + 1)}`
}

/** Running, Ready for long enough, and not on its way out. */
export function healthOf({ set, wallMs }: StatefulInput): (pod: Pod) => boolean {
  return pod =>
    pod.status?.phase === 'Running' &&
    isPodReady(pod) &&
    !isTerminating(pod) &&
    isPodAvailable(pod, set.spec.minReadySeconds ?? 0, wallMs)
}

function placesOf(set: StatefulSet, pods: readonly Pod[]): Places {
  const start = firstOrdinal(set)
  const byOrdinal = new Map<number, Pod>()
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod)
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod)
  }
  return {
    replicas: Array.from({ length: set.spec.replicas }, (_, index) => byOrdinal.get(start + index)),
    condemned: [...byOrdinal]
      .filter(([ordinal]) => ordinal < start || ordinal >= start + set.spec.replicas)
      .sort((a, b) => b[0] - a[0])
      .map(([, pod]) => pod),
  }
}

/** What the place needs, and whether those above have to wait for it. */
function fillPlace(
  input: StatefulInput,
  { replicas }: Places,
  index: number,
): { readonly step?: StatefulStep; readonly blocks: boolean } {
  const { set } = input
  const pod = replicas[index]
  if (!pod) {
    const revision = isBelowPartition(set, index) ? 'current' : 'update'
    return { step: { type: 'create', ordinal: firstOrdinal(set) + index, revision }, blocks: true }
  }
  if (isPodTerminal(pod)) return isTerminating(pod) ? { blocks: true } : { step: { type: 'delete', pod }, blocks: true }
  const blocks = !healthOf(input)(pod)
  const isLeft = hasIdentity(pod) || (blocks && set.spec.podManagementPolicy === 'OrderedReady')
  return isLeft ? { blocks } : { step: { type: 'identify', pod }, blocks }
}

/** The highest Pod that is to be replaced; undefined while one above it is not healthy yet. */
function nextOutdated(input: StatefulInput, { replicas }: Places): Pod | undefined {
  const isHealthy = healthOf(input)
  for (const [index, pod] of [...replicas.entries()].toReversed()) {
    if (isBelowPartition(input.set, index) || !pod) return undefined
    if (podRevision(pod) !== input.updateRevision && !isTerminating(pod)) return pod
    if (!isHealthy(pod)) return undefined
  }
  return undefined
}

function isBelowPartition({ spec }: StatefulSet, index: number): boolean {
  const { type, rollingUpdate } = spec.updateStrategy
  return type === 'RollingUpdate' && index < (rollingUpdate?.partition ?? 0)
}

export function firstOrdinal({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0
}
