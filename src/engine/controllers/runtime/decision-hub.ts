// Through which controllers explain themselves to whoever listens. While nobody does, an explanation is not even made: it
// is handed over as a function. Listening changes nothing, and what was heard is no part of a snapshot.

import type { EventLoop } from '../../kernel/event-loop.ts'
import { objectName, type Decision, type DecisionDraft } from './decision.ts'

/** Of how many objects the last word is remembered; then all are forgotten, and said once more. */
const REMEMBERED_MAX = 20_000

export type DecisionListener = (decision: Decision) => void

/**
 * One controller's way to explain itself. `tell` reads, and never writes or rolls dice; undefined when it finds that there is
 * nothing to say.
 */
export type DecisionVoice = (tell: () => DecisionDraft | undefined) => void

export class DecisionHub {
  readonly #loop: EventLoop
  readonly #listeners = new Set<DecisionListener>()
  /** Controller and object → by the object that took part: what was said once, and nothing else since. */
  readonly #last = new Map<string, Map<string, string>>()

  constructor(loop: EventLoop) {
    this.#loop = loop
  }

  /** Whether anybody listens: asked before work that only an explanation needs. */
  get heard(): boolean {
    return this.#listeners.size > 0
  }

  voice(controller: string): DecisionVoice {
    return tell => {
      const draft = this.#listeners.size > 0 ? tell() : undefined
      if (draft) this.#say(controller, draft)
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
    const key = `${controller} ${about.kind}/${about.namespace}/${about.name}`
    if (!once) {
      this.#last.delete(key)
      return true
    }
    const words = JSON.stringify([code, because])
    const other = related[0]?.name ?? ''
    const last = this.#last.get(key) ?? new Map<string, string>()
    if (last.get(other) === words) return false
    if (this.#last.size >= REMEMBERED_MAX) this.#last.clear()
    this.#last.set(key, last.set(other, words))
    return true
  }
}
