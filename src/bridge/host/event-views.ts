// Event objects → what the events panel lists. New and repeated events come with the next frame; a client that comes later
// gets those that the API server still holds.

import { compareText, type Cluster, type Event } from '../../engine/index.ts'
import type { EventView } from '../../protocol/index.ts'
import { virtualMs } from './view-of.ts'
import { isHidden, viewId } from './view-ids.ts'

/** As many as a page keeps. */
const EVENTS_MAX = 1_000

export class EventViews {
  readonly #cluster: Cluster
  #fresh: EventView[] = []

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    cluster.store.watch(['Event'], ({ type, object }) => {
      if (type !== 'DELETED' && isShown(object)) this.#fresh.push(eventView(object, cluster.epochMs))
    })
  }

  /** The events since the last call, oldest first. */
  take(): readonly EventView[] {
    const taken = this.#fresh.slice(-EVENTS_MAX)
    this.#fresh = []
    return taken
  }

  /** All that the API server holds, oldest first. */
  all(): readonly EventView[] {
    return this.about(isShown).slice(-EVENTS_MAX)
  }

  /** Those that are about what `isWanted` says, oldest first. */
  about(isWanted: (event: Event) => boolean): readonly EventView[] {
    return this.#cluster.store
      .list('Event')
      .filter(isWanted)
      .map(event => ({ name: event.metadata.name, view: eventView(event, this.#cluster.epochMs) }))
      .sort((a, b) => a.view.atMs - b.view.atMs || compareText(a.name, b.name))
      .map(({ view }) => view)
  }
}

function isShown({ involvedObject: { kind = '', namespace, name = '' } }: Event): boolean {
  return !isHidden(kind, namespace, name)
}

function eventView(event: Event, epochMs: number): EventView {
  const { involvedObject: object } = event
  const kind = object.kind ?? ''
  const seen = event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp
  return {
    atMs: virtualMs(seen, epochMs) ?? 0,
    type: event.type,
    reason: event.reason,
    object: `${kind.toLowerCase()}/${object.name ?? ''}`,
    about: viewId(kind, kind === 'Node' ? '' : object.namespace, object.name ?? ''),
    message: event.message,
    source: event.source?.component ?? event.reportingComponent ?? '',
    count: event.count ?? 1,
  }
}
