// How components say what they did: as core/v1 Events, correlated as client-go's tools/record does, one correlator for each
// component; and the scheduler as events of events.k8s.io. Here an announcement becomes an object with a name and a time, and
// is written: created, or what has changed of it. A kubelet writes no faster than it may.

import { newUid } from '../../kernel/uid.ts'
import type { ObjectReference } from '../../api/endpoints/endpoints.ts'
import type { Event } from '../../api/event/event.ts'
import type { AnyObject } from '../../api/kind-registry.ts'
import type { Draft } from '../../api/meta.ts'
import { compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatMicroTimestamp, formatTimestamp } from '../../kernel/timestamp.ts'
import type { ControllerContext } from './context.ts'
import { EventCorrelator, type SavedEventCorrelator } from './event-correlator.ts'
import { EventOutbox, OUTBOX_TOPIC, type SavedEventOutbox } from './event-outbox.ts'
import { EventSeries, type SavedEventSeries } from './event-series.ts'

export interface Announcement {
  readonly object: AnyObject
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `spec.containers{app}` for what happens to one container. */
  readonly fieldPath?: string | undefined
}

export interface EventRecorder {
  say(announcement: Announcement): void
}

interface Source {
  readonly component: string
  readonly host?: string | undefined
}

export interface SavedEventHub {
  readonly stamp: readonly [number, number]
  readonly correlators: readonly (readonly [string, SavedEventCorrelator])[]
  readonly outboxes: readonly (readonly [string, SavedEventOutbox])[]
  readonly series: SavedEventSeries
}

const KUBELET = 'kubelet'

/** Owns what all components of a cluster have said lately. */
/** Characters of an object's name. */
const NAME_MAX = 253

export class EventHub implements Part {
  readonly partName = 'events'
  readonly #context: ControllerContext
  // The last time stamp given to a name, in whole microseconds since 1970, and how many names it has served.
  #stamp: readonly [number, number] = [0, 0]
  /** By component, and for kubelets by component and Node. */
  readonly #correlators = new Map<string, EventCorrelator>()
  /** By Node. */
  readonly #outboxes = new Map<string, EventOutbox>()
  readonly #series: EventSeries

  constructor(context: ControllerContext) {
    this.#context = context
    this.#series = new EventSeries(context, event => this.#write(event))
    context.loop.on(OUTBOX_TOPIC, (host: string) => this.#outboxes.get(host)?.run())
  }

  /** A recorder for a component. */
  recorder(component: string): EventRecorder {
    return { say: announcement => void this.#record(this.#eventOf({ component }, announcement)) }
  }

  /** A recorder for the kubelet of a Node. */
  kubeletRecorder(host: string): EventRecorder {
    return {
      say: announcement => {
        // What nobody can hear is not kept for later.
        if (this.#context.world.machine(host)?.cutOff) return
        this.#outbox(host).send(this.#eventOf({ component: KUBELET, host }, announcement))
      },
    }
  }

  /** The kubelet of a Node is gone: what it had not yet written, and what it remembered of what it had. */
  forgetKubelet(host: string): void {
    this.#outboxes.get(host)?.close()
    this.#outboxes.delete(host)
    this.#correlators.delete(sourceKey({ component: KUBELET, host }))
  }

  /** Says something as the scheduler does, by events.k8s.io: with an action, and with no count. */
  sayPlainly(component: string, action: string, announcement: Announcement): void {
    this.#series.tell({
      ...this.#eventOf({ component }, announcement),
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      count: undefined,
      eventTime: formatMicroTimestamp(this.#context.wallMs()),
      action,
      reportingInstance: `${component}-control-plane`,
    })
  }

  save(): SavedEventHub {
    return {
      stamp: this.#stamp,
      correlators: saved(this.#correlators),
      outboxes: saved(this.#outboxes),
      series: this.#series.save(),
    }
  }

  load(saved: SavedEventHub): void {
    this.#stamp = saved.stamp
    this.#correlators.clear()
    for (const [key, correlator] of saved.correlators) this.#correlator(key).load(correlator)
    this.#outboxes.clear()
    for (const [host, outbox] of saved.outboxes) this.#outbox(host).load(outbox)
    this.#series.load(saved.series)
  }

  #eventOf(source: Source, announcement: Announcement): Draft<Event> {
    const reference = referenceTo(source, announcement)
    const now = formatTimestamp(this.#context.wallMs())
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: this.#newName(reference.name ?? ''), namespace: reference.namespace ?? 'default' },
      involvedObject: reference,
      reason: announcement.reason,
      message: announcement.message,
      type: announcement.type,
      source,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      eventTime: null,
      reportingComponent: source.component,
      reportingInstance: source.host ?? '',
    }
  }

  #record(event: Draft<Event>): boolean {
    const said = this.#correlator(sourceKey(event.source)).correlate(event, {
      nowMs: this.#context.wallMs(),
      newName: object => this.#newName(object),
    })
    if (said) this.#write(said)
    return said !== undefined
  }

  /** Creates the event, or changes of it what a repetition changes. */
  #write(event: Draft<Event>): void {
    const client = this.#context.client(event.reportingComponent || event.source?.component || 'event-recorder')
    const { namespace = '', name = '' } = event.metadata
    const stored = client.get('Event', namespace, name)
    // An event in a namespace that is going away is refused; like a real recorder, this one lets it go.
    if (!stored) client.create('Event', event)
    else if (event.series) client.update('Event', { ...stored, series: event.series })
    else {
      const { count, lastTimestamp, message } = event
      client.update('Event', { ...stored, count, lastTimestamp, message })
    }
  }

  #correlator(key: string): EventCorrelator {
    let correlator = this.#correlators.get(key)
    if (!correlator) this.#correlators.set(key, (correlator = new EventCorrelator(this.#context.settings)))
    return correlator
  }

  #outbox(host: string): EventOutbox {
    let outbox = this.#outboxes.get(host)
    if (!outbox) {
      outbox = new EventOutbox(this.#context, { host, post: event => this.#record(event) })
      this.#outboxes.set(host, outbox)
    }
    return outbox
  }

  /** `<object>.<nanoseconds in hexadecimal>`, two of one microsecond differing; a UUID where that is too long for a name. */
  #newName(object: string): string {
    const micros = Math.round(this.#context.wallMs() * 1000)
    const [lastMicros, served] = this.#stamp
    this.#stamp = micros > lastMicros ? [micros, 0] : [lastMicros, served + 1]
    const name = `${object}.${(BigInt(this.#stamp[0]) * 1000n + BigInt(this.#stamp[1])).toString(16)}`
    return name.length > NAME_MAX ? newUid(this.#context.random.stream('events/names')) : name
  }
}

function sourceKey({
  component,
  host = '',
}: { component?: string | undefined; host?: string | undefined } = {}): string {
  return `${component} ${host}`
}

function saved<T>(parts: ReadonlyMap<string, { save(): T }>): readonly (readonly [string, T])[] {
  return [...parts].map(([key, part]) => [key, part.save()] as const).sort((a, b) => compareText(a[0], b[0]))
}

function referenceTo({ host }: Source, { object, fieldPath }: Announcement): ObjectReference {
  const { apiVersion, kind, metadata } = object
  const { name, namespace, uid, resourceVersion } = metadata
  // References to a Node are made by hand; a kubelet knows its own by the name only, and uses it as its uid.
  if (kind === 'Node') return host === undefined ? { kind, name, uid, apiVersion } : { kind, name, uid: name }
  // Who knows an object by its name only has neither of the two.
  const known = { uid: uid || undefined, resourceVersion: resourceVersion || undefined }
  return { kind, namespace, name, apiVersion, ...known, fieldPath }
}
