// How long Events are kept: the API server's `--event-ttl`, an hour after each was last written. As in etcd, where leases are
// shared by what is written within a minute, they go once a minute.

import type { Part } from '../../kernel/part.ts'
import type { StoreClient } from '../../store/client.ts'
import type { ControllerContext } from './context.ts'
import { keyOf } from './run-controller.ts'

const SWEEP_PERIOD_MS = 60_000
const SWEEP_TOPIC = 'events/sweep'

export interface SavedEventExpiry {
  readonly due: readonly (readonly [string, number])[]
  readonly sweeping: boolean
}

export class EventExpiry implements Part {
  readonly partName = 'event-expiry'
  readonly #context: ControllerContext
  readonly #client: StoreClient
  /** When each event goes, virtual ms, by key; what was written last is last. */
  readonly #due = new Map<string, number>()
  #sweeping = false

  constructor(context: ControllerContext) {
    this.#context = context
    this.#client = context.client('kube-apiserver')
    this.#client.watch(['Event'], ({ type, object }) => {
      const key = keyOf(object)
      this.#due.delete(key)
      if (type === 'DELETED') return
      this.#due.set(key, context.loop.nowMs + context.settings()['event-ttl'])
      this.#plan()
    })
    context.loop.on(SWEEP_TOPIC, () => this.#sweep())
  }

  save(): SavedEventExpiry {
    return { due: [...this.#due], sweeping: this.#sweeping }
  }

  load(saved: SavedEventExpiry): void {
    this.#due.clear()
    for (const [key, dueMs] of saved.due) this.#due.set(key, dueMs)
    this.#sweeping = saved.sweeping
  }

  #sweep(): void {
    this.#sweeping = false
    const { nowMs } = this.#context.loop
    for (const [key, dueMs] of this.#due) {
      if (dueMs > nowMs) continue
      const slash = key.indexOf('/')
      this.#client.delete('Event', key.slice(0, slash), key.slice(slash + 1))
    }
    this.#plan()
  }

  #plan(): void {
    if (this.#sweeping || this.#due.size === 0) return
    this.#sweeping = true
    this.#context.loop.schedule(SWEEP_TOPIC, SWEEP_PERIOD_MS)
  }
}
