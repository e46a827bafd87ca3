// A table of nftables as kube-proxy writes it, as data: sets and maps with their elements, chains with their rules, so that
// the same rule can be printed as `nft list table` (1.0.6) prints it and be put to a packet. Only what kube-proxy uses.

import { mergedSpans, type IPBlock } from '../../kernel/ip-block.ts'
import { compareText } from '../../kernel/json.ts'

export interface NftablesTable {
  readonly family: 'ip' | 'ip6'
  readonly sets: readonly NftablesSet[]
  readonly chains: readonly NftablesChain[]
}

export interface NftablesSet {
  readonly name: string
  readonly kind: 'set' | 'map'
  /** What it holds: its lines but for the elements. */
  readonly lines: readonly string[]
  readonly elements: readonly NftablesElement[]
}

export interface NftablesElement {
  /** `10.96.0.10 . tcp . 80`. */
  readonly key: string
  readonly comment?: string | undefined
  /** Of a map only. */
  readonly verdict?: NftablesVerdict | undefined
}

export type NftablesVerdict = { readonly type: 'drop' } | { readonly type: 'goto'; readonly chain: string }

export interface NftablesChain {
  readonly name: string
  /** `type nat hook prerouting priority dstnat; policy accept;` of a base chain, or a comment. */
  readonly head?: string
  readonly rules: readonly NftablesRule[]
}

export interface NftablesRule {
  readonly matches: readonly NftablesMatch[]
  readonly statement: NftablesStatement
  readonly comment?: string
}

export type NftablesMatch =
  | {
      readonly type: 'address'
      readonly side: 'saddr' | 'daddr'
      readonly blocks: readonly IPBlock[]
      readonly not?: boolean
    }
  | { readonly type: 'in-set'; readonly side: 'daddr'; readonly set: string }
  /** Whether the source is in the set of an endpoint's clients. */
  | { readonly type: 'kept-at'; readonly set: string; readonly endpoint: string }
  | { readonly type: 'new' }
  | { readonly type: 'local-source' }
  | { readonly type: 'unmarked' }

export type NftablesStatement =
  | { readonly type: 'jump' | 'goto'; readonly chain: string }
  | { readonly type: 'drop' | 'reject' | 'return' | 'masquerade' }
  | { readonly type: 'mark'; readonly on: boolean }
  /** Looks destination (or only protocol and port) up in a map of verdicts. */
  | { readonly type: 'lookup'; readonly map: string; readonly by: 'address' | 'port' }
  /** Puts the source into a set, with a new timeout. */
  | { readonly type: 'remember'; readonly set: string }
  | { readonly type: 'dnat'; readonly protocol: string; readonly to: string }
  /** One of the chains, each as likely as any other. */
  | { readonly type: 'random'; readonly chains: readonly string[] }

const MARK = '0x00004000'
/** Where nft puts the second and all further elements of a set. */
const ELEMENT_INDENT = '\t\t\t     '

/** The table as `nft list table ip kube-proxy` prints it. */
export function printNftables(table: NftablesTable): string {
  const { family } = table
  const objects = [
    ...table.sets.map(set => [
      `\t${set.kind} ${set.name} {`,
      ...set.lines.map(line => `\t\t${line}`),
      ...elementLines(set.elements),
      '\t}',
    ]),
    ...table.chains.map(chain => [
      `\tchain ${chain.name} {`,
      ...(chain.head === undefined ? [] : [`\t\t${chain.head}`]),
      ...chain.rules.map(rule => `\t\t${printNftablesRule(family, rule)}`),
      '\t}',
    ]),
  ]
  const body = objects.map(lines => lines.join('\n')).join('\n\n')
  return `table ${family} kube-proxy {\n\tcomment "rules for kube-proxy"\n\n${body}\n}\n`
}

function elementLines(elements: readonly NftablesElement[]): readonly string[] {
  if (elements.length === 0) return []
  const texts = elements.map(printElement).sort(compareText)
  return [`\t\telements = { ${texts.join(`,\n${ELEMENT_INDENT}`)} }`]
}

function printElement({ key, comment, verdict }: NftablesElement): string {
  const about = comment === undefined ? '' : ` comment "${comment}"`
  return verdict === undefined ? key : `${key}${about} : ${printVerdict(verdict)}`
}

function printVerdict(verdict: NftablesVerdict): string {
  return verdict.type === 'drop' ? 'drop' : `goto ${verdict.chain}`
}

/** `ip saddr 10.244.1.5 jump mark-for-masquerade`. */
export function printNftablesRule(family: NftablesTable['family'], rule: NftablesRule): string {
  const words = [...rule.matches.map(match => printMatch(family, match)), printStatement(family, rule.statement)]
  if (rule.comment !== undefined) words.push(`comment "${rule.comment}"`)
  return words.join(' ')
}

function printMatch(family: NftablesTable['family'], match: NftablesMatch): string {
  switch (match.type) {
    case 'address': {
      const spans = mergedSpans(match.blocks).join(', ')
      // One is written plain; braces around several stay, even where they make one.
      const addresses = match.blocks.length > 1 ? `{ ${spans} }` : spans
      return `${family} ${match.side} ${match.not ? '!= ' : ''}${addresses}`
    }
    case 'in-set':
      return `${family} daddr @${match.set}`
    case 'kept-at':
      return `${family} saddr @${match.set}`
    case 'new':
      return 'ct state new'
    case 'local-source':
      return 'fib saddr type local'
    case 'unmarked':
      return `meta mark & ${MARK} == 0x00000000`
  }
}

function printStatement(family: NftablesTable['family'], statement: NftablesStatement): string {
  switch (statement.type) {
    case 'jump':
    case 'goto':
      return `${statement.type} ${statement.chain}`
    case 'masquerade':
      return 'masquerade fully-random'
    case 'mark':
      return `meta mark set meta mark ${statement.on ? '|' : '^'} ${MARK}`
    case 'lookup':
      return `${statement.by === 'address' ? `${family} daddr . ` : ''}meta l4proto . th dport vmap @${statement.map}`
    case 'remember':
      return `update @${statement.set} { ${family} saddr }`
    case 'dnat':
      return `meta l4proto ${statement.protocol} dnat to ${statement.to}`
    case 'random': {
      const choices = statement.chains.map((chain, index) => `${index} : goto ${chain}`)
      return `numgen random mod ${choices.length} vmap { ${choices.join(', ')} }`
    }
    default:
      return statement.type
  }
}
