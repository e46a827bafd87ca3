export { RequestsPerPod } from './RequestsPerPod.tsx'
export { RequestTotals } from './RequestTotals.tsx'
