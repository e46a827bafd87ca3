// curl and wget: one GET over HTTP by the Pod's own way, and the answer of the image at its end. Left out: other methods, TLS,
// redirections, and every option but those that are named here; an unknown one is refused and not passed over.

import type { HttpAnswer } from '../../apps/image-speech.ts'
import { failed, type Command, type CommandContext, type CommandOutcome } from './command.ts'
import { lookUp } from './name-commands.ts'

interface Wanted {
  readonly url: string
  readonly silent: boolean
  readonly showErrors: boolean
  readonly fail: boolean
  readonly include: boolean
  readonly discard: boolean
  readonly format: string
  readonly timeoutMs: number
}

interface Fetched {
  /** `name`, `refused`, `timeout`, or the answer. */
  readonly kind: 'answered' | 'name' | 'refused' | 'timeout' | 'scheme'
  readonly host: string
  readonly port: number
  readonly status: number
  readonly body: string
  readonly headers?: HttpAnswer['headers']
  readonly tookMs: number
}

/**
 * When Linux 6.5 and later gives up a connection that nobody answers. It sends SYN at 0, 1, 2, 3, 4 and 5 seconds
 * (`tcp_syn_linear_timeouts` 4), then after 2, 4, 8, 16 and 32 more (`tcp_syn_retries` 6), and waits 64 for the last.
 */
export const CONNECT_TIMEOUT_MS = 131_000
const REASONS: { readonly [code: number]: string } = { 200: 'OK', 404: 'Not Found', 503: 'Service Unavailable' }

/** Options of curl that change nothing here: its own file, patterns in URLs, certificates, IPv4, progress, redirections. */
const CURL_IDLE: ReadonlySet<string> = new Set([
  '-q',
  '-g',
  '--globoff',
  '-k',
  '--insecure',
  '-4',
  '-L',
  '-N',
  '--no-progress-meter',
])

export const curl: Command = (args, context) => {
  const wanted = readCurl(args)
  if (typeof wanted === 'string') return failed(2, `curl: ${wanted}\n`)
  const got = get(wanted.url, 'curl/8.14.1', wanted.timeoutMs, context)
  if (got.kind === 'answered') return curlAnswer(wanted, got)
  const [code, why] = curlFailure(got)
  const quiet = wanted.silent && !wanted.showErrors
  const out = formatted(wanted.format, { ...got, status: 0 })
  return { code, out, err: quiet ? '' : `curl: (${code}) ${why}\n`, tookMs: got.tookMs }
}

function curlAnswer(wanted: Wanted, got: Fetched): CommandOutcome {
  const { status, body, tookMs } = got
  const tail = formatted(wanted.format, got)
  if (wanted.fail && status >= 400) {
    const err = wanted.silent && !wanted.showErrors ? '' : `curl: (22) The requested URL returned error: ${status}\n`
    return { code: 22, out: tail, err, tookMs }
  }
  const headers = [...(got.headers ?? []), ['Content-Length', String(body.length)]]
  const lines = [`HTTP/1.1 ${status} ${REASONS[status] ?? ''}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const head = `${lines.join('\r\n')}\r\n\r\n`
  return { code: 0, out: `${wanted.include ? head : ''}${wanted.discard ? '' : body}${tail}`, tookMs }
}

function curlFailure({ kind, host, port, tookMs }: Fetched): readonly [number, string] {
  const after = `after ${Math.round(tookMs)} ms`
  if (kind === 'scheme') return [1, 'Only http is simulated']
  if (kind === 'name') return [6, `Could not resolve host: ${host}`]
  const failedToConnect = `Failed to connect to ${host} port ${port} ${after}: Could not connect to server`
  if (kind === 'refused') return [7, failedToConnect]
  if (tookMs >= CONNECT_TIMEOUT_MS) return [28, failedToConnect]
  return [28, `Connection timed out ${after}`]
}

function formatted(format: string, { status, tookMs }: Fetched): string {
  return format
    .replaceAll('\\n', '\n')
    .replaceAll(/%\{(http_code|response_code)\}/g, String(status).padStart(3, '0'))
    .replaceAll('%{time_total}', (tookMs / 1000).toFixed(6))
}

/** What is wanted, or what is wrong with the words. */
function readCurl(args: readonly string[]): Wanted | string {
  let wanted: Wanted = {
    url: '',
    silent: false,
    showErrors: false,
    fail: false,
    include: false,
    discard: false,
    format: '',
    timeoutMs: CONNECT_TIMEOUT_MS,
  }
  const words = args.flatMap(arg =>
    /^-[a-zA-Z]{2,}$/.test(arg)
      ? arg
          .slice(1)
          .split('')
          .map(letter => `-${letter}`)
      : [arg],
  )
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string
    if (!word.startsWith('-')) {
      if (wanted.url !== '') return 'one URL at a time is simulated'
      wanted = { ...wanted, url: word }
    } else if (word === '-s' || word === '--silent') wanted = { ...wanted, silent: true }
    else if (word === '-S' || word === '--show-error') wanted = { ...wanted, showErrors: true }
    else if (word === '-f' || word === '--fail') wanted = { ...wanted, fail: true }
    else if (CURL_IDLE.has(word)) continue
    else if (word === '-i' || word === '--include') wanted = { ...wanted, include: true }
    else if (word === '-o' || word === '--output') {
      if (words[++index] !== '/dev/null') return 'files are not simulated, but for -o /dev/null'
      wanted = { ...wanted, discard: true }
    } else if (word === '-w' || word === '--write-out') wanted = { ...wanted, format: words[++index] ?? '' }
    else if (word === '-m' || word === '--max-time' || word === '--connect-timeout') {
      const seconds = Number(words[++index])
      if (!(seconds > 0)) return `option ${word}: expected a proper numerical parameter`
      wanted = { ...wanted, timeoutMs: seconds * 1000 }
    } else return `option ${word}: is not simulated`
  }
  return wanted.url === '' ? '(2) no URL specified' : wanted
}

export const wget: Command = (args, context) => {
  const url = args.find((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-O' && args[index - 1] !== '-T')
  const timeout = /(?:^| )(?:-T ?|--timeout=)(\d+)/.exec(args.join(' '))?.[1]
  const toStdout = /(^| )-q?O ?-/.test(args.join(' '))
  if (url === undefined) return failed(1, 'usage: wget -qO- [-T SECONDS] URL\n')
  if (!toStdout) return failed(1, 'wget: files are not simulated: write to stdout with -O-\n')
  const got = get(url, 'Wget', timeout === undefined ? CONNECT_TIMEOUT_MS : Number(timeout) * 1000, context)
  const { host, port, status, body, tookMs } = got
  if (got.kind === 'scheme') return failed(1, 'wget: only http is simulated\n')
  if (got.kind === 'name') return failed(1, `wget: bad address '${host}'\n`, tookMs)
  if (got.kind === 'refused')
    return failed(1, `wget: can't connect to remote host (${host}:${port}): Connection refused\n`, tookMs)
  if (got.kind === 'timeout') return failed(1, 'wget: download timed out\n', tookMs)
  if (status >= 400)
    return failed(1, `wget: server returned error: HTTP/1.1 ${status} ${REASONS[status] ?? ''}\n`, tookMs)
  return { code: 0, out: body, tookMs }
}

/** What a Pod calls localhost is reached at its own address. */
export function ownAddress(address: string, { pod }: CommandContext): string {
  return address === '127.0.0.1' ? (pod.status?.podIP ?? '') : address
}

function get(url: string, agent: string, timeoutMs: number, context: CommandContext): Fetched {
  const match = /^(?:(\w+):\/\/)?(\[[0-9a-f:]+\]|[^/:?#]+)(?::(\d+))?([/?][^#]*)?/i.exec(url)
  const [, scheme = 'http', name = '', portText = '80', path = '/'] = match ?? []
  const host = name.replace(/^\[|\]$/g, '')
  const port = Number(portText)
  const base = { host, port, status: 0, body: '', tookMs: 0 }
  if (scheme.toLowerCase() !== 'http') return { ...base, kind: 'scheme' }
  const { address, tookMs: lookUpMs } = lookUp(host, context)
  if (address === undefined) return { ...base, kind: 'name', tookMs: lookUpMs }
  const sent = context.send({ address: ownAddress(address, context), port })
  const tookMs = lookUpMs + sent.tookMs
  if (sent.kind === 'silent') return { ...base, kind: 'timeout', tookMs: Math.min(timeoutMs, CONNECT_TIMEOUT_MS) }
  if (tookMs > timeoutMs) return { ...base, kind: 'timeout', tookMs: timeoutMs }
  if (sent.kind === 'refused') return { ...base, kind: 'refused', tookMs }
  const request = { path: path.startsWith('?') ? `/${path}` : path, agent }
  const answer = context.answer(sent, request)
  const wholeMs = tookMs + (answer.tookMs ?? 0)
  if (wholeMs > timeoutMs) return { ...base, kind: 'timeout', tookMs: timeoutMs }
  return { ...base, ...answer, kind: 'answered', tookMs: wholeMs }
}
