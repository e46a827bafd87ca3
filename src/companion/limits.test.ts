// What the companion does with more than it should be asked for: long paths and headers, many watches, readers that do not
// read, bodies that are no text, and bytes that are no HTTP.

import { Agent, request, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { TestCompanions } from './testing/companions.ts'

const companions = new TestCompanions()
afterEach(() => companions.closeAll())

const MAPS = '/api/v1/namespaces/default/configmaps'
const json = { 'content-type': 'application/json' }

function create(url: string, name: string, data: string): Promise<Response> {
  const body = JSON.stringify({ metadata: { name }, data: { data } })
  return fetch(url + MAPS, { method: 'POST', headers: json, body })
}

/** Sends bytes as they are and gives all that comes back until the other side closes. */
function raw(url: string, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('latin1')
    socket.on('data', chunk => (text += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

const head = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${more}\r\n`

describe('sizes', () => {
  test('headers beyond their limit are refused, and the next request is served', async () => {
    const url = await companions.start({ empty: true })
    expect(await raw(url, head('/version', `x-long: ${'a'.repeat(20_000)}\r\n`))).toMatch(/^HTTP\/1.1 431 /)
    expect(await raw(url, head(`/version?${'a'.repeat(20_000)}`))).toMatch(/^HTTP\/1.1 431 /)
    expect((await fetch(`${url}/version`)).status).toBe(200)
  })

  test('a name beyond its limit is refused as invalid', async () => {
    const url = await companions.start({ empty: true })
    const answer = await create(url, 'a'.repeat(254), '')
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('must be no more than 253')
  })

  test('a body in chunks that grows beyond three mebibytes is refused', async () => {
    const url = await companions.start({ empty: true })
    const chunk = new TextEncoder().encode(' '.repeat(65_536))
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: controller => (++sent > 64 ? controller.close() : controller.enqueue(chunk)),
    })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers: json, body, duplex: 'half' }
    const answer = await fetch(url + MAPS, init)
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'RequestEntityTooLarge', code: 413 })
  })
})

describe('what is no good request', () => {
  test.each([
    ['GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 40[04] /],
    ['GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 404 /],
    ['GET //api//v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 404 /],
    ['OPTIONS /api/v1/pods HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 405 /],
    ['HEAD /api/v1/pods HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 405 /],
    ['\u0000\u0001\u0002 nonsense\r\n\r\n', /^HTTP\/1.1 400 /],
  ])('%j is refused', async (bytes, answer) => {
    const url = await companions.start({ empty: true })
    expect(await raw(url, bytes)).toMatch(answer)
    expect((await fetch(`${url}/version`)).status).toBe(200)
    expect(companions.complaints).toEqual([])
  })

  test('a body that is no UTF-8 is answered', async () => {
    const url = await companions.start({ empty: true })
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])
    const answer = await fetch(url + MAPS, { method: 'POST', headers: json, body })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })
})

describe('watches', () => {
  const open = (url: string, agent: Agent): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request(new URL(`${MAPS}?watch=1`, url), { agent }, resolve)
        .on('error', reject)
        .end()
    })

  test('of five hundred clients at once all hear of a change', async () => {
    const url = await companions.start({ empty: true })
    const agent = new Agent({ maxSockets: Infinity })
    const watches = await Promise.all(Array.from({ length: 500 }, () => open(url, agent)))
    const heard = watches.map(
      watch => new Promise<string>(resolve => watch.once('data', chunk => resolve(String(chunk)))),
    )
    await create(url, 'news', 'x')
    for (const text of await Promise.all(heard)) expect(text).toContain('"name":"news"')
    for (const watch of watches) watch.destroy()
    agent.destroy()
  })

  test('whose reader does not read are cut off, and keep nothing', async () => {
    const url = await companions.start({ empty: true })
    const socket = await new Promise<Socket>(resolve => {
      const one = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(one))
    })
    socket.write(`GET ${MAPS}?watch=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    await new Promise(resolve => socket.once('data', resolve))
    socket.pause()
    const data = 'x'.repeat(1_000_000)
    const sent = 40
    for (let made = 0; made < sent; made++) expect((await create(url, `m${made}`, data)).status).toBe(201)
    let bytes = 0
    socket.on('data', chunk => (bytes += chunk.length))
    socket.on('error', () => {})
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.resume()
    await closed
    expect(bytes).toBeLessThan(sent * data.length)
  })
})
