// nslookup, dig and getent: questions to cluster DNS, answered by what the data plane knows. Each try of the search list costs
// a round trip. Left out: other servers, other types than A, AAAA, CNAME, SRV, PTR and TXT, and most of dig's options.

import { recordData, searchCandidates, type DnsRecord } from '../../dataplane/index.ts'
import { ipFamily } from '../../kernel/ip.ts'
import { failed, said, type Command, type CommandContext, type CommandOutcome } from './command.ts'
import { NAME_TIMEOUT_MS } from '../faults/wire.ts'
import { dnsServer, hostnameOf } from './container-env.ts'

/** A question and its answer, there and back. */
const ROUND_TRIP_MS = 1
const UNREACHED = ';; connection timed out; no servers could be reached\n'
/** Nobody asks here for the head of the zone, which alone has one. */
const SERIAL = 0
const TYPES = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT'] as const
type QuestionType = (typeof TYPES)[number]

interface Resolved {
  /** The name that had an answer; of none, the one that was tried last. */
  readonly name: string
  readonly records: readonly DnsRecord[]
  readonly exists: boolean
  readonly tookMs: number
}

/** The address that a program gets for a name, or undefined. */
export function lookUp(
  host: string,
  context: CommandContext,
): { readonly address: string | undefined; readonly tookMs: number } {
  if (ipFamily(host)) return { address: host, tookMs: 0 }
  if (host === 'localhost') return { address: '127.0.0.1', tookMs: 0 }
  if (host === hostnameOf(context.pod)) return { address: context.pod.status?.podIP, tookMs: 0 }
  const { records, tookMs } = resolve(host, 'A', context)
  const addresses = records.flatMap(record => (record.type === 'A' ? [record.address] : []))
  return { address: addresses[Math.floor(context.chance() * addresses.length)], tookMs }
}

export const nslookup: Command = (args, context) => {
  const [name, ...more] = args.filter(arg => !arg.startsWith('-'))
  const asked = args.map(arg => /^-(?:query|type|q)=(\w+)$/i.exec(arg)?.[1]?.toUpperCase()).find(type => type)
  const type = typeOf(asked ?? 'A')
  if (name === undefined || more.length > 0 || !type) return failed(1, 'usage: nslookup [-type=A|SRV|…] NAME\n')
  const server = dnsServer(context.store)
  if (!context.answersNames) return { code: 1, out: UNREACHED, tookMs: NAME_TIMEOUT_MS }
  const head = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`
  if (ipFamily(name)) return reverse(name, head, context)
  const { records, exists, name: found, tookMs } = resolve(name, type, context)
  if (records.length === 0) {
    const why = exists ? `*** Can't find ${name}: No answer` : `** server can't find ${name}: NXDOMAIN`
    return { code: exists ? 0 : 1, out: `${head}${why}\n\n`, tookMs }
  }
  const blocks = records.map(record => {
    if (record.type === 'A' || record.type === 'AAAA') return `Name:\t${record.name}\nAddress: ${record.address}\n`
    if (record.type === 'CNAME') return `${record.name}\tcanonical name = ${record.target}.\n`
    return `${found}\t${record.type === 'SRV' ? 'service' : record.type.toLowerCase()} = ${recordData(record, SERIAL)}\n`
  })
  return said(`${head}${blocks.join('')}\n`, tookMs)
}

function reverse(address: string, head: string, context: CommandContext): CommandOutcome {
  const name = reverseName(address)
  const { answers } = context.dataplane.dns({ name, type: 'PTR' })
  const lines = answers.map(record => `${name}\tname = ${recordData(record, SERIAL)}\n`).join('')
  if (lines === '') return { code: 1, out: `${head}** server can't find ${name}: NXDOMAIN\n\n`, tookMs: ROUND_TRIP_MS }
  return said(`${lines}\n`, ROUND_TRIP_MS)
}

export const dig: Command = (args, context) => {
  const isShort = args.includes('+short')
  const isSearching = args.includes('+search')
  const words = args.filter(arg => !/^[+@-]/.test(arg))
  const type = words.map(word => typeOf(word)).find(found => found) ?? 'A'
  const asked = words.find(word => !typeOf(word))
  const reversed = args[args.indexOf('-x') + 1]
  const isReverse = args.includes('-x') && reversed !== undefined
  if (asked === undefined) return failed(1, 'usage: dig [+short] [+search] [-x] NAME [TYPE]\n')
  if (!context.answersNames) return { code: 9, out: UNREACHED, tookMs: NAME_TIMEOUT_MS }
  const name = isReverse ? reverseName(reversed) : asked
  const kind = isReverse ? 'PTR' : type
  const found = isSearching ? resolve(name, kind, context) : ask([name.replace(/\.$/, '')], kind, context)
  if (isShort) return said(found.records.map(record => `${recordData(record, SERIAL)}\n`).join(''), found.tookMs)
  if (args.includes('+noall')) {
    const isAnswer = args.lastIndexOf('+answer') > args.lastIndexOf('+noall')
    return said(isAnswer ? found.records.map(record => `${zoneLine(record)}\n`).join('') : '', found.tookMs)
  }
  const status = found.exists ? 'NOERROR' : 'NXDOMAIN'
  const lines = [
    '',
    `; <<>> DiG <<>> ${args.join(' ')}`,
    ';; Got answer:',
    `;; ->>HEADER<<- opcode: QUERY, status: ${status}`,
    `;; flags: qr aa rd; QUERY: 1, ANSWER: ${found.records.length}, AUTHORITY: 0, ADDITIONAL: 0`,
    '',
    ';; QUESTION SECTION:',
    `;${found.name}.\t\tIN\t${kind}`,
    '',
    ...(found.records.length === 0 ? [] : [';; ANSWER SECTION:', ...found.records.map(zoneLine), '']),
    `;; SERVER: ${dnsServer(context.store)}#53(${dnsServer(context.store)}) (UDP)`,
    '',
  ]
  return said(`${lines.join('\n')}\n`, found.tookMs)
}

export const getent: Command = ([database, ...names], context) => {
  if ((database !== 'hosts' && database !== 'ahosts') || names.length === 0)
    return failed(1, 'usage: getent hosts NAME…\n')
  let out = ''
  let tookMs = 0
  let code = 0
  for (const name of names) {
    const found = lookUp(name, context)
    tookMs += found.tookMs
    if (found.address === undefined) code = 2
    else out += `${found.address.padEnd(16)}${name}\n`
  }
  return { code, out, tookMs }
}

function resolve(name: string, type: QuestionType, context: CommandContext): Resolved {
  return ask(searchCandidates(name, context.pod.metadata.namespace ?? '', context.domain), type, context)
}

/** The first name of the list that exists with such records. */
function ask(names: readonly string[], type: QuestionType, { dataplane, answersNames }: CommandContext): Resolved {
  if (!answersNames) return { name: names[0] ?? '', records: [], exists: false, tookMs: NAME_TIMEOUT_MS }
  let exists = false
  for (const [index, name] of names.entries()) {
    const { answers, rcode } = dataplane.dns({ name, type })
    exists ||= rcode === 'NOERROR'
    const tookMs = (index + 1) * ROUND_TRIP_MS
    if (answers.length > 0) return { name, records: answers, exists: true, tookMs }
  }
  return { name: names.at(-1) ?? '', records: [], exists, tookMs: names.length * ROUND_TRIP_MS }
}

function typeOf(word: string): QuestionType | undefined {
  return TYPES.find(type => type === word.toUpperCase())
}

function reverseName(address: string): string {
  return `${address.split('.').toReversed().join('.')}.in-addr.arpa`
}

function zoneLine(record: DnsRecord): string {
  return `${record.name}.\t${record.ttlSeconds}\tIN\t${record.type}\t${recordData(record, SERIAL)}`
}
