// Faults on a written schedule: each begins at its time or at once, lasts as long as it says or until it is healed, and any
// number may be in force together. What several faults do alike is over when the last of them is. A fault on machines is over
// too when somebody has started all of them again by hand.

import { readFault, type FaultSpec } from '../../api/fault-spec.ts'
import type { World } from '../../apps/world.ts'
import type { Dataplane } from '../../dataplane/index.ts'
import type { EventLoop } from '../../kernel/event-loop.ts'
import { compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import type { StoreClient } from '../../store/client.ts'
import type { CommandResult } from '../workload.ts'
import { disturbanceOf, effectsOf, isSame, type BegunFault, type Effect, type FaultRecord } from './fault-record.ts'
import { findTargets, podsOf } from './fault-targets.ts'
import { isBroken, switchEffect } from './switch-effect.ts'
import type { Wire } from './wire.ts'

/** A fault as others see it: what it was told, with its id and whether it has begun. */
export type Fault = FaultSpec & {
  readonly id: string
  readonly state: 'planned' | 'in-force'
  /** When it began, virtual ms; null before. */
  readonly beganMs: number | null
}

/** `missed`: its time came, and what it was meant for was not there. */
export interface FaultNews {
  readonly type: 'begun' | 'over' | 'missed'
  readonly fault: Fault
}

export interface FaultsContext {
  readonly loop: EventLoop
  readonly world: World
  readonly dataplane: Dataplane
  readonly store: StoreClient
  readonly wire: Wire
  /** Told when the ways of packets have changed. */
  readonly waysChanged: () => void
}

interface SavedFaults {
  readonly faults: readonly FaultRecord[]
  readonly made: number
}

const BEGIN = 'faults/begin'
const END = 'faults/end'
const MACHINE = 'faults/machine'
const NOWHERE = { nodes: [], pods: [] }

export class Faults implements Part {
  readonly partName = 'faults'
  readonly #context: FaultsContext
  readonly #faults = new Map<string, FaultRecord>()
  readonly #listeners: ((news: FaultNews) => void)[] = []
  #made = 0

  constructor(context: FaultsContext) {
    this.#context = context
    const { loop, world } = context
    loop.on<string>(BEGIN, id => this.#beginPlanned(id))
    loop.on<string>(END, id => this.heal(id))
    loop.on<string>(MACHINE, name => this.#followMachine(name))
    world.onChange(change => {
      if (change.type === 'machine' && this.#faults.size > 0) loop.schedule(MACHINE, 0, change.name)
    })
  }

  /** Those planned and those in force, by id. */
  list(): readonly Fault[] {
    return [...this.#faults.values()].map(view).sort((a, b) => compareText(a.id, b.id))
  }

  /** Tells when a fault begins and when it is over. Wiring, not state. */
  onNews(listener: (news: FaultNews) => void): void {
    this.#listeners.push(listener)
  }

  /** The id that the next fault gets when it has none. */
  freeId(): string {
    let number = this.#made + 1
    while (this.#faults.has(`fault-${number}`)) number++
    return `fault-${number}`
  }

  /** Plans a fault, or lets it begin at once; refuses with a sentence what makes no sense. */
  inject(given: FaultSpec): CommandResult {
    const spec = readFault(given)
    if ('message' in spec) return { ok: false, message: spec.message }
    const id = spec.id ?? this.freeId()
    if (this.#faults.has(id)) return { ok: false, message: `fault "${id}" already exists` }
    const { loop } = this.#context
    const record: FaultRecord = { id, spec, event: null }
    if (spec.atMs !== undefined && spec.atMs > loop.nowMs)
      this.#faults.set(id, { ...record, event: loop.scheduleAt(BEGIN, spec.atMs, id) })
    else {
      const wrong = this.#begin(record)
      if (wrong !== undefined) return { ok: false, message: wrong }
    }
    this.#made++
    return { ok: true }
  }

  /** Ends a fault, or forgets one that is planned. */
  heal(id: string): CommandResult {
    const record = this.#faults.get(id)
    if (!record) return { ok: false, message: `fault "${id}" not found` }
    if (record.event !== null) this.#context.loop.cancel(record.event)
    this.#faults.delete(id)
    if (!record.begun) return { ok: true }
    this.#switch(effectsOf(record), false)
    this.#spread(record)
    this.#tell('over', record)
    return { ok: true }
  }

  save(): SavedFaults {
    return { faults: [...this.#faults.values()], made: this.#made }
  }

  load(saved: SavedFaults): void {
    this.#faults.clear()
    for (const fault of saved.faults) this.#faults.set(fault.id, fault)
    this.#made = saved.made
    this.#disturb()
  }

  #beginPlanned(id: string): void {
    const record = this.#faults.get(id)
    if (!record) return
    this.#faults.delete(id)
    if (this.#begin({ ...record, event: null }) !== undefined) this.#tell('missed', record)
  }

  /** Says what is in its way, or undefined. */
  #begin(record: FaultRecord): string | undefined {
    const { loop, world } = this.#context
    const { id, spec } = record
    const begun = this.#meant(spec)
    if ('message' in begun) return begun.message
    if (spec.type === 'pod-crash') {
      for (const pod of begun.target.pods) {
        const [namespace = '', name = ''] = pod.split('/')
        world.crash(namespace, name)
      }
      this.#tell('begun', { ...record, begun })
      return undefined
    }
    const event = spec.forMs === undefined ? null : loop.schedule(END, spec.forMs, id)
    const inForce = { ...record, begun, event }
    this.#switch(effectsOf(inForce), true)
    this.#faults.set(id, inForce)
    this.#spread(inForce)
    this.#tell('begun', inForce)
    return undefined
  }

  /** Whom a fault is for, now that it begins. */
  #meant(spec: FaultSpec): BegunFault | { readonly message: string } {
    const { store, world, loop } = this.#context
    const list = typeof spec.target === 'string' || spec.target === undefined ? null : spec.target
    const isBetweenTwo = spec.type === 'partition' && spec.from === undefined && list?.length === 2
    const target = findTargets(isBetweenTwo ? list?.[0] : spec.target, store)
    const from = findTargets(isBetweenTwo ? list?.[1] : spec.from, store)
    if ('message' in target) return target
    if ('message' in from) return from
    const hasFrom = isBetweenTwo || spec.from !== undefined
    const isOfPods = spec.type.startsWith('pod-') || spec.type === 'readiness-fail'
    return {
      atMs: loop.nowMs,
      target: isOfPods ? { ...NOWHERE, pods: podsOf(target, store) } : target,
      from: hasFrom ? from : null,
      waiting: target.nodes.filter(node => !isOfPods && !world.machine(node)),
    }
  }

  /** Switches what no other fault holds as it is. */
  #switch(effects: readonly Effect[], broken: boolean): void {
    const held = [...this.#faults.values()].flatMap(effectsOf)
    for (const effect of effects)
      if (!held.some(other => isSame(effect, other))) switchEffect(this.#effectContext, effect, broken)
  }

  /** Has packets and kube-proxies follow what a fault that began or is over does to them. */
  #spread({ spec, begun }: FaultRecord): void {
    const { dataplane, waysChanged } = this.#context
    if (spec.type === 'proxy-lag') {
      const stopped = [...this.#faults.values()].flatMap(effectsOf).filter(({ on }) => on === 'proxy')
      for (const node of begun?.target.nodes ?? []) {
        const isStopped = stopped.some(effect => 'node' in effect && effect.node === node)
        dataplane.disturb(node, { stopped: isStopped, lagMs: this.#lagMs(node) })
      }
    }
    this.#disturb()
    waysChanged()
  }

  #disturb(): void {
    this.#context.wire.disturb([...this.#faults.values()].flatMap(fault => disturbanceOf(fault) ?? []))
  }

  get #effectContext(): Parameters<typeof switchEffect>[0] {
    const { world, dataplane, loop } = this.#context
    return { world, dataplane, nowMs: loop.nowMs, lagMs: node => this.#lagMs(node) }
  }

  #lagMs(node: string): number {
    const lags = [...this.#faults.values()].flatMap(({ spec, begun }) =>
      spec.type === 'proxy-lag' && begun?.target.nodes.includes(node) ? [spec.lagMs ?? 0] : [],
    )
    return Math.max(0, ...lags)
  }

  /** A machine has changed: it may be one that a fault waits for, or one that somebody has put right by hand. */
  #followMachine(name: string): void {
    const machine = this.#context.world.machine(name)
    for (const record of this.#faults.values()) {
      const { begun } = record
      if (!begun?.target.nodes.includes(name)) continue
      if (begun.waiting.includes(name)) {
        if (!machine) continue
        const waiting = begun.waiting.filter(node => node !== name)
        const met = { ...record, begun: { ...begun, waiting } }
        this.#switch(effectsOf(met), true)
        this.#faults.set(record.id, met)
        continue
      }
      const own = effectsOf(record).filter(effect => 'node' in effect && effect.node === name)
      if (machine && own.every(({ on }) => isBroken(machine, on))) continue
      const nodes = begun.target.nodes.filter(node => node !== name)
      this.#faults.set(record.id, { ...record, begun: { ...begun, target: { ...begun.target, nodes } } })
      this.#switch(own, false)
      if (nodes.length === 0) this.heal(record.id)
      else this.#disturb()
    }
  }

  #tell(type: FaultNews['type'], record: FaultRecord): void {
    for (const listener of this.#listeners) listener({ type, fault: view(record) })
  }
}

function view({ id, spec, begun }: FaultRecord): Fault {
  return { ...spec, id, state: begun ? 'in-force' : 'planned', beganMs: begun?.atMs ?? null }
}
