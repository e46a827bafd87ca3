// When to ask the cluster to follow the text: a quarter of a second after the last key, at once on demand, and never
// two questions at a time. A text that is too long is not sent at all.

import type { ApplyOutcome } from '../../protocol/index.ts'

export const APPLY_AFTER_MS = 250
/** The longest text that is sent, in UTF-16 units: an engine takes 3 MiB, as the real API server does. */
export const TEXT_LIMIT = 3 * 1024 * 1024

export interface ApplyPorts {
  /** The text as it stands. */
  readonly text: () => string
  readonly length: () => number
  readonly ask: (text: string) => Promise<ApplyOutcome>
  readonly onTyping: () => void
  readonly onSent: (text: string) => void
  /** `stale` when keys were pressed since the question. */
  readonly onAnswer: (outcome: ApplyOutcome, stale: boolean) => void
  readonly onTooLong: (length: number) => void
  readonly onLost: () => void
  /** Calls back after a time; returns the way to call it off. */
  readonly later: (callback: () => void, afterMs: number) => () => void
}

export interface Applier {
  /** The text changed. */
  readonly changed: () => void
  /** Ask now. */
  readonly now: () => void
  /** Forget what waits: the text is what the host runs. */
  readonly settled: () => void
  readonly stop: () => void
}

export function createApplier(ports: ApplyPorts): Applier {
  let callOff: (() => void) | null = null
  let asking = false
  let wanted = false
  let version = 0

  const clear = (): void => {
    callOff?.()
    callOff = null
  }
  const send = (): void => {
    clear()
    if (asking) {
      wanted = true
      return
    }
    wanted = false
    if (ports.length() > TEXT_LIMIT) return ports.onTooLong(ports.length())
    asking = true
    const text = ports.text()
    const sentVersion = version
    ports.onSent(text)
    ports.ask(text).then(
      outcome => {
        asking = false
        ports.onAnswer(outcome, version !== sentVersion)
        if (wanted) send()
      },
      () => {
        asking = false
        ports.onLost()
      },
    )
  }
  return {
    changed: () => {
      version++
      clear()
      ports.onTyping()
      callOff = ports.later(send, APPLY_AFTER_MS)
    },
    now: send,
    settled: () => {
      clear()
      wanted = false
    },
    stop: clear,
  }
}
