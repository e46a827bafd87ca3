// The sentence above the graph: one bold sentence about now, a plain one that follows from it, and what to do about it.
// Pure: it sees views, the clock and the state of the text, and picks the first case that holds, in order of importance:
//  1 nothing known yet · 2 the text is broken · 3 a Node without power · 4 a Node that boots · 5 nothing in the cluster
//  6 a Service that nobody answers · 7 Pods that start · 8 readiness that fails · 9 Pods that leave · 10 a Node just back
//  11 slices that fill · 12 a Service of a special kind · 13 all is well

import type { ClockView, MarkView, NodeView, PodView, ServiceView, View, ViewId } from '../../protocol/index.ts'
import type { Message, Phrase } from '../i18n/index.ts'
import { clusterFacts, lastDead, nodeToKill, slicesOf, subjectService, type ClusterFacts } from './cluster-facts.ts'
import { length } from './format-time.ts'
import { podSuffix } from './pod-name.ts'

export type SentenceAction =
  | { readonly type: 'kill-node'; readonly node: ViewId }
  | { readonly type: 'revive-node'; readonly node: ViewId; readonly name: string }
  | { readonly type: 'go-to-not-ready'; readonly node: ViewId }
  | { readonly type: 'go-to-eviction'; readonly atMs: number }
  | { readonly type: 'edit-yaml' }
  | { readonly type: 'ask-why'; readonly id: ViewId }
  | { readonly type: 'go-to-problem' }
  | { readonly type: 'last-good-text' }
  | { readonly type: 'scale'; readonly id: ViewId; readonly replicas: number; readonly more: boolean }
  | { readonly type: 'restore-readiness'; readonly id: ViewId; readonly name: string }
  | { readonly type: 'play' }

export interface Sentence {
  /** `alarm` has a × before it. */
  readonly tone: 'calm' | 'alarm'
  readonly bold: Message
  readonly plain: Phrase | null
  readonly actions: readonly SentenceAction[]
}

export interface SentenceInput {
  readonly connected: boolean
  readonly views: ReadonlyMap<ViewId, View>
  readonly clock: ClockView
  readonly marks: readonly MarkView[]
  readonly selected: ViewId | null
  /** Errors in the text that keep it from being applied. */
  readonly errors: number
}

interface Scene {
  readonly facts: ClusterFacts
  readonly service: ServiceView | null
  readonly input: SentenceInput
}

const BACK_FOR_MS = 20_000
const STARTING_FOR_MS = 10_000

export function sentence(input: SentenceInput): Sentence {
  const facts = clusterFacts(input.views)
  const scene: Scene = { facts, service: subjectService(facts, input.selected), input }
  const found =
    waiting(scene) ??
    broken(scene) ??
    dead(scene) ??
    booting(scene) ??
    empty(scene) ??
    unanswered(scene) ??
    starting(scene) ??
    unready(scene) ??
    leaving(scene) ??
    back(scene) ??
    filled(scene) ??
    special(scene) ??
    normal(scene)
  return { ...found, actions: found.actions.filter(action => !shownBySelection(action, scene)) }
}

/** What the selected card offers by itself is not offered twice. */
function shownBySelection(action: SentenceAction, { facts, input }: Scene): boolean {
  const selected = input.selected === null ? undefined : facts.views.get(input.selected)
  if (action.type === 'kill-node') return selected?.kind === 'Pod' || selected?.kind === 'Node'
  if (action.type === 'revive-node') return action.node === input.selected
  return action.type === 'restore-readiness' && action.id === input.selected
}

function say(key: Message['key'], values: Message['values'] = {}): Message {
  return { key, values }
}

function waiting({ input }: Scene): Sentence | null {
  if (input.connected) return null
  return { tone: 'calm', bold: say('sentence.waiting.bold'), plain: say('sentence.waiting.plain'), actions: [] }
}

function broken({ input }: Scene): Sentence | null {
  if (input.errors === 0) return null
  return {
    tone: 'calm',
    bold: say('sentence.broken.bold'),
    plain: say('sentence.broken.plain', { count: input.errors }),
    actions: [{ type: 'go-to-problem' }, { type: 'last-good-text' }],
  }
}

function dead(scene: Scene): Sentence | null {
  const node = lastDead(scene.facts)
  if (node === null) return null
  if (node.ready === 'True') return deadUnseen(scene, node)
  const { facts, service, input } = scene
  const revive: SentenceAction = { type: 'revive-node', node: node.id, name: node.name }
  const stranded = facts.pods.filter(pod => pod.node === node.name)
  const waitingForEviction = stranded.filter(pod => !pod.terminating && isEndpoint(scene, pod))
  if (waitingForEviction.length > 0 && node.evictsAtMs !== null) {
    const others = service?.readyEndpoints ?? 0
    return {
      tone: 'alarm',
      bold: say('sentence.deadKnown.bold', { node: node.name, count: waitingForEviction.length }),
      plain: {
        ...(others === 0 ? say('sentence.deadKnown.nobody') : say('sentence.deadKnown.rest', { count: others })),
        parts: { time: length(node.evictsAtMs - input.clock.nowMs) },
      },
      actions: [revive, { type: 'go-to-eviction', atMs: node.evictsAtMs }],
    }
  }
  if (stranded.some(pod => pod.terminating && pod.owner !== null)) {
    const missing = facts.workloads.some(workload => workload.readyReplicas < workload.replicas)
    if (missing) {
      return {
        tone: 'alarm',
        bold: say('sentence.evicted.bold', { node: node.name }),
        plain: say('sentence.evicted.plain'),
        actions: [revive],
      }
    }
    return {
      tone: 'calm',
      bold: say('sentence.replaced.bold'),
      plain: say('sentence.replaced.plain', { address: addressOf(service), node: node.name }),
      actions: [revive, ...askWhy(service)],
    }
  }
  return {
    tone: 'alarm',
    bold: say('sentence.deadIdle.bold', { node: node.name }),
    plain: service === null ? null : say('sentence.deadIdle.plain', { service: service.name }),
    actions: [revive],
  }
}

function deadUnseen({ facts, service }: Scene, node: NodeView): Sentence {
  const endpoints = service === null ? [] : slicesOf(facts, service.id).flatMap(slice => slice.endpoints)
  const ready = new Set(endpoints.filter(one => one.ready).map(one => one.address))
  const lost = new Set(endpoints.filter(one => one.ready && isDown(facts, one.node)).map(one => one.address))
  return {
    tone: 'alarm',
    bold: say('sentence.deadUnseen.bold', { node: node.name }),
    plain: service === null ? null : lossIn(lost.size, ready.size, service.name),
    actions: [
      { type: 'revive-node', node: node.id, name: node.name },
      { type: 'go-to-not-ready', node: node.id },
    ],
  }
}

function lossIn(dead: number, ready: number, service: string): Message {
  if (dead === 0) return say('sentence.deadUnseen.none', { service })
  if (dead === ready) return say('sentence.deadUnseen.all')
  if (ready % dead === 0 && ready / dead <= 10) return say('sentence.deadUnseen.every', { count: ready / dead })
  return say('sentence.deadUnseen.some', { dead, ready })
}

function isDown(facts: ClusterFacts, node: string): boolean {
  return facts.nodes.some(one => one.name === node && one.simulated && !one.power)
}

function isEndpoint({ facts, service }: Scene, pod: PodView): boolean {
  if (service === null) return true
  return slicesOf(facts, service.id).some(slice => slice.endpoints.some(endpoint => endpoint.pod === pod.id))
}

function addressOf(service: ServiceView | null): string {
  if (service === null) return ''
  return /^\d|:/.test(service.clusterIP) ? service.clusterIP : service.name
}

function askWhy(service: ServiceView | null): readonly SentenceAction[] {
  return service === null ? [] : [{ type: 'ask-why', id: service.id }]
}

function booting({ facts }: Scene): Sentence | null {
  const node = facts.nodes.find(one => one.simulated && one.power && one.powerSinceMs > 0 && one.ready !== 'True')
  if (node === undefined) return null
  return {
    tone: 'calm',
    bold: say('sentence.booting.bold', { node: node.name }),
    plain: say('sentence.booting.plain'),
    actions: [{ type: 'ask-why', id: node.id }],
  }
}

function empty({ facts, service, input }: Scene): Sentence | null {
  if (service !== null) return null
  const actions: readonly SentenceAction[] = [{ type: 'edit-yaml' }]
  if (facts.pods.length === 0 && facts.workloads.length === 0) {
    return { tone: 'calm', bold: say('sentence.empty.bold'), plain: say('sentence.empty.plain'), actions }
  }
  const count = facts.pods.filter(pod => pod.ready).length
  if (count === 0 && input.clock.nowMs < STARTING_FOR_MS) return null
  return {
    tone: 'calm',
    bold: say('sentence.noService.bold', { count: facts.pods.length }),
    plain: say('sentence.noService.plain'),
    actions,
  }
}

function unanswered(scene: Scene): Sentence | null {
  const { facts, service } = scene
  if (service === null || service.emptyReason === null) return null
  const actions: readonly SentenceAction[] = [...askWhy(service), { type: 'edit-yaml' }]
  const name = { service: service.name }
  if (service.emptyReason === 'no-endpoints-by-hand') {
    return {
      tone: 'alarm',
      bold: say('sentence.byHandMissing.bold', name),
      plain: say('sentence.byHandMissing.plain'),
      actions,
    }
  }
  if (service.emptyReason === 'no-pod-matches') {
    const comingSoon = facts.workloads.some(workload => workload.currentReplicas < workload.replicas)
    if (comingSoon && facts.pods.length === 0) return null
    return {
      tone: 'alarm',
      bold: say('sentence.noPodMatches.bold', name),
      plain: say('sentence.noPodMatches.plain'),
      actions,
    }
  }
  if (facts.pods.some(pod => isStarting(pod, scene.input.clock.nowMs))) return null
  return { tone: 'alarm', bold: say('sentence.noneReady.bold', name), plain: say('sentence.noneReady.plain'), actions }
}

function isStarting(pod: PodView, nowMs: number): boolean {
  if (pod.ready || pod.terminating || pod.readinessFails) return false
  return pod.phase === 'Pending' || nowMs - pod.createdMs < STARTING_FOR_MS
}

function starting({ facts, service, input }: Scene): Sentence | null {
  const { nowMs } = input.clock
  const homeless = facts.pods.filter(pod => pod.node === '' && !pod.terminating && nowMs - pod.createdMs > 5_000)
  if (homeless.length > 0) {
    return {
      tone: 'alarm',
      bold: say('sentence.unschedulable.bold', { count: homeless.length }),
      plain: say('sentence.unschedulable.plain'),
      actions: homeless.slice(0, 1).map(pod => ({ type: 'ask-why', id: pod.id }) as const),
    }
  }
  const wanted = facts.workloads.reduce((sum, workload) => sum + workload.replicas, 0)
  const ready = facts.workloads.reduce((sum, workload) => sum + Math.min(workload.readyReplicas, workload.replicas), 0)
  const coming =
    facts.pods.some(pod => isStarting(pod, nowMs)) || facts.workloads.some(one => one.currentReplicas < one.replicas)
  if (!coming || ready >= wanted) return null
  return {
    tone: 'calm',
    bold: say('sentence.starting.bold', { ready, total: wanted }),
    plain: say('sentence.starting.plain'),
    actions: input.clock.running ? askWhy(service) : [{ type: 'play' }],
  }
}

function unready({ facts, service }: Scene): Sentence | null {
  const failing = facts.pods.filter(pod => pod.readinessFails && !pod.terminating)
  const pod = failing.find(one => !one.ready) ?? failing[0]
  if (pod === undefined) return null
  const name = podSuffix(pod.name)
  const actions: readonly SentenceAction[] = [{ type: 'restore-readiness', id: pod.id, name }, ...askWhy(service)]
  if (pod.ready) {
    return {
      tone: 'alarm',
      bold: say('sentence.probeFails.bold', { pod: name }),
      plain: say('sentence.probeFails.plain'),
      actions,
    }
  }
  const others = service?.readyEndpoints ?? 0
  return {
    tone: 'alarm',
    bold: say('sentence.unready.bold', { pod: name }),
    plain: others === 0 ? say('sentence.unready.nobody') : say('sentence.unready.rest', { count: others }),
    actions,
  }
}

function leaving({ facts, service }: Scene): Sentence | null {
  const count = facts.pods.filter(pod => pod.terminating && pod.alive).length
  if (count === 0) return null
  return {
    tone: 'calm',
    bold: say('sentence.leaving.bold', { count }),
    plain: say('sentence.leaving.plain'),
    actions: askWhy(service),
  }
}

function back(scene: Scene): Sentence | null {
  const { facts, input } = scene
  const mark = input.marks.findLast(one => one.type === 'node-ready')
  if (mark === undefined || input.clock.nowMs - mark.atMs > BACK_FOR_MS) return null
  const node = facts.nodes.find(one => one.id === mark.about)
  if (node === undefined || node.powerSinceMs === 0) return null
  return {
    tone: 'calm',
    bold: say('sentence.back.bold', { node: node.name }),
    plain: say('sentence.back.plain'),
    actions: calmActions(scene),
  }
}

function filled(scene: Scene): Sentence | null {
  const { facts, service, input } = scene
  if (service === null || service.selector === null) return null
  const slices = slicesOf(facts, service.id).filter(slice => slice.endpoints.length > 0)
  if (slices.length < 2) return null
  const counts = slices.map(slice => slice.endpoints.length).sort((a, b) => b - a)
  const count = counts.reduce((sum, one) => sum + one, 0)
  const owner = facts.workloads.find(workload => workload.replicas === count)
  const grow = (replicas: number, more: boolean): SentenceAction[] =>
    owner === undefined ? [] : [{ type: 'scale', id: owner.id, replicas, more }]
  const max = slices[0]?.maxEndpoints ?? 100
  const full = counts.slice(0, -1).every(one => one === max)
  return {
    tone: 'calm',
    bold: say(full ? 'sentence.slices.bold' : 'sentence.slices.spread', {
      count,
      slices: slices.length,
      counts: counts.join(', '),
    }),
    plain: input.clock.running ? say('sentence.slices.plain', { max }) : say('sentence.paused.plain'),
    actions: [...grow(count + 1, true), ...grow(slices.length * max + 1, false), ...askWhy(service)],
  }
}

function special(scene: Scene): Sentence | null {
  const { service, input } = scene
  if (service === null) return null
  const count = service.readyEndpoints
  const actions = calmActions(scene)
  const tone = 'calm' as const
  const plain = (message: Message): Message => (input.clock.running ? message : say('sentence.paused.plain'))
  if (service.type === 'ExternalName') {
    return {
      tone,
      bold: say('sentence.externalName.bold', { service: service.name }),
      plain: plain(say('sentence.externalName.plain', { target: service.externalName })),
      actions: actions.filter(action => action.type !== 'kill-node'),
    }
  }
  if (service.selector === null) {
    return {
      tone,
      bold: say('sentence.byHand.bold', { count, service: service.name }),
      plain: plain(say('sentence.byHand.plain')),
      actions: actions.filter(action => action.type !== 'kill-node'),
    }
  }
  if (service.clusterIP === 'None') {
    return {
      tone,
      bold: say('sentence.headless.bold', { count }),
      plain: plain(say('sentence.headless.plain')),
      actions,
    }
  }
  if (service.ports.length > 1) {
    return {
      tone,
      bold: say('sentence.ports.bold', { count, ports: service.ports.length }),
      plain: plain(say('sentence.ports.plain')),
      actions,
    }
  }
  return null
}

function normal(scene: Scene): Sentence {
  const { facts, service, input } = scene
  const called = facts.clients.some(client => client.service === service?.id)
  const plain = called ? say('sentence.normal.plain') : say('sentence.quiet.plain')
  return {
    tone: 'calm',
    bold: say('sentence.normal.bold', { count: service?.readyEndpoints ?? 0 }),
    plain: input.clock.running ? plain : say('sentence.paused.plain'),
    actions: calmActions(scene),
  }
}

function calmActions({ facts, service, input }: Scene): readonly SentenceAction[] {
  const victim = nodeToKill(facts, input.selected)
  const kill: readonly SentenceAction[] = victim === null ? [] : [{ type: 'kill-node', node: victim.id }]
  return [...kill, { type: 'edit-yaml' }, ...askWhy(service)]
}
