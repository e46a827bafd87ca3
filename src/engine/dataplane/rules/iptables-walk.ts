// Puts a connection's first packet to a node's iptables rules, hook by hook as the kernel does: nat before the route is
// chosen, filter on the way it then takes, nat again where it leaves. The packet belongs to no flow yet.

import { printRule, type IptablesMatch, type IptablesRule, type IptablesTable } from './iptables-rule.ts'
import { isGone, isInBlock, WalkState, type Verdict, type Walk, type WalkInput } from './walk.ts'

export function walkIptables(
  tables: readonly IptablesTable[],
  nodeAddresses: readonly string[],
  input: WalkInput,
): Walk {
  const state = new WalkState(input, nodeAddresses)
  const chains = new Map(
    tables.flatMap(({ name, chains: all }) => all.map(chain => [`${name} ${chain.name}`, chain.rules] as const)),
  )
  const through = (table: string, hook: string): Verdict => new TableWalk(state, table, chains).chain(hook)
  through('nat', state.isFromNode ? 'OUTPUT' : 'PREROUTING')
  // What the node sends to itself goes out and comes in.
  const ways = [...(state.isFromNode ? ['OUTPUT'] : []), ...(state.isToNode ? ['INPUT'] : [])]
  for (const way of ways.length > 0 ? ways : ['FORWARD']) {
    const verdict = through('filter', way)
    if (isGone(verdict)) return state.end(verdict)
  }
  if (!state.isToNode) through('nat', 'POSTROUTING')
  return state.end('continue')
}

class TableWalk {
  readonly #state: WalkState
  readonly #table: string
  readonly #chains: ReadonlyMap<string, readonly IptablesRule[]>
  // The coins of one list: how many endpoints it had when the first was tossed.
  #listed = 0

  constructor(state: WalkState, table: string, chains: ReadonlyMap<string, readonly IptablesRule[]>) {
    this.#state = state
    this.#table = table
    this.#chains = chains
  }

  chain(name: string): Verdict {
    for (const rule of this.#chains.get(`${this.#table} ${name}`) ?? []) {
      if (!this.#matches(name, rule)) continue
      this.#state.note({ table: this.#table, chain: name, rule: printRule(name, rule), matched: true, ...coinOf(rule) })
      const { target } = rule
      if (target?.type === 'verdict' && target.verdict === 'RETURN') return 'continue'
      const verdict = this.#follow(rule)
      if (verdict !== 'continue') return verdict
    }
    return 'continue'
  }

  #follow({ target }: IptablesRule): Verdict {
    switch (target?.type) {
      case undefined:
        return 'continue'
      case 'jump':
        return this.chain(target.chain)
      case 'verdict':
        return target.verdict === 'DROP' ? 'drop' : 'accept'
      case 'reject':
        return 'reject'
      case 'mark':
        this.#state.marked = target.on
        return 'continue'
      case 'masquerade':
        this.#state.masquerade = true
        return 'accept'
      case 'dnat':
        this.#state.endpoint = target.to
        return 'accept'
    }
  }

  #matches(chain: string, rule: IptablesRule): boolean {
    const { packet } = this.#state.input
    const plain =
      (rule.protocol === undefined || rule.protocol.toUpperCase() === packet.protocol) &&
      (!rule.source || isInBlock(rule.source.block, packet.source) !== (rule.source.not ?? false)) &&
      (!rule.destination || this.#isTo(rule.destination.block) !== (rule.destination.not ?? false))
    const failed = plain ? rule.matches.find(match => !this.#holds(match)) : undefined
    if (plain && !failed) return true
    if (failed?.type === 'chance') {
      const text = printRule(chain, rule)
      this.#state.note({ table: this.#table, chain, rule: text, matched: false, ...coinOf(rule) })
    } else this.#state.passedOver++
    return false
  }

  // Once rewritten, a packet is for the endpoint.
  #isTo(block: string): boolean {
    const { endpoint, input } = this.#state
    return endpoint === undefined && isInBlock(block, input.packet.destination)
  }

  #holds(match: IptablesMatch): boolean {
    const { input, endpoint, marked } = this.#state
    switch (match.type) {
      case 'comment':
      case 'protocol':
      case 'nfacct':
        return true
      case 'port':
        return endpoint === undefined && match.port === input.packet.port
      case 'local':
        return match.side === 'src' ? this.#state.isFromNode : this.#state.isToNode
      case 'conntrack':
        return match.states.split(',').includes('NEW') !== (match.not ?? false)
      case 'marked':
        return marked !== (match.not ?? false)
      case 'recent':
        return match.seconds === undefined || match.endpoint === input.keptAt
      case 'chance':
        return this.#toss(oneOf(match.of2to31))
    }
  }

  // The coins of a list are one draw: endpoint i of n is it when the draw lies in [i/n, (i + 1)/n).
  #toss(left: number): boolean {
    if (this.#listed < left) this.#listed = left
    return this.#state.chosenOf(this.#listed) === this.#listed - left
  }
}

function coinOf({ matches }: IptablesRule): { readonly oneOf?: number } {
  const chance = matches.find(match => match.type === 'chance')
  return chance ? { oneOf: oneOf(chance.of2to31) } : {}
}

function oneOf(of2to31: number): number {
  return Math.round(2 ** 31 / of2to31)
}
