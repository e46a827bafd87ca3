// One packet's way through a node's rules: which rules it met, which coins were tossed, and what became of it. A walk asks
// nobody else and changes nothing: who is kept where, and how the draw fell, is told to it, so that it comes out as the
// connection did. Rules that did not match are told only where a coin was tossed for them; the others are counted.

import { isLoopback } from '../../kernel/ip.ts'
import { holdsAddress, parseBlock } from '../../kernel/ip-block.ts'
import type { Packet } from '../proxy/packet.ts'

/** A packet that starts a connection. */
export interface WalkInput {
  readonly packet: Packet
  /** In [0, 1): the same draw by which a backend is chosen. */
  readonly draw: number
  /** The endpoint at which session affinity keeps the client, `10.244.1.5:9376`. */
  readonly keptAt: string | undefined
}

export interface RuleMet {
  /** `nat` or `filter` of iptables; the table's name for nftables. */
  readonly table: string
  readonly chain: string
  /** As it is printed. */
  readonly rule: string
  readonly matched: boolean
  /** A coin was tossed: one of so many. */
  readonly oneOf?: number
}

export type WalkEnd =
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly masquerade: boolean }
  /** No rule claimed it: it goes on to where it was going. */
  | { readonly kind: 'pass'; readonly masquerade: boolean }
  | { readonly kind: 'reject' | 'drop' }

export interface Walk {
  readonly met: readonly RuleMet[]
  /** How many rules were asked and said no. */
  readonly passedOver: number
  readonly end: WalkEnd
}

/** What becomes of a packet in one chain: it goes on, its table is done with it, or it is gone. */
export type Verdict = 'continue' | 'accept' | 'drop' | 'reject'

export function isGone(verdict: Verdict): boolean {
  return verdict === 'drop' || verdict === 'reject'
}

/** A packet on its way. */
export class WalkState {
  readonly input: WalkInput
  readonly met: RuleMet[] = []
  readonly #nodeAddresses: readonly string[]
  passedOver = 0
  /** Rewritten to, `10.244.1.5:9376`. */
  endpoint: string | undefined
  marked = false
  masquerade = false

  constructor(input: WalkInput, nodeAddresses: readonly string[]) {
    this.input = input
    this.#nodeAddresses = nodeAddresses
  }

  /** Started by a process on the node itself. */
  get isFromNode(): boolean {
    return this.isOnNode(this.input.packet.source)
  }

  /** To an address of the node, and not sent elsewhere meanwhile. */
  get isToNode(): boolean {
    return this.endpoint === undefined && this.isOnNode(this.input.packet.destination)
  }

  isOnNode(address: string): boolean {
    return this.#nodeAddresses.includes(address) || isLoopback(address)
  }

  note(met: RuleMet): void {
    this.met.push(met)
  }

  /** Which of `count` equal chances the draw fell on. */
  chosenOf(count: number): number {
    return Math.floor(this.input.draw * count)
  }

  end(verdict: Verdict): Walk {
    const { met, passedOver, endpoint, masquerade } = this
    if (verdict === 'drop' || verdict === 'reject') return { met, passedOver, end: { kind: verdict } }
    const end = endpoint === undefined ? { kind: 'pass' as const } : { kind: 'endpoint' as const, endpoint }
    return { met, passedOver, end: { ...end, masquerade } }
  }
}

/** Whether a block in text holds an address. */
export function isInBlock(text: string, address: string): boolean {
  const block = parseBlock(text)
  return block !== undefined && holdsAddress(block, address)
}
