// Through which controllers explain themselves to whoever listens. While nobody does, an explanation is not even made: it
// is handed over as a function. Listening changes nothing, and what was heard is no part of a snapshot.

import type { EventLoop } from '../../kernel/event-loop.ts'
import { objectName, type Decision, type DecisionDraft } from './decision.ts'

export type DecisionListener = (decision: Decision) => void

/** One controller's way to explain itself. Reads, and never writes or rolls dice, in `tell`. */
export type DecisionVoice = (tell: () => DecisionDraft) => void

export class DecisionHub {
  readonly #loop: EventLoop
  readonly #listeners = new Set<DecisionListener>()

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  /** Whether anybody listens: asked before work that only an explanation needs. */
  get heard(): boolean {
    return this.#listeners.size > 0
  }

  voice(controller: string): DecisionVoice {
    return tell => {
      if (this.#listeners.size > 0) this.#say(controller, tell())
    }
  }

  /** Hears every decision from now on. Returns the way to stop. */
  listen(listener: DecisionListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #say(controller: string, { code, about, because, related = [] }: DecisionDraft): void {
    const decision = {
      atMs: this.#loop.nowMs,
      controller,
      about: objectName(about),
      code,
      because,
      related: related.map(objectName),
    } as Decision
    for (const listener of this.#listeners) listener(decision)
  }
}
