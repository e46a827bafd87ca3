// Puts a connection's first packet to kube-proxy's table of nftables, base chain by base chain in the order of their hooks
// and priorities: the firewall before the address is rewritten, then nat, then the filters on the way it takes, then
// masquerading. The packet belongs to no flow yet.

import { holdsAddress } from '../../kernel/ip-block.ts'
import {
  printNftablesRule,
  type NftablesElement,
  type NftablesMatch,
  type NftablesRule,
  type NftablesTable,
} from './nftables-rule.ts'
import { isGone, WalkState, type Verdict, type Walk, type WalkInput } from './walk.ts'

export function walkNftables(table: NftablesTable, nodeAddresses: readonly string[], input: WalkInput): Walk {
  const state = new WalkState(input, nodeAddresses)
  const walk = new ChainWalk(state, table)
  const fromNode = state.isFromNode
  const before = walk.chain(fromNode ? 'filter-output-pre-dnat' : 'filter-prerouting-pre-dnat')
  if (isGone(before)) return state.end(before)
  walk.chain(fromNode ? 'nat-output' : 'nat-prerouting')
  // What the node sends to itself goes out and comes in.
  const ways = [...(fromNode ? ['filter-output'] : []), ...(state.isToNode ? ['filter-input'] : [])]
  for (const way of ways.length > 0 ? ways : ['filter-forward']) {
    const verdict = walk.chain(way)
    if (isGone(verdict)) return state.end(verdict)
  }
  if (!state.isToNode) walk.chain('nat-postrouting')
  return state.end('continue')
}

class ChainWalk {
  readonly #state: WalkState
  readonly #family: NftablesTable['family']
  readonly #chains: ReadonlyMap<string, readonly NftablesRule[]>
  readonly #elements: ReadonlyMap<string, ReadonlyMap<string, NftablesElement>>

  constructor(state: WalkState, table: NftablesTable) {
    this.#state = state
    this.#family = table.family
    this.#chains = new Map(table.chains.map(({ name, rules }) => [name, rules]))
    this.#elements = new Map(
      table.sets.map(({ name, elements }) => [name, new Map(elements.map(element => [element.key, element]))]),
    )
  }

  chain(name: string): Verdict {
    for (const rule of this.#chains.get(name) ?? []) {
      const found = rule.statement.type === 'lookup' ? this.#lookup(rule.statement) : undefined
      const isMet = rule.matches.every(match => this.#holds(match)) && (rule.statement.type !== 'lookup' || found)
      if (!isMet) {
        this.#state.passedOver++
        continue
      }
      const { statement } = rule
      this.#state.note({
        table: 'kube-proxy',
        chain: name,
        rule: printNftablesRule(this.#family, rule),
        matched: true,
        ...(statement.type === 'random' ? { oneOf: statement.chains.length } : {}),
      })
      if (statement.type === 'return') return 'continue'
      if (statement.type === 'goto') return this.chain(statement.chain)
      if (found?.verdict) return found.verdict.type === 'drop' ? 'drop' : this.chain(found.verdict.chain)
      if (statement.type === 'random') {
        return this.chain(statement.chains[this.#state.chosenOf(statement.chains.length)] ?? '')
      }
      const verdict = this.#follow(statement)
      if (verdict !== 'continue') return verdict
    }
    return 'continue'
  }

  #follow(statement: NftablesRule['statement']): Verdict {
    switch (statement.type) {
      case 'jump':
        return this.chain(statement.chain)
      case 'drop':
      case 'reject':
        return statement.type
      case 'mark':
        this.#state.marked = statement.on
        return 'continue'
      case 'masquerade':
        this.#state.masquerade = true
        return 'accept'
      case 'dnat':
        this.#state.endpoint = statement.to
        return 'accept'
      default:
        return 'continue'
    }
  }

  #holds(match: NftablesMatch): boolean {
    const { input, marked, endpoint } = this.#state
    const { source, destination } = input.packet
    switch (match.type) {
      case 'address': {
        const address = match.side === 'saddr' ? source : endpoint === undefined ? destination : ''
        return match.blocks.some(block => holdsAddress(block, address)) !== (match.not ?? false)
      }
      case 'in-set':
        return endpoint === undefined && (this.#elements.get(match.set)?.has(destination) ?? false)
      case 'kept-at':
        return match.endpoint === input.keptAt
      case 'new':
        return true
      case 'local-source':
        return this.#state.isFromNode
      case 'unmarked':
        return !marked
    }
  }

  #lookup({ map, by }: { readonly map: string; readonly by: 'address' | 'port' }): NftablesElement | undefined {
    const { packet } = this.#state.input
    if (this.#state.endpoint !== undefined) return undefined
    const port = `${packet.protocol.toLowerCase()} . ${packet.port}`
    return this.#elements.get(map)?.get(by === 'address' ? `${packet.destination} . ${port}` : port)
  }
}
