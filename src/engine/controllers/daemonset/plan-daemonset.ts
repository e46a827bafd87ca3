// Which Pods a DaemonSet makes and deletes next, after pkg/controller/daemon daemon_controller.go (manage) and update.go
// (rollingUpdate): a Pod on each Node that should have one and none elsewhere; then, under RollingUpdate, as many old Pods
// are deleted as may be unavailable, or as many new ones made beside the old as the surge allows. Pure.

import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import { shareOf } from '../runtime/counts.ts'
import { isPodAvailable, isPodReady, isTerminating } from '../runtime/pod-facts.ts'
import { isUpToDate, type Fit } from './daemon-pods.ts'

/** One Node with what the set has there. */
export interface DaemonPlace {
  readonly node: string
  /** `exists: false` for a Node that is gone and of which Pods still speak. */
  readonly fit: Fit & { readonly exists: boolean }
  /** Oldest first, terminating ones among them. */
  readonly pods: readonly Pod[]
}

export interface DaemonInput {
  readonly set: DaemonSet
  /** Every Node, by name. */
  readonly places: readonly DaemonPlace[]
  /** Of the present template. */
  readonly hash: string
  readonly wallMs: number
}

export interface DaemonPlan {
  readonly createOn: readonly string[]
  readonly remove: readonly Pod[]
  /** Ended Pods: to be deleted and said, Failed ones not too soon one after another. */
  readonly ended: readonly { readonly pod: Pod; readonly node: string }[]
}

interface Limits {
  readonly surge: number
  readonly unavailable: number
}

/** A Pod on each Node that should have one, and no more. */
export function planManage(input: DaemonInput): DaemonPlan {
  const limits = limitsOf(input)
  const createOn: string[] = []
  const remove: Pod[] = []
  const ended: { pod: Pod; node: string }[] = []
  for (const { node, fit, pods } of input.places) {
    const staying = pods.filter(pod => !isTerminating(pod))
    if (fit.shouldRun && pods.length === 0) createOn.push(node)
    else if (!fit.exists) remove.push(...staying.filter(pod => !pod.spec.nodeName))
    else if (!fit.mayStay) remove.push(...staying)
    else {
      const running = staying.filter(pod => !hasEnded(pod))
      ended.push(...staying.filter(hasEnded).map(pod => ({ pod, node })))
      remove.push(...(limits.surge === 0 ? running.slice(1) : surplusInSurge(input, running)))
    }
  }
  return { createOn, remove, ended }
}

/** The next step of a rolling update; what `planManage` is about to do counts as unavailable. */
export function planUpdate(input: DaemonInput): DaemonPlan {
  const limits = limitsOf(input)
  return limits.surge > 0 ? planSurge(input, limits.surge) : planReplacement(input, limits.unavailable)
}

function planReplacement(input: DaemonInput, limit: number): DaemonPlan {
  const broken: Pod[] = []
  const candidates: Pod[] = []
  let unavailable = 0
  for (const place of input.places) {
    if (!counts(place)) continue
    const pair = pairOn(input, place)
    if (!pair || (pair.old === undefined) === (pair.fresh === undefined)) unavailable++
    else if (pair.fresh) unavailable += isAvailable(input, pair.fresh) ? 0 : 1
    else if (pair.old) (isAvailable(input, pair.old) ? candidates : broken).push(pair.old)
  }
  const room = Math.max(0, limit - unavailable)
  return { createOn: [], remove: [...broken, ...candidates.slice(0, room)], ended: [] }
}

function planSurge(input: DaemonInput, limit: number): DaemonPlan {
  const broken: string[] = []
  const candidates: string[] = []
  const remove: Pod[] = []
  let surging = 0
  for (const place of input.places) {
    if (!counts(place)) continue
    const pair = pairOn(input, place)
    if (!pair) surging++
    else if (!pair.old) continue
    else if (!pair.fresh) {
      if (place.fit.shouldRun) (isAvailable(input, pair.old) ? candidates : broken).push(place.node)
    } else if (isAvailable(input, pair.fresh)) remove.push(pair.old)
    else surging++
  }
  return { createOn: [...broken, ...candidates.slice(0, Math.max(0, limit - surging))], remove, ended: [] }
}

/** maxSurge and maxUnavailable round up by the Nodes that should have a Pod; both 0 would never move. */
function limitsOf({ set, places }: DaemonInput): Limits {
  const { type, rollingUpdate } = set.spec.updateStrategy
  if (type !== 'RollingUpdate') return { surge: 0, unavailable: 0 }
  const desired = places.filter(({ fit }) => fit.shouldRun).length
  const surge = shareOf(rollingUpdate?.maxSurge ?? 0, desired, Math.ceil)
  const unavailable = shareOf(rollingUpdate?.maxUnavailable ?? 1, desired, Math.ceil)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

// Beside the oldest Pod of the present template the oldest old one stays as long as it is ready and the new one is not yet.
function surplusInSurge(input: DaemonInput, running: readonly Pod[]): readonly Pod[] {
  if (running.length <= 1) return []
  const fresh = running.find(pod => isUpToDate(input.set, pod, input.hash))
  const old = running.find(pod => !isUpToDate(input.set, pod, input.hash))
  const surplus = running.filter(pod => pod !== fresh && pod !== old)
  return fresh && old && (!isPodReady(old) || isAvailable(input, fresh)) ? [...surplus, old] : surplus
}

interface Pair {
  readonly fresh: Pod | undefined
  readonly old: Pod | undefined
}

/** The one old and the one new Pod of a Node; undefined where there are several of a sort. */
function pairOn({ set, hash }: DaemonInput, { pods }: DaemonPlace): Pair | undefined {
  const staying = pods.filter(pod => !isTerminating(pod))
  const fresh = staying.filter(pod => isUpToDate(set, pod, hash))
  const old = staying.filter(pod => !isUpToDate(set, pod, hash))
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] }
}

function counts({ fit, pods }: DaemonPlace): boolean {
  return fit.shouldRun || pods.length > 0
}

function isAvailable({ set, wallMs }: DaemonInput, pod: Pod): boolean {
  return isPodAvailable(pod, set.spec.minReadySeconds ?? 0, wallMs)
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded'
}

/** The order in which Pods of one Node are told apart: bound ones first, then the older. */
export function byAge(a: Pod, b: Pod): number {
  return (
    Number(a.spec.nodeName === undefined) - Number(b.spec.nodeName === undefined) ||
    compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compareText(a.metadata.name, b.metadata.name)
  )
}
