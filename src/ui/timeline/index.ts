import { lazy } from 'react'

export { Clock } from './Clock.tsx'
export const Timeline = lazy(() => import('./Timeline.tsx').then(module => ({ default: module.Timeline })))
export const EventsTable = lazy(() => import('./EventsTable.tsx').then(module => ({ default: module.EventsTable })))
export const DecisionsTable = lazy(() =>
  import('./DecisionsTable.tsx').then(module => ({ default: module.DecisionsTable })),
)
