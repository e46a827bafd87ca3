// The engine's answer about one object, asked again while the cluster changes, at most about twice a second.

import { useEffect, useState } from 'react'
import type { Inspection, ViewId } from '../../protocol/index.ts'
import { useActs } from '../state/hooks.ts'
import { session } from '../state/session.ts'

const AGAIN_AFTER_MS = 600

/** Null until the first answer, and again when another object is asked about. */
export function useInspection(id: ViewId | null): Inspection | null {
  const acts = useActs()
  const [answer, setAnswer] = useState<Inspection | null>(null)
  useEffect(() => {
    if (id === null || !isApiObject(id)) return
    let stopped = false
    let asking = false
    let seen: readonly unknown[] = []
    const ask = (): void => {
      const { views, events } = session.getState()
      if (asking || (seen[0] === views && seen[1] === events)) return
      seen = [views, events]
      asking = true
      acts.inspect(id).then(
        next => {
          asking = false
          if (!stopped) setAnswer(next)
        },
        () => {
          asking = false
        },
      )
    }
    ask()
    const timer = setInterval(ask, AGAIN_AFTER_MS)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [acts, id])
  return answer?.id === id ? answer : null
}

/** Clients and addresses outside are the playground's own: the engine has no object of theirs. */
export function isApiObject(id: ViewId): boolean {
  return !/^(Client|Outside|Zone|PodGroup)\//.test(id)
}
