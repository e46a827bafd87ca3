// Every controller looks at everything again from time to time, though nothing changed: client-go's shared informers hand
// all objects to their handlers once in `--min-resync-period` to twice that, chance saying when. What was missed so far,
// say a Node's new zone, is put right then.

import type { Part } from '../../kernel/part.ts'
import type { ControllerContext } from './context.ts'

const TOPIC = 'informers/resync'
/** How often it is seen whether the time has come, so that a period made shorter is kept at once. */
const CHECK_MS = 60_000

export interface SavedInformerResync {
  readonly lastMs: number
  readonly factor: number
}

export class InformerResync implements Part {
  readonly partName = 'informer-resync'
  readonly #context: ControllerContext
  readonly #handlers: (() => void)[] = []
  #lastMs = 0
  #factor = 1

  constructor(context: ControllerContext) {
    this.#context = context
    context.loop.on(TOPIC, () => this.#check())
  }

  start(): void {
    this.#factor = 1 + this.#context.random.stream('informer-resync').unit()
    this.#context.loop.schedule(TOPIC, CHECK_MS)
  }

  /** What is to happen at each resync, in the order in which it is registered. */
  register(handler: () => void): void {
    this.#handlers.push(handler)
  }

  save(): SavedInformerResync {
    return { lastMs: this.#lastMs, factor: this.#factor }
  }

  load(saved: SavedInformerResync): void {
    this.#lastMs = saved.lastMs
    this.#factor = saved.factor
  }

  #check(): void {
    const { loop, settings } = this.#context
    loop.schedule(TOPIC, CHECK_MS)
    if (loop.nowMs - this.#lastMs < settings()['min-resync-period'] * this.#factor) return
    this.#lastMs = loop.nowMs
    for (const handler of this.#handlers) handler()
  }
}
