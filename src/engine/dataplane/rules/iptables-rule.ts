// One rule of iptables as kube-proxy writes them, as data: what it matches and where it sends a packet, so that the same
// rule can be printed as `iptables-save` prints it and be put to a packet. Only the matches and targets that kube-proxy uses.

export interface IptablesRule {
  readonly source?: AddressMatch | undefined
  readonly destination?: AddressMatch | undefined
  readonly protocol?: 'tcp' | 'udp' | 'sctp' | undefined
  /** In the order in which they are written. */
  readonly matches: readonly IptablesMatch[]
  /** Undefined: the rule only counts, and the packet goes on. */
  readonly target?: IptablesTarget | undefined
}

export interface AddressMatch {
  /** A block: `10.96.0.10/32`. */
  readonly block: string
  readonly not?: boolean
}

export type IptablesMatch =
  | { readonly type: 'comment'; readonly text: string }
  | { readonly type: 'port'; readonly protocol: string; readonly port: number }
  /** `-m tcp` with nothing asked, as before a DNAT to a port. */
  | { readonly type: 'protocol'; readonly protocol: string }
  | { readonly type: 'local'; readonly side: 'src' | 'dst' }
  /** A coin: of 2³¹ equal draws, so many match. */
  | { readonly type: 'chance'; readonly of2to31: number }
  /** Whether the source is on the list of an endpoint's recent clients, or (without `seconds`) puts it there. */
  | {
      readonly type: 'recent'
      readonly list: string
      readonly endpoint: string
      readonly seconds?: number
      readonly mask: string
    }
  | { readonly type: 'conntrack'; readonly states: string; readonly not?: boolean }
  | { readonly type: 'marked'; readonly not?: boolean }
  | { readonly type: 'nfacct'; readonly counter: string }

export type IptablesTarget =
  | { readonly type: 'jump'; readonly chain: string }
  | { readonly type: 'verdict'; readonly verdict: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly type: 'reject'; readonly with: string }
  /** Sets or clears the mark 0x4000. */
  | { readonly type: 'mark'; readonly on: boolean }
  | { readonly type: 'masquerade' }
  | { readonly type: 'dnat'; readonly to: string }

export interface IptablesChain {
  readonly name: string
  /** Built-in chains have one. */
  readonly policy?: 'ACCEPT'
  readonly rules: readonly IptablesRule[]
}

export interface IptablesTable {
  readonly name: 'filter' | 'mangle' | 'nat'
  readonly chains: readonly IptablesChain[]
}

export function comment(text: string): IptablesMatch {
  return { type: 'comment', text }
}

export function jump(chain: string): IptablesTarget {
  return { type: 'jump', chain }
}

export function verdict(name: 'ACCEPT' | 'DROP' | 'RETURN'): IptablesTarget {
  return { type: 'verdict', verdict: name }
}

const TWO_TO_31 = 2 ** 31
const MARK = '0x4000'

/** All tables as `iptables-save` prints them, with all counters at zero. */
export function printTables(tables: readonly IptablesTable[]): string {
  const lines: string[] = []
  for (const { name, chains } of tables) {
    lines.push(`*${name}`)
    for (const chain of chains) lines.push(`:${chain.name} ${chain.policy ?? '-'} [0:0]`)
    for (const chain of chains) for (const rule of chain.rules) lines.push(printRule(chain.name, rule))
    lines.push('COMMIT')
  }
  return `${lines.join('\n')}\n`
}

/** `-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp … -j KUBE-SVC-FXIYY6OHUSNBITIX`. */
export function printRule(chain: string, rule: IptablesRule): string {
  const words = [`-A ${chain}`]
  if (rule.source) words.push(addressWords('-s', rule.source))
  if (rule.destination) words.push(addressWords('-d', rule.destination))
  if (rule.protocol) words.push(`-p ${rule.protocol}`)
  for (const match of rule.matches) words.push(printMatch(match))
  if (rule.target) words.push(`-j ${printTarget(rule.target)}`)
  return words.join(' ')
}

function addressWords(option: string, { block, not }: AddressMatch): string {
  return `${not ? '! ' : ''}${option} ${block}`
}

function printMatch(match: IptablesMatch): string {
  switch (match.type) {
    case 'comment':
      return `-m comment --comment "${match.text}"`
    case 'port':
      return `-m ${match.protocol} --dport ${match.port}`
    case 'protocol':
      return `-m ${match.protocol}`
    case 'local':
      return `-m addrtype --${match.side}-type LOCAL`
    case 'chance':
      return `-m statistic --mode random --probability ${(match.of2to31 / TWO_TO_31).toFixed(11)}`
    case 'recent': {
      const asked = match.seconds === undefined ? '--set' : `--rcheck --seconds ${match.seconds} --reap`
      return `-m recent ${asked} --name ${match.list} --mask ${match.mask} --rsource`
    }
    case 'conntrack':
      return `-m conntrack ${match.not ? '! ' : ''}--ctstate ${match.states}`
    case 'marked':
      return `-m mark ${match.not ? '! ' : ''}--mark ${MARK}/${MARK}`
    case 'nfacct':
      return `-m nfacct --nfacct-name  ${match.counter}`
  }
}

function printTarget(target: IptablesTarget): string {
  switch (target.type) {
    case 'jump':
      return target.chain
    case 'verdict':
      return target.verdict
    case 'reject':
      return `REJECT --reject-with ${target.with}`
    case 'mark':
      return `MARK --set-xmark ${MARK}/${target.on ? MARK : '0x0'}`
    case 'masquerade':
      return 'MASQUERADE --random-fully'
    case 'dnat':
      return `DNAT --to-destination ${target.to}`
  }
}
