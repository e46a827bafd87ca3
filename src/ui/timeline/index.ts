export { Clock } from './Clock.tsx'
export { EventsTable } from './EventsTable.tsx'
export { Timeline } from './Timeline.tsx'
