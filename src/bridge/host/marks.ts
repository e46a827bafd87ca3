// What is worth a mark on the timeline: taken from changes of objects, from the truth about machines, from faults, and from
// what users did. Marks of one type that fall into one frame become one mark with a count.

import { type Cluster, type EndpointSlice, type Pod, type WatchEvent } from '../../engine/index.ts'
import type { MarkView, ViewId } from '../../protocol/index.ts'
import { faultMark } from './fault-marks.ts'
import { isHidden, viewId } from './view-ids.ts'

const WATCHED = ['Node', 'Pod', 'Service', 'EndpointSlice', 'ReplicaSet', 'Deployment', 'StatefulSet'] as const
type Watched = (typeof WATCHED)[number]

/** Marks kept for clients that come later. */
const KEPT_MAX = 300
/** A change after which no proxy wrote anything for so long was none of theirs. */
const SYNC_MS_MAX = 5_000

export interface SavedMarks {
  readonly nextId: number
  readonly kept: readonly MarkView[]
  /** Virtual time from which a finished sync has surely heard of the last change; null when none is awaited. */
  readonly awaitedMs: number | null
}

export class Marks {
  readonly #cluster: Cluster
  #nextId = 1
  #kept: MarkView[] = []
  #fresh: MarkView[] = []
  #awaitedMs: number | null = null
  readonly #power = new Map<string, boolean>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    for (const machine of cluster.world.machines()) this.#power.set(machine.name, machine.power)
    cluster.store.watch(WATCHED, event => {
      if (!isHidden(event.kind, event.object.metadata.namespace, event.object.metadata.name)) this.#notice(event)
    })
    cluster.world.onChange(change => {
      if (change.type === 'machine') this.#noticeMachine(change.name)
    })
    cluster.traffic.faults.onNews(news => {
      const mark = faultMark(news)
      if (mark) this.add(mark.type, mark.about, mark.label)
    })
  }

  /** Notes that something happened now. */
  add(type: MarkView['type'], about: ViewId | null, label: string): void {
    this.#fresh.push({ id: this.#nextId++, atMs: this.#cluster.nowMs, type, about, label, count: 1 })
  }

  /** The marks since the last call, one for each type. */
  take(): readonly MarkView[] {
    this.#settle()
    const taken = gather(this.#fresh)
    this.#fresh = []
    this.#kept = [...this.#kept, ...taken].slice(-KEPT_MAX)
    return taken
  }

  /** The marks so far, for a client that comes now. Call after `take`. */
  all(): readonly MarkView[] {
    return this.#kept
  }

  save(): SavedMarks {
    return { nextId: this.#nextId, kept: [...this.#kept, ...gather(this.#fresh)], awaitedMs: this.#awaitedMs }
  }

  load(saved: SavedMarks): void {
    this.#nextId = saved.nextId
    this.#kept = [...saved.kept]
    this.#fresh = []
    this.#awaitedMs = saved.awaitedMs
  }

  #notice(event: WatchEvent<Watched>): void {
    const { kind, type, object } = event
    const id = viewId(kind, object.metadata.namespace, object.metadata.name)
    const add = (mark: MarkView['type']): void => this.add(mark, id, object.metadata.name)
    switch (event.kind) {
      case 'Pod':
        return this.#noticePod(event, add)
      case 'Node': {
        const before = readyOf(event.previous)
        const after = readyOf(event.object)
        if (type === 'MODIFIED' && before === 'True' && after !== 'True') add('node-not-ready')
        if (type === 'MODIFIED' && before === 'Unknown' && after === 'True') add('node-ready')
        return
      }
      case 'EndpointSlice':
        this.#awaitProxies()
        if (type === 'ADDED') add('slice-created')
        if (type === 'DELETED') add('slice-deleted')
        return this.#noticeEndpoints(event)
      case 'Service':
        return this.#awaitProxies()
      case 'Deployment':
      case 'StatefulSet':
      case 'ReplicaSet': {
        const owned = object.metadata.ownerReferences?.some(reference => reference.controller)
        if (!owned && event.previous && event.previous.spec.replicas !== event.object.spec.replicas) add('scaled')
        return
      }
    }
  }

  #noticePod({ type, object, previous }: WatchEvent<'Pod'>, add: (type: MarkView['type']) => void): void {
    if (type === 'DELETED') return add('pod-deleted')
    const isTerminating = object.metadata.deletionTimestamp !== undefined
    if (isTerminating && previous?.metadata.deletionTimestamp === undefined && isEvicted(object)) add('pod-evicted')
    const wasReady = readyOf(previous) === 'True'
    const isReady = readyOf(object) === 'True'
    if (isReady && !wasReady) add('pod-ready')
    if (wasReady && !isReady && !isTerminating) add('pod-unready')
  }

  #noticeEndpoints({ object, previous }: WatchEvent<'EndpointSlice'>): void {
    if (!previous || previous === object) return
    const before = readyAddresses(previous)
    const after = readyAddresses(object)
    for (const endpoint of object.endpoints) {
      const address = endpoint.addresses[0] ?? ''
      if (!before.has(address) || after.has(address)) continue
      const { targetRef } = endpoint
      const pod = targetRef?.kind === 'Pod' ? viewId('Pod', object.metadata.namespace, targetRef.name ?? '') : null
      this.add('endpoint-unready', pod, targetRef?.name ?? address)
    }
  }

  #noticeMachine(name: string): void {
    const power = this.#cluster.world.machine(name)?.power
    const before = this.#power.get(name)
    if (power === undefined) this.#power.delete(name)
    else this.#power.set(name, power)
    if (before === undefined || power === undefined || before === power) return
    this.add(power ? 'node-revived' : 'node-died', viewId('Node', '', name), name)
  }

  // A proxy hears of a change no sooner than the shortest delay, and then needs time to write.
  #awaitProxies(): void {
    const { settings, nowMs } = this.#cluster
    const shortest = settings['sim-proxy-watch-delay'] * (1 - settings['sim-proxy-watch-jitter'])
    this.#awaitedMs = nowMs + shortest + settings['sim-proxy-sync-time']
  }

  #settle(): void {
    if (this.#awaitedMs === null) return
    const { world, nowMs } = this.#cluster
    const running = world.machines().filter(machine => machine.power)
    const synced = running.map(machine => this.#cluster.proxySyncedMs(machine.name))
    if (running.length > 0 && synced.every(ms => ms >= (this.#awaitedMs ?? 0))) {
      this.#awaitedMs = null
      const mark = { type: 'proxies-synced', about: null, label: '', count: running.length } as const
      this.#fresh.push({ id: this.#nextId++, atMs: Math.max(...synced), ...mark })
    } else if (nowMs > this.#awaitedMs + SYNC_MS_MAX) this.#awaitedMs = null
  }
}

/** One mark for each type, where its first stood, in order of time. One about several things is about none of them. */
export function gather(marks: readonly MarkView[]): MarkView[] {
  const byType = new Map<MarkView['type'], MarkView>()
  for (const mark of marks) {
    const first = byType.get(mark.type)
    if (!first) byType.set(mark.type, mark)
    else {
      const about = first.about === mark.about ? first.about : null
      byType.set(mark.type, { ...first, about, count: first.count + mark.count })
    }
  }
  return [...byType.values()].sort((a, b) => a.atMs - b.atMs || a.id - b.id)
}

function readyOf(object: Pod | { readonly status?: Pod['status'] } | undefined): string | undefined {
  return object?.status?.conditions?.find(condition => condition.type === 'Ready')?.status
}

function isEvicted(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some(
      condition => condition.type === 'DisruptionTarget' && condition.reason === 'DeletionByTaintManager',
    ) ?? false
  )
}

function readyAddresses(slice: EndpointSlice): ReadonlySet<string> {
  return new Set(
    slice.endpoints
      .filter(endpoint => endpoint.conditions?.ready !== false)
      .map(endpoint => endpoint.addresses[0] ?? ''),
  )
}
