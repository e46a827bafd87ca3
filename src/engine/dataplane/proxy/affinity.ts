// Who is kept at which endpoint, on one node: session affinity ClientIP as the `recent` lists of iptables and the sets of
// nftables do it, one for each Service port and endpoint. A list holds 100 clients, and the oldest makes room; a set holds
// 65,535, and takes nobody in while it is full. The time counts from the last new connection. Nodes do not share what they
// remember, and a node that loses its rules loses it too.

import type { EndpointChoice } from './packet.ts'
import type { ServicePortRules } from './service-rules.ts'

/** The default of the kernel's module xt_recent, and the size that kube-proxy gives its sets. */
const MOST_CLIENTS = { iptables: 100, nftables: 65_535 } as const

interface NewConnection {
  readonly endpoint: string
  readonly client: string
  readonly nowMs: number
  readonly mode: keyof typeof MOST_CLIENTS
}

/** [Service port, endpoint, [client address, ms of its last connection][]][], in the order of use. */
export type SavedAffinity = readonly (readonly [string, string, readonly (readonly [string, number])[]])[]

export class AffinityLists {
  readonly #lists = new Map<string, Map<string, Map<string, number>>>()

  get isEmpty(): boolean {
    return this.#lists.size === 0
  }

  /** The first of the choices, in rule order, that remembers the client. */
  find(
    port: ServicePortRules,
    choices: readonly EndpointChoice[],
    client: string,
    nowMs: number,
  ): EndpointChoice | undefined {
    const lists = this.#lists.get(keyOf(port))
    if (!lists) return undefined
    return choices.find(({ endpoint }) => {
      const sinceMs = lists.get(endpoint)?.get(client)
      return sinceMs !== undefined && nowMs - sinceMs <= port.affinitySeconds * 1000
    })
  }

  remember(port: ServicePortRules, { endpoint, client, nowMs, mode }: NewConnection): void {
    const key = keyOf(port)
    const lists = this.#lists.get(key) ?? new Map<string, Map<string, number>>()
    this.#lists.set(key, lists)
    const list = lists.get(endpoint) ?? new Map<string, number>()
    lists.set(endpoint, list)
    list.delete(client)
    if (list.size >= MOST_CLIENTS[mode]) {
      const [[oldest, sinceMs] = [client, nowMs]] = list
      // A set loses by itself whose time has passed; a list is asked for nobody's time.
      if (mode === 'nftables' && nowMs - sinceMs <= port.affinitySeconds * 1000) return
      list.delete(oldest)
    }
    list.set(client, nowMs)
  }

  /** After a write of a Service's rules: lists of endpoints that no rule names any more are gone with their rules. */
  keepOnly(service: string, ports: readonly ServicePortRules[]): void {
    const kept = new Map(ports.filter(port => port.affinitySeconds > 0).map(port => [keyOf(port), port]))
    for (const [key, lists] of this.#lists) {
      if (!key.startsWith(`${service} `)) continue
      const port = kept.get(key)
      const named = new Set([...(port?.cluster ?? []), ...(port?.local ?? [])].map(choice => choice.endpoint))
      for (const endpoint of lists.keys()) if (!named.has(endpoint)) lists.delete(endpoint)
      if (lists.size === 0) this.#lists.delete(key)
    }
  }

  clear(): void {
    this.#lists.clear()
  }

  save(): SavedAffinity {
    return [...this.#lists].flatMap(([key, lists]) =>
      [...lists].map(([endpoint, list]) => [key, endpoint, [...list]] as const),
    )
  }

  load(saved: SavedAffinity): void {
    this.#lists.clear()
    for (const [key, endpoint, list] of saved) {
      const lists = this.#lists.get(key) ?? new Map<string, Map<string, number>>()
      lists.set(endpoint, new Map(list))
      this.#lists.set(key, lists)
    }
  }
}

function keyOf(port: ServicePortRules): string {
  return `${port.service} ${port.portName} ${port.protocol}`
}
