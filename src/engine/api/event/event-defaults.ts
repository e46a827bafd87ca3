// What Go always prints of an Event, set or not.

import type { Event } from './event.ts'

/** The fields that are always there, and what they hold when nothing is set. */
export const EMPTY_EVENT: Partial<Event> = {
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
}

export function defaultEvent(event: Event): Event {
  return { ...EMPTY_EVENT, ...event }
}
