// Through which controllers explain themselves to whoever listens. While nobody does, an explanation is not even made: it
// is handed over as a function. Listening changes nothing, and what was heard is no part of a snapshot.

import type { EventLoop } from '../../kernel/event-loop.ts'
import { objectName, type Decision, type DecisionDraft } from './decision.ts'

/** Of how many objects the last word is remembered; then all are forgotten, and said once more. */
const REMEMBERED_MAX = 20_000

export type DecisionListener = (decision: Decision) => void

/** One controller's way to explain itself. Reads, and never writes or rolls dice, in `tell`. */
export type DecisionVoice = (tell: () => DecisionDraft) => void

export class DecisionHub {
  readonly #loop: EventLoop
  readonly #listeners = new Set<DecisionListener>()
  /** Controller and object → what was last said, for what is said once. */
  readonly #last = new Map<string, string>()

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

  #say(controller: string, { code, about, because, related = [], once }: DecisionDraft): void {
    const decision = {
      atMs: this.#loop.nowMs,
      controller,
      about: objectName(about),
      code,
      because,
      related: related.map(objectName),
    } as Decision
    if (!this.#isNews(decision, once)) return
    for (const listener of this.#listeners) listener(decision)
  }

  #isNews({ controller, about, related, code, because }: Decision, once: true | undefined): boolean {
    if (!once && this.#last.size === 0) return true
    const key = `${controller} ${about.kind}/${about.namespace}/${about.name} ${related[0]?.name ?? ''}`
    if (!once) {
      this.#last.delete(key)
      return true
    }
    const words = JSON.stringify([code, because])
    if (this.#last.get(key) === words) return false
    if (this.#last.size >= REMEMBERED_MAX) this.#last.clear()
    this.#last.set(key, words)
    return true
  }
}
