// Virtual time for ages: told at most four times a second of the page's own time, whatever the speed, so that the few
// words that count seconds are all that is drawn again.

import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { session } from '../state/session.ts'

interface SlowClock {
  readonly nowMs: number
}

const PAUSE_MS = 250

const SlowClockContext = createContext<StoreApi<SlowClock> | null>(null)

export function SlowClockProvider({ children }: { readonly children: ReactNode }) {
  const [clock] = useState(() => createStore<SlowClock>()(() => ({ nowMs: session.getState().clock.nowMs })))
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | null = null
    const tell = (): void => {
      waiting = null
      clock.setState({ nowMs: session.getState().clock.nowMs })
    }
    tell()
    const stop = session.subscribe((state, before) => {
      if (state.clock.nowMs === before.clock.nowMs) return
      waiting ??= setTimeout(tell, PAUSE_MS)
    })
    return () => {
      stop()
      if (waiting !== null) clearTimeout(waiting)
    }
  }, [clock])
  return <SlowClockContext value={clock}>{children}</SlowClockContext>
}

/** What `select` makes of the virtual time, at most four times a second. */
export function useSlowClock<T>(select: (nowMs: number) => T): T {
  const clock = useContext(SlowClockContext)
  if (clock === null) throw new Error('useSlowClock() outside of the graph')
  return useStore(clock, state => select(state.nowMs))
}
