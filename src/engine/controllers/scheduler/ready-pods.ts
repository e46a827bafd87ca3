// Pods that are to be placed now: those of the highest priority first, and among equals the one that came first; after the
// active queue of pkg/scheduler/backend/queue.

/** Keys of one priority in the order in which they came; plain data that is saved as it is. */
type Rank = readonly [priority: number, keys: readonly string[]]

export class ReadyPods {
  readonly #ranks = new Map<number, { keys: string[]; taken: number }>()
  readonly #keys = new Set<string>()

  /** Puts a Pod at the end of its rank; false when it is there already, in whatever rank. */
  add(key: string, priority: number): boolean {
    if (this.#keys.has(key)) return false
    this.#keys.add(key)
    const rank = this.#ranks.get(priority)
    if (rank) rank.keys.push(key)
    else this.#ranks.set(priority, { keys: [key], taken: 0 })
    return true
  }

  /** Takes the Pod whose turn it is. */
  take(): string | undefined {
    if (this.#keys.size === 0) return undefined
    const highest = Math.max(...this.#ranks.keys())
    const rank = this.#ranks.get(highest)
    const key = rank?.keys[rank.taken]
    if (!rank || key === undefined) return undefined
    rank.taken++
    if (rank.taken === rank.keys.length) this.#ranks.delete(highest)
    this.#keys.delete(key)
    return key
  }

  save(): readonly Rank[] {
    return [...this.#ranks]
      .map(([priority, { keys, taken }]) => [priority, keys.slice(taken)] as const)
      .sort((a, b) => b[0] - a[0])
  }

  load(saved: readonly Rank[]): void {
    this.#ranks.clear()
    this.#keys.clear()
    for (const [priority, keys] of saved) for (const key of keys) this.add(key, priority)
  }
}
