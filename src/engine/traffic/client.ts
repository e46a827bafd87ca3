// One client at work: a process that keeps one machine's power and one address, and starts requests in a Poisson stream.
// It lives and dies with its machine: when power comes back it starts again like a container does.

import type { EventId } from '../kernel/event-loop.ts'
import type { Random, RandomStream } from '../kernel/rng.ts'
import type { ClientSpec } from './client-spec.ts'
import type { Spot } from './faults/disturbances.ts'
import { NameLookup, type NameLookupContext } from './name-lookup.ts'

/** A client as others see it. */
export interface TrafficClient {
  readonly id: string
  /** `frontend-1`. */
  readonly name: string
  readonly node: string
  readonly ip: string
  /** As typed. */
  readonly to: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  /** Requests a second. */
  readonly rate: number
  readonly timeoutMs: number
  /** False while its machine has no power or is starting. */
  readonly alive: boolean
  /** The Service that `to` is a name or an address of. */
  readonly service: { readonly namespace: string; readonly name: string } | null
  /** When `to` is an address and no Service's: the Pod that has it, or had it last. */
  readonly keptPod: { readonly namespace: string; readonly name: string } | null
}

export interface SavedClient {
  readonly spec: ClientSpec
  readonly ip: string
  readonly alive: boolean
  readonly hasRun: boolean
  readonly event: EventId | null
}

export class Client {
  readonly spec: ClientSpec
  readonly ip: string
  readonly lookup: NameLookup
  readonly arrivals: RandomStream
  readonly requests: RandomStream
  /** `my-service:80`, as every trip record has it. */
  readonly target: string
  alive = false
  /** Where its packets start. */
  readonly spot: Spot
  /** Whether it has ever run: only then does it take time to come back. */
  hasRun = false
  /** The next arrival while alive; the restart while it starts again. */
  event: EventId | null = null

  constructor(spec: ClientSpec, ip: string, context: NameLookupContext & { readonly random: Random }) {
    this.spec = spec
    this.ip = ip
    this.spot = { node: spec.node, pod: null }
    this.target = spec.to.includes(':') ? `[${spec.to}]:${spec.port}` : `${spec.to}:${spec.port}`
    this.lookup = new NameLookup(context, spec.to, spec.port)
    this.arrivals = context.random.stream(`traffic/${spec.id}/arrivals`)
    this.requests = context.random.stream(`traffic/${spec.id}/requests`)
  }

  save(): SavedClient {
    return { spec: this.spec, ip: this.ip, alive: this.alive, hasRun: this.hasRun, event: this.event }
  }
}
