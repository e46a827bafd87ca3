import { lazy } from 'react'

export const RequestsPerPod = lazy(() =>
  import('./RequestsPerPod.tsx').then(module => ({ default: module.RequestsPerPod })),
)
export const RequestTotals = lazy(() =>
  import('./RequestTotals.tsx').then(module => ({ default: module.RequestTotals })),
)
