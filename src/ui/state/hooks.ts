// React's way into the two stores. A selector must return the same value while nothing it reads has changed.

import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Acts } from './acts.ts'
import { draft, type DraftState } from './draft.ts'
import { session, type SessionState } from './session.ts'
import { workspace, type WorkspaceState } from './workspace.ts'

export function useSession<T>(selector: (state: SessionState) => T): T {
  return useStore(session, selector)
}

export function useWorkspace<T>(selector: (state: WorkspaceState) => T): T {
  return useStore(workspace, selector)
}

export function useDraft<T>(selector: (state: DraftState) => T): T {
  return useStore(draft, selector)
}

export const ActsContext = createContext<Acts | null>(null)

/** What the user can do to the cluster; only below the app's root. */
export function useActs(): Acts {
  const acts = useContext(ActsContext)
  if (acts === null) throw new Error('useActs() outside of the app')
  return acts
}
