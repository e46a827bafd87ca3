// What every card of one graph shares: its store, its form, and whether requests move or stand still as numbers.

import { createContext, useContext } from 'react'
import type { Orientation } from '../view-model/graph/index.ts'
import type { GraphStore } from './graph-store.ts'

export interface GraphContextValue {
  readonly store: GraphStore
  readonly orientation: Orientation
  /** No travelling beads: reduced motion is asked for, or beads are switched off. */
  readonly still: boolean
}

export const GraphContext = createContext<GraphContextValue | null>(null)

export function useGraph(): GraphContextValue {
  const value = useContext(GraphContext)
  if (value === null) throw new Error('useGraph() outside of the graph')
  return value
}
