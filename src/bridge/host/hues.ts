// Which colour a Pod has: the order in which Pods came to be, kept for the Pod's life. Part of what the host saves beside
// the cluster, so that a restored one looks the same.

import { compareText } from '../../engine/index.ts'

export interface SavedHues {
  readonly next: number
  /** uid → number, for every Pod that lives. */
  readonly byUid: { readonly [uid: string]: number }
}

export class Hues {
  #next = 0
  readonly #byUid = new Map<string, number>()

  /** The Pod's number; the next free one at its first mention. */
  of(uid: string): number {
    const known = this.#byUid.get(uid)
    if (known !== undefined) return known
    this.#byUid.set(uid, this.#next)
    return this.#next++
  }

  /** The Pod is gone; its number is not given again. */
  forget(uid: string): void {
    this.#byUid.delete(uid)
  }

  save(): SavedHues {
    const byUid = [...this.#byUid].sort(([a], [b]) => compareText(a, b))
    return { next: this.#next, byUid: Object.fromEntries(byUid) }
  }

  load(saved: SavedHues): void {
    this.#next = saved.next
    this.#byUid.clear()
    for (const [uid, hue] of Object.entries(saved.byUid)) this.#byUid.set(uid, hue)
  }
}
