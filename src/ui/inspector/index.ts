import { lazy } from 'react'

export const Inspector = lazy(() => import('./Inspector.tsx').then(module => ({ default: module.Inspector })))
export const SelectionBar = lazy(() => import('./SelectionBar.tsx').then(module => ({ default: module.SelectionBar })))
