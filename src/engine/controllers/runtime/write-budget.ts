// How fast a controller may write: the limit that kube-controller-manager's clients keep to (client-go's flowcontrol), a bucket
// of `kube-api-burst` writes that fills by `kube-api-qps` a second. Each controller has its own, as there. A limit of 0 is none,
// and that is the default here, unlike there: Pods of a small cluster would come as fast either way. Left out: what is read,
// and the writes of status and of Events, which a real controller pays for out of the same bucket.

import type { ControllerContext } from './context.ts'

/** How many writes there were left, at a virtual time. */
export interface SavedBudget {
  readonly tokens: number
  readonly atMs: number
}

export class WriteBudget {
  readonly #context: ControllerContext
  /** Undefined while nothing was ever spent: then it is full. */
  #spent: SavedBudget | undefined

  constructor(context: ControllerContext) {
    this.#context = context
  }

  /** Takes one write out of the bucket; false when there is none. */
  take(): boolean {
    if (this.#perSecond === 0) return true
    const tokens = this.#tokens()
    if (tokens < 1) return false
    this.#spent = { tokens: tokens - 1, atMs: this.#context.loop.nowMs }
    return true
  }

  /** How long it is until there is one, in whole ms. */
  waitMs(): number {
    return this.#perSecond === 0 ? 0 : Math.ceil((Math.max(0, 1 - this.#tokens()) * 1000) / this.#perSecond)
  }

  save(): SavedBudget | null {
    return this.#spent ?? null
  }

  load(saved: SavedBudget | null): void {
    this.#spent = saved ?? undefined
  }

  get #perSecond(): number {
    return this.#context.settings()['kube-api-qps']
  }

  #tokens(): number {
    const burst = this.#context.settings()['kube-api-burst']
    if (!this.#spent) return burst
    const { tokens, atMs } = this.#spent
    return Math.min(burst, tokens + ((this.#context.loop.nowMs - atMs) * this.#perSecond) / 1000)
  }
}
