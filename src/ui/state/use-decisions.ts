// What the controllers decided about one object, or about all, for as long as a panel shows it. The host tells only those
// who ask.

import { useEffect, useState } from 'react'
import type { DecisionView, ViewId } from '../../protocol/index.ts'
import { useActs, useSession } from './hooks.ts'

/** As many as a panel keeps. */
const KEPT_MAX = 200

/** Oldest first; empty until the host has told. */
export function useDecisions(about: ViewId | null): readonly DecisionView[] {
  const acts = useActs()
  const connected = useSession(state => state.connected)
  const [told, setTold] = useState<{ readonly about: ViewId | null; readonly decisions: readonly DecisionView[] }>()
  useEffect(() => {
    if (!connected) return
    return acts.watchDecisions(about, (fresh, restarted) =>
      setTold(before => {
        const known = restarted || before?.about !== about ? [] : before.decisions
        return { about, decisions: [...known, ...fresh].slice(-KEPT_MAX) }
      }),
    )
  }, [acts, about, connected])
  return told?.about === about ? told.decisions : NONE
}

const NONE: readonly DecisionView[] = []
