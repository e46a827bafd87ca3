// nc and agnhost's `connect`: whether a port is open, and what a server says to a datagram or to words that are no HTTP. Texts are
// those of busybox, and in agnhost those of OpenBSD's netcat. Left out: listening, and what a TCP server other than HTTP says.

import { baseNameOf } from '../../apps/image-names.ts'
import { optionOf } from '../../apps/known-server.ts'
import { failed, type Command, type CommandContext, type CommandOutcome } from './command.ts'
import { CONNECT_TIMEOUT_MS, ownAddress } from './http-commands.ts'
import { lookUp } from './name-commands.ts'
import type { Sent } from './one-request.ts'

const NOT_HTTP =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'
const PORT_NAMES: { readonly [port: string]: string } = { 53: 'domain', 80: 'http', 443: 'https' }

interface Call {
  readonly host: string
  readonly port: string
  readonly letters: string
  readonly waitMs: number | undefined
}

export const nc: Command = (args, context) => {
  const call = readCall(args)
  if (!call) return failed(1, 'nc: only [-zvtun] [-w SECONDS] HOST PORT is simulated\n')
  const { host, port, letters, waitMs } = call
  const isOpenBsd = baseNameOf(context.container.image ?? '') === 'agnhost'
  const protocol = letters.includes('u') ? 'UDP' : 'TCP'
  const { address, tookMs: lookUpMs } = lookUp(host, context)
  if (address === undefined) {
    const why = isOpenBsd
      ? `getaddrinfo for host "${host}" port ${port}: Name does not resolve`
      : `bad address '${host}'`
    return failed(1, `nc: ${why}\n`, lookUpMs)
  }
  const sent = context.send({ address: ownAddress(address, context), port: Number(port), protocol })
  const words = { ...call, address, protocol, isOpenBsd } as const
  if (protocol === 'TCP' && sent.kind === 'silent') return failed(1, failure(words, true), waitMs ?? CONNECT_TIMEOUT_MS)
  const tookMs = lookUpMs + sent.tookMs
  if (protocol === 'TCP' && sent.kind === 'refused') return failed(1, failure(words, false), tookMs)
  const err = letters.includes('v') ? success(words) : ''
  if (letters.includes('z')) return { code: 0, err, tookMs }
  const text = context.readInput()
  if (protocol === 'TCP') return { code: 0, err, out: text === '' ? '' : NOT_HTTP, tookMs }
  return { ...said(text, sent, context), err, tookMs: waitMs ?? tookMs }
}

/** One datagram after another is not told apart from all of them together. */
function said(text: string, sent: Sent, context: CommandContext): CommandOutcome {
  if (sent.kind === 'refused') return { code: 1 }
  const out = sent.kind === 'answers' && text !== '' ? context.datagram(sent, text) : undefined
  return { code: 0, out: out ?? '' }
}

interface CallWords extends Call {
  readonly address: string
  readonly protocol: 'TCP' | 'UDP'
  readonly isOpenBsd: boolean
}

function success({ host, port, address, protocol, isOpenBsd }: CallWords): string {
  if (!isOpenBsd) return `${host} (${address}:${port}) open\n`
  const where = host === address ? host : `${host} (${address})`
  return `Connection to ${where} ${port} port [${protocol.toLowerCase()}/${PORT_NAMES[port] ?? '*'}] succeeded!\n`
}

function failure({ host, port, address, letters, waitMs, isOpenBsd }: CallWords, isTimeout: boolean): string {
  if (!isOpenBsd) {
    if (isTimeout && waitMs !== undefined) return 'nc: timed out\n'
    return `nc: ${host} (${address}:${port}): Connection ${isTimeout ? 'timed out' : 'refused'}\n`
  }
  // It says nothing of failures unless it is asked to talk.
  if (!letters.includes('v')) return ''
  const where = host === address ? host : `${host} (${address})`
  const why = isTimeout ? 'timed out: Operation in progress' : 'failed: Connection refused'
  return `nc: connect to ${where} port ${port} (tcp) ${why}\n`
}

function readCall(args: readonly string[]): Call | undefined {
  let letters = ''
  let waitMs: number | undefined
  const words: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string
    const [, own, wait, seconds] = /^-([zvtun46]*)(w?)(\d*)$/.exec(arg) ?? []
    if (own === undefined) words.push(arg)
    else {
      letters += own
      if (wait) waitMs = Number(seconds || args[++index]) * 1000
    }
  }
  const [host, port, ...more] = words
  const isWrong = more.length > 0 || words.some(word => word.startsWith('-')) || Number.isNaN(waitMs ?? 0)
  return host === undefined || port === undefined || isWrong ? undefined : { host, port, letters, waitMs }
}

/** `/agnhost connect [--timeout=1s] [--protocol=tcp|udp] HOST:PORT`. */
export const agnhost: Command = (args, context) => {
  const target = args.at(-1) ?? ''
  const [, host = '', port = ''] = /^\[?([^[\]]*?)\]?:(\d+)$/.exec(target) ?? []
  if (args[0] !== 'connect' || port === '') return failed(1, 'agnhost: only connect HOST:PORT is simulated\n')
  const [, number = '1', unit = 's'] = /^(\d+)(ms|s|m)$/.exec(optionOf(args, 'timeout') ?? '1s') ?? []
  const limitMs = Number(number) * (unit === 'ms' ? 1 : unit === 's' ? 1_000 : 60_000)
  const { address, tookMs } = lookUp(host, context)
  if (address === undefined) return failed(1, `DNS: lookup ${host}: no such host\n`, tookMs)
  const sent = context.send({ address: ownAddress(address, context), port: Number(port) })
  if (sent.kind === 'silent' || tookMs + sent.tookMs > limitMs) return failed(1, 'TIMEOUT\n', limitMs)
  return sent.kind === 'refused'
    ? failed(1, 'REFUSED\n', tookMs + sent.tookMs)
    : { code: 0, tookMs: tookMs + sent.tookMs }
}
