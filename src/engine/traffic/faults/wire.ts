// The way of a packet between two places, as faults leave it: whether anything passes, and how much later an answer comes. It
// is asked after the data plane has chosen where the packet goes, for no fault on the way changes that choice.

import type { World } from '../../apps/world.ts'
import type { RandomStream } from '../../kernel/rng.ts'
import type { Reply } from '../reply.ts'
import { Disturbances, type Disturbance, type Spot } from './disturbances.ts'
import { heldUpMs } from './lost-packets.ts'

/** A packet's way: from where, by which Node's rules, and to whom. */
export interface Passage {
  readonly from: Spot
  readonly by: string
  readonly reply: Reply
}

/** glibc asks twice, and waits for 5 s each time. */
export const NAME_TIMEOUT_MS = 10_000

export class Wire {
  readonly #world: World
  readonly #stream: RandomStream
  readonly #disturbances = new Disturbances()
  #isDisturbed = false

  constructor(world: World, stream: RandomStream) {
    this.#world = world
    this.#stream = stream
  }

  disturb(all: readonly Disturbance[]): void {
    this.#disturbances.replace(all)
    this.#isDisturbed = all.length > 0
  }

  /** What comes back, when the way is looked at too: nothing, where it is cut. */
  meets(passage: Passage): Reply {
    const { reply } = passage
    if (!this.#isDisturbed || reply.kind === 'silent' || !this.#disturbances.cuts(this.#wayOf(passage))) return reply
    return { kind: 'silent', place: 'node', node: reply.node, uid: '' }
  }

  /** How much later the answer comes because of faults, ms; Infinity when it never does. */
  heldUpMs(passage: Passage, protocol: 'TCP' | 'UDP'): number {
    if (!this.#isDisturbed) return 0
    const way = this.#wayOf(passage)
    const loss = this.#disturbances.lossOn(way)
    const lostMs = loss === 0 ? 0 : heldUpMs(loss, protocol, this.#stream)
    return lostMs + (passage.reply.kind === 'answers' ? this.#disturbances.addedMs(way.at(-1)?.pod ?? null) : 0)
  }

  /** Whether cluster DNS answers those on this Node. */
  answersNames(node: string): boolean {
    return !this.#isDisturbed || this.#disturbances.answersNames(node)
  }

  #wayOf({ from, by, reply }: Passage): readonly Spot[] {
    const process = this.#world.process(reply.uid)
    const to = { node: reply.node, pod: process ? `${process.namespace}/${process.name}` : null }
    return by === from.node ? [from, to] : [from, { node: by, pod: null }, to]
  }
}
