// Controllers that hear late, in another order, or for a while not at all. In front of the real store stands a client whose
// watches have ears: each kind that one controller watches is heard through its own, in order, but later by what chance says;
// an ear may be deaf for a time, and is then told the difference between what it knew and what there is, as a real informer
// works out for itself when it lists again. Reads and writes go straight through, as caches are modelled as always fresh.

import type { AnyObject, Kind } from '../../api/kind-registry.ts'
import type { EventLoop } from '../../kernel/event-loop.ts'
import type { RandomStream } from '../../kernel/rng.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'

export interface Hearing {
  /** How much later than at once an event is heard, ms at most. */
  readonly lateMsMax: number
  /** How long an ear is deaf, and how long it hears in between, ms at most; 0 is never deaf. */
  readonly deafMsMax: number
  readonly awakeMsMax: number
}

type Listener = (event: WatchEvent) => void

const ADVANCE = 'ears/advance'
const TURN = 'ears/turn'

/** All ears of one cluster. */
export class LateEars {
  readonly #loop: EventLoop
  readonly #random: RandomStream
  readonly #hearing: Hearing
  readonly #ears: Ear[] = []

  constructor(loop: EventLoop, random: RandomStream, hearing: Hearing) {
    this.#loop = loop
    this.#random = random
    this.#hearing = hearing
    loop.on<number>(ADVANCE, index => this.#ears[index]?.hearNext())
    loop.on<number>(TURN, index => this.#turn(index))
  }

  /** The same client, with ears. */
  face(client: StoreClient): StoreClient {
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'watch')
          return (kinds: readonly Kind[], listener: Listener) => this.#watch(target, kinds, listener)
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  }

  /** From here on all hear well; what they have missed they are told. */
  heal(): void {
    for (const ear of this.#ears) ear.wake()
  }

  /** Tells every ear of all there is, as a controller hears when it starts. */
  tellAll(): void {
    for (const ear of this.#ears) ear.listAgain()
  }

  #watch(client: StoreClient, kinds: readonly Kind[], listener: Listener): void {
    for (const kind of kinds) this.#earOf(client, kind).listeners.push(listener)
  }

  /** What one controller hears of one kind, it hears once for all its listeners. */
  #earOf(client: StoreClient, kind: Kind): Ear {
    const known = this.#ears.find(ear => ear.actor === client.actor && ear.kind === kind)
    if (known) return known
    const index = this.#ears.length
    const ear = new Ear(client, kind)
    this.#ears.push(ear)
    client.watch([kind], event => {
      if (ear.take(event)) this.#loop.schedule(ADVANCE, this.#lateMs(ear), index)
    })
    if (this.#hearing.deafMsMax > 0) this.#loop.schedule(TURN, this.#random.int(this.#hearing.awakeMsMax), index)
    return ear
  }

  /** Events are heard in order: none earlier than the one before. */
  #lateMs(ear: Ear): number {
    const { nowMs } = this.#loop
    ear.dueMs = Math.max(ear.dueMs, nowMs + this.#random.unit() * this.#hearing.lateMsMax)
    return ear.dueMs - nowMs
  }

  #turn(index: number): void {
    const ear = this.#ears[index]
    if (!ear || ear.isHealed) return
    if (ear.isDeaf) ear.listAgain()
    ear.isDeaf = !ear.isDeaf
    const { deafMsMax, awakeMsMax } = this.#hearing
    this.#loop.schedule(TURN, this.#random.int(ear.isDeaf ? deafMsMax : awakeMsMax), index)
  }
}

class Ear {
  isDeaf = false
  isHealed = false
  dueMs = 0
  readonly actor: string
  readonly kind: Kind
  readonly listeners: Listener[] = []
  readonly #client: StoreClient
  /** What it was told last of each object. */
  readonly #known = new Map<string, AnyObject>()
  readonly #coming: WatchEvent[] = []

  constructor(client: StoreClient, kind: Kind) {
    this.actor = client.actor
    this.kind = kind
    this.#client = client
  }

  /** Whether there is something to hear later. */
  take(event: WatchEvent): boolean {
    if (this.isDeaf) return false
    this.#coming.push(event)
    return true
  }

  hearNext(): void {
    const event = this.#coming.shift()
    if (event) this.#hear(event)
  }

  wake(): void {
    this.isHealed = true
    if (this.isDeaf) this.listAgain()
    this.isDeaf = false
  }

  listAgain(): void {
    this.#coming.length = 0
    const objects: readonly AnyObject[] = this.#client.list(this.kind)
    // Another object of an old name is another object: the old one has gone.
    const present = new Set(objects.map(({ metadata }) => metadata.uid))
    for (const object of this.#known.values())
      if (!present.has(object.metadata.uid))
        this.#hear({ type: 'DELETED', kind: this.kind, object, previous: object } as WatchEvent)
    for (const object of objects) {
      const previous = this.#known.get(placeOf(object))
      if (previous === object) continue
      this.#hear({ type: previous ? 'MODIFIED' : 'ADDED', kind: this.kind, object, previous } as unknown as WatchEvent)
    }
  }

  #hear(event: WatchEvent): void {
    const place = placeOf(event.object)
    if (event.type === 'DELETED') this.#known.delete(place)
    else this.#known.set(place, event.object)
    for (const listener of this.listeners) listener(event)
  }
}

function placeOf({ metadata }: AnyObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
