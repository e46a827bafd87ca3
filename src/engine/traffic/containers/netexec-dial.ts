// `/dial` of agnhost's netexec: the server itself asks another, so often as it is told, and tells what it was answered. Left out:
// SCTP; a datagram is sent once for each try.

import { queryValue } from '../../apps/agnhost.ts'
import type { HttpAnswer } from '../../apps/image-speech.ts'
import type { CommandContext } from './command.ts'
import { lookUp } from './name-commands.ts'

/** How long netexec waits for each answer. */
const TIMEOUT_MS = 5_000

export function dial(path: string, context: CommandContext): HttpAnswer {
  const [host, port, request] = ['host', 'port', 'request'].map(name => queryValue(path, name)) as [
    string,
    string,
    string,
  ]
  const protocol = queryValue(path, 'protocol') || 'http'
  const tries = Math.min(Number(queryValue(path, 'tries') || 1), 1_000)
  if (host === '' || !(Number(port) > 0)) return { status: 400, body: 'host and port parameters must be specified.\n' }
  const errors: string[] = []
  const responses: string[] = []
  let tookMs = 0
  for (let count = 0; count < tries; count++) {
    const one = ask({ host, port: Number(port), protocol, request }, context)
    tookMs += one.tookMs
    if (one.error === undefined) responses.push(one.text)
    else errors.push(one.error)
  }
  const body = { ...(errors.length > 0 ? { errors } : {}), ...(responses.length > 0 ? { responses } : {}) }
  return { status: 200, body: JSON.stringify(body), tookMs }
}

function ask(
  {
    host,
    port,
    protocol,
    request,
  }: { readonly host: string; readonly port: number; readonly protocol: string; readonly request: string },
  context: CommandContext,
): { readonly text: string; readonly error?: string; readonly tookMs: number } {
  const found = lookUp(host, context)
  const isUdp = protocol === 'udp'
  const begin = isUdp ? '' : `Get "http://${host}:${port}/${request}": `
  const fail = (
    why: string,
    tookMs: number,
  ): { readonly text: ''; readonly error: string; readonly tookMs: number } => ({
    text: '',
    error: `${begin}${why}`,
    tookMs,
  })
  if (found.address === undefined) return fail(`dial tcp: lookup ${host}: no such host`, found.tookMs)
  const sent = context.send({ address: found.address, port, protocol: isUdp ? 'UDP' : 'TCP' })
  const where = `${found.address}:${port}`
  const tookMs = found.tookMs + sent.tookMs
  if (sent.kind === 'refused')
    return fail(`dial ${isUdp ? 'udp' : 'tcp'} ${where}: connect: connection refused`, tookMs)
  if (isUdp) {
    const text = sent.kind === 'answers' ? context.datagram(sent, request) : undefined
    return text === undefined ? fail(`read udp ${where}: i/o timeout`, TIMEOUT_MS) : { text, tookMs }
  }
  if (sent.kind === 'silent') return fail(`dial tcp ${where}: i/o timeout`, TIMEOUT_MS)
  const { body } = context.answer(sent, { path: `/${request}`, agent: 'Go-http-client/1.1' })
  return { text: body, tookMs }
}
