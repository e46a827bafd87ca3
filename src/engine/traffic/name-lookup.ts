// How a client comes from what it typed to an address: nothing to do for an address, else one question to cluster DNS for
// each name of the search list until one is answered. Models a resolver without a cache (glibc), in namespace `default`;
// A and AAAA are asked for together and cost one round trip; where there are both, the client takes the IPv4 address.

import type { ClusterSettings } from '../api/cluster-settings.ts'
import type { AddressRecord, Dataplane } from '../dataplane/index.ts'
import { searchCandidates } from '../dataplane/index.ts'
import { blocksOf } from '../kernel/ip-block.ts'
import { ipFamily } from '../kernel/ip.ts'
import type { StoreClient } from '../store/client.ts'

/** One way to cluster DNS, which runs on the control plane. */
const DNS_LATENCY_MS = 0.5
const CLIENT_NAMESPACE = 'default'

export interface LookedUp {
  /** 0 for an address. */
  readonly tookMs: number
  /** Empty when no name of the list has an address. */
  readonly addresses: readonly { readonly address: string; readonly slice: string | null }[]
  /** `namespace/name` of the Service that the name is one of, or null. */
  readonly service: string | null
  /** That Service's name for the port; null without a Service. */
  readonly portName: string | null
}

export interface NameLookupContext {
  readonly settings: () => ClusterSettings
  readonly dataplane: Dataplane
  readonly store: StoreClient
}

/** Looks names up for one client, and keeps the answer as long as it would be the same. */
export class NameLookup {
  readonly #context: NameLookupContext
  readonly #to: string
  readonly #port: number
  #kept: LookedUp | undefined
  #keptFor = ''
  #keptVersion = -1

  constructor(context: NameLookupContext, to: string, port: number) {
    this.#context = context
    this.#to = to
    this.#port = port
    if (ipFamily(to))
      this.#kept = { tookMs: 0, addresses: [{ address: to, slice: null }], service: null, portName: null }
  }

  get isAddress(): boolean {
    return this.#keptVersion === -1 && this.#kept !== undefined
  }

  ask(): LookedUp {
    if (this.#kept && this.isAddress) return this.#kept
    const { dataplane, settings } = this.#context
    const domain = settings()['cluster-domain']
    if (!this.#kept || this.#keptVersion !== dataplane.dnsVersion || this.#keptFor !== domain) {
      this.#kept = this.#look(domain)
      this.#keptVersion = dataplane.dnsVersion
      this.#keptFor = domain
    }
    return this.#kept
  }

  #look(domain: string): LookedUp {
    const candidates = searchCandidates(this.#to, CLIENT_NAMESPACE, domain)
    // Without a route to IPv6 a resolver does not even ask.
    const types =
      blocksOf(this.#context.settings()['cluster-cidr']).length > 1 ? (['A', 'AAAA'] as const) : (['A'] as const)
    let service: string | null = null
    for (const [index, name] of candidates.entries()) {
      for (const type of types) {
        const answer = this.#context.dataplane.dns({ name, type })
        const addresses = answer.answers.filter((record): record is AddressRecord => record.type === type)
        service ??= answer.service
        if (addresses.length > 0) return this.#found(index + 1, addresses, answer.service)
      }
    }
    return {
      tookMs: candidates.length * 2 * DNS_LATENCY_MS,
      addresses: [],
      service,
      portName: service === null ? null : '',
    }
  }

  #found(tries: number, addresses: readonly AddressRecord[], service: string | null): LookedUp {
    return {
      tookMs: tries * 2 * DNS_LATENCY_MS,
      addresses,
      service,
      portName: service === null ? null : this.#portName(service),
    }
  }

  #portName(service: string): string {
    const [namespace = '', name = ''] = service.split('/')
    const ports = this.#context.store.get('Service', namespace, name)?.spec.ports ?? []
    return ports.find(({ port }) => port === this.#port)?.name ?? ''
  }
}
