// What Go always prints of an Event, set or not.

import type { Event } from './event.ts'

const ZEROS: Partial<Event> = {
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
}

export function defaultEvent(event: Event): Event {
  return { ...ZEROS, ...event }
}
