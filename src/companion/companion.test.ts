// The companion as a client on this machine meets it: real HTTP on a free port, the clock in the test's hand.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startCompanion, UserMistake, type Companion } from './companion.ts'
import { CannotListen } from './http/listen.ts'
import { createLogger } from './logger.ts'
import type { CompanionOptions } from './options.ts'

const OPTIONS: CompanionOptions = {
  port: 0,
  scenario: undefined,
  empty: false,
  dualStack: false,
  nodes: undefined,
  seed: 1,
  clock: 'manual',
  log: 'text',
}

let folder = ''
let page = ''
const running: Companion[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'companion-test-'))
  page = join(folder, 'web')
  mkdirSync(join(page, 'assets'), { recursive: true })
  mkdirSync(join(page, '.vite'))
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(page, 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(join(page, '.vite', 'manifest.json'), '{}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(companion => companion.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function start(options: Partial<CompanionOptions> = {}, lines: string[] = []): Promise<Companion> {
  const logger = createLogger('text', { out: line => lines.push(line), err: line => lines.push(line) })
  const companion = await startCompanion({
    options: { ...OPTIONS, ...options },
    pageFolder: page,
    version: '9.9.9',
    logger,
  })
  running.push(companion)
  return companion
}

interface Reply {
  readonly code: number
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  readonly text: string
  readonly body: { readonly [field: string]: unknown }
}

interface Ask {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: unknown
}

function ask(companion: Companion, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
  const { port } = new URL(companion.url)
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', chunk => (text += chunk))
      answer.on('end', () => {
        const isJson = String(answer.headers['content-type']).startsWith('application/json')
        const parsed = isJson && text !== '' ? (JSON.parse(text) as Reply['body']) : {}
        resolve({ code: answer.statusCode ?? 0, headers: answer.headers, text, body: parsed })
      })
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
}

function post(companion: Companion, path: string, body: unknown): Promise<Reply> {
  return ask(companion, path, { method: 'POST', body })
}

function expectStatus(reply: Reply, code: number, reason: string, message?: RegExp): void {
  expect(reply.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code })
  expect(reply.code).toBe(code)
  if (message) expect(reply.body['message']).toMatch(message)
}

describe('why', () => {
  test('tells what was decided about an object, by which rule, and since when one asks', async () => {
    const companion = await start({ seed: 7 })
    await post(companion, '/playground/v1/clock', { advanceMs: 10_000 })
    const { code, body } = await ask(companion, '/playground/v1/why?kind=Service&namespace=default&name=my-service')
    expect(code).toBe(200)
    const decisions = body['decisions'] as readonly { readonly code: string; readonly atMs: number }[]
    expect(decisions.filter(decision => decision.code === 'endpoint-in')).toHaveLength(3)
    const last = decisions.at(-1)
    const later = `/playground/v1/why?kind=Service&namespace=default&name=my-service&sinceMs=${(last?.atMs ?? 0) + 1}`
    expect((await ask(companion, later)).body).toEqual({ decisions: [] })
    await post(companion, '/playground/v1/reset', {})
    expect((await ask(companion, '/playground/v1/why?kind=Node&name=n2')).body).toEqual({ decisions: [] })
  })

  test.each([
    ['', /kind: Required/],
    ['kind=Pod', /name: Required/],
    ['kind=Pod&name=a&since=3', /unknown parameter "since"/],
    ['kind=Pod&name=a&sinceMs=x', /sinceMs: Invalid value: "x"/],
  ])('refuses ?%s in words', async (query, message) => {
    const companion = await start()
    expectStatus(await ask(companion, `/playground/v1/why?${query}`), 400, 'BadRequest', message)
  })
})

describe('status and clock', () => {
  test('status tells versions, seed, clock, sockets and counts', async () => {
    const companion = await start({ seed: 7 })
    const { code, body } = await ask(companion, '/playground/v1/status')
    expect(code).toBe(200)
    expect(body).toMatchObject({
      kubernetes: 'v1.34',
      version: '9.9.9',
      seed: 7,
      sockets: 'off',
      clock: { mode: 'manual', nowMs: 0, speed: 1, running: false },
      counts: { nodes: 3, pods: 0 },
    })
  })

  test('a manual clock moves by what it is told, and answers when time is there', async () => {
    const companion = await start()
    const moved = await post(companion, '/playground/v1/clock', { advanceMs: 10_000 })
    expect(moved.body).toEqual({ mode: 'manual', nowMs: 10_000, speed: 1, running: false })
    expect((await ask(companion, '/playground/v1/clock')).body).toEqual(moved.body)
    const { body } = await ask(companion, '/playground/v1/status')
    expect(body['counts']).toMatchObject({ pods: 3, endpointSlices: 3 })
  })

  test('two companions with one seed come to the same, however time was cut', async () => {
    const [one, two] = await Promise.all([start(), start()])
    await post(one, '/playground/v1/clock', { advanceMs: 3_000 })
    await post(two, '/playground/v1/clock', { advanceMs: 1_000 })
    await post(two, '/playground/v1/clock', { advanceMs: 2_000 })
    expect((await ask(one, '/playground/v1/status')).body).toEqual((await ask(two, '/playground/v1/status')).body)
  })

  test('advances asked for at once come one after the other', async () => {
    const companion = await start()
    const replies = await Promise.all([1, 2, 3].map(() => post(companion, '/playground/v1/clock', { advanceMs: 100 })))
    expect(new Set(replies.map(reply => reply.body['nowMs']))).toEqual(new Set([100, 200, 300]))
  })

  test('speed is kept, and a manual clock cannot be set running', async () => {
    const companion = await start()
    expect((await post(companion, '/playground/v1/clock', { speed: 10 })).body).toMatchObject({ speed: 10 })
    expectStatus(await post(companion, '/playground/v1/clock', { running: true }), 409, 'Conflict', /manual/)
    expect((await post(companion, '/playground/v1/clock', { running: false })).code).toBe(200)
  })

  test('a real clock runs by itself in whole milliseconds, and can be stopped', async () => {
    const companion = await start({ clock: 'real' })
    let nowMs = 0
    while (nowMs < 50) nowMs = Number((await ask(companion, '/playground/v1/clock')).body['nowMs'])
    const stopped = await post(companion, '/playground/v1/clock', { running: false })
    expect(stopped.body).toMatchObject({ mode: 'real', running: false })
    expect(Number.isInteger(stopped.body['nowMs'])).toBe(true)
    expect((await ask(companion, '/playground/v1/clock')).body).toEqual(stopped.body)
  })

  test.each<readonly [unknown, RegExp]>([
    ['{', /no JSON/],
    ['[]', /no JSON object/],
    ['null', /no JSON object/],
    [{ now: 5 }, /unknown field "now"/],
    [{ __proto__x: 5 }, /unknown field/],
    [{ advanceMs: '5' }, /advanceMs: Invalid value: "5": must be a number/],
    [{ advanceMs: -1 }, /advanceMs: Invalid value: -1: must be between 0 and/],
    [{ speed: 0 }, /speed/],
    [{ speed: 5_000 }, /speed/],
    [{ running: 1 }, /running: Invalid value: 1: must be a boolean/],
  ])('%j is refused in words', async (body, message) => {
    const companion = await start()
    expectStatus(await post(companion, '/playground/v1/clock', body), 400, 'BadRequest', message)
    expect((await ask(companion, '/playground/v1/clock')).body).toMatchObject({ nowMs: 0, speed: 1 })
  })

  test('a body larger than a mebibyte is refused', async () => {
    const companion = await start()
    const reply = await post(companion, '/playground/v1/clock', ' '.repeat(1_048_577))
    expectStatus(reply, 413, 'RequestEntityTooLarge')
  })
})

describe('reset', () => {
  test('starts again at time 0, as at the start where nothing is said', async () => {
    const companion = await start({ seed: 7, nodes: 2, scenario: 'multi-port' })
    await post(companion, '/playground/v1/clock', { advanceMs: 5_000 })
    const reply = await post(companion, '/playground/v1/reset', undefined)
    expect(reply.body).toEqual({ mode: 'manual', nowMs: 0, speed: 1, running: false })
    const { body } = await ask(companion, '/playground/v1/status')
    expect(body).toMatchObject({ seed: 7, scenario: 'multi-port', counts: { nodes: 2, pods: 0 } })
  })

  test('takes another seed, number of nodes and scenario, for once', async () => {
    const companion = await start()
    await post(companion, '/playground/v1/reset', { seed: 3, nodes: 5, scenario: 'external-name' })
    const other = await ask(companion, '/playground/v1/status')
    expect(other.body).toMatchObject({ seed: 3, scenario: 'external-name', counts: { nodes: 5 } })
    await post(companion, '/playground/v1/reset', {})
    expect((await ask(companion, '/playground/v1/status')).body).toMatchObject({
      seed: 1,
      scenario: 'my-service',
      counts: { nodes: 3 },
    })
  })

  test('empties the cluster', async () => {
    const companion = await start()
    await post(companion, '/playground/v1/reset', { empty: true })
    const { body } = await ask(companion, '/playground/v1/status')
    expect(body).toMatchObject({ scenario: '', counts: { nodes: 0, pods: 0, services: 1, endpointSlices: 1 } })
  })

  test('brings a scenario even where the start was empty', async () => {
    const companion = await start({ empty: true })
    expect((await ask(companion, '/playground/v1/status')).body['counts']).toMatchObject({ nodes: 0, services: 1 })
    await post(companion, '/playground/v1/reset', { scenario: 'my-service' })
    expect((await ask(companion, '/playground/v1/status')).body['counts']).toMatchObject({ nodes: 3, services: 3 })
  })

  test.each<readonly [unknown, RegExp]>([
    [{ scenario: 'no-such' }, /must be one of my-service, /],
    [{ scenario: '/etc/passwd' }, /must be one of/],
    [{ scenario: 'my-service', empty: true }, /exclude each other/],
    [{ seed: 1.5 }, /whole number/],
    [{ nodes: 100_000 }, /between 0 and 5000/],
  ])('%j is refused and changes nothing', async (body, message) => {
    const companion = await start()
    await post(companion, '/playground/v1/clock', { advanceMs: 1_000 })
    expectStatus(await post(companion, '/playground/v1/reset', body), 400, 'BadRequest', message)
    expect((await ask(companion, '/playground/v1/clock')).body).toMatchObject({ nowMs: 1_000 })
  })
})

/** Asks for a watch; resolves with its lines one by one. */
async function watchLines(companion: Companion, path: string): Promise<AsyncIterator<string, undefined>> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL(path, companion.url), { agent: false }, resolve).on('error', reject).end()
  })
  expect(reply.statusCode).toBe(200)
  return createInterface({ input: reply })[Symbol.asyncIterator]()
}

describe('the Kubernetes API', () => {
  const NAMESPACES = '/api/v1/namespaces'
  const WATCH = `${NAMESPACES}?watch=1&fieldSelector=metadata.name%3Dblue`
  const BLUE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blue' } }
  const json = { 'content-type': 'application/json' }

  function create(companion: Companion, body: unknown): Promise<Reply> {
    return ask(companion, NAMESPACES, { method: 'POST', headers: json, body })
  }

  async function nextEvent(lines: AsyncIterator<string, undefined>): Promise<unknown> {
    const { value } = await lines.next()
    return value === undefined ? undefined : JSON.parse(value)
  }

  test('speaks of the cluster that runs here', async () => {
    const companion = await start()
    expect((await create(companion, BLUE)).code).toBe(201)
    const found = await ask(companion, `${NAMESPACES}/blue`)
    expect(found.body).toMatchObject({ kind: 'Namespace', metadata: { name: 'blue' } })
    expectStatus(await ask(companion, `${NAMESPACES}/red`), 404, 'NotFound', /^namespaces "red" not found$/)
  })

  test('answers under /version and /readyz too', async () => {
    const companion = await start()
    expect((await ask(companion, '/version')).body).toMatchObject({ gitVersion: 'v1.34.4' })
    expect(await ask(companion, '/readyz')).toMatchObject({ code: 200, text: 'ok' })
  })

  test('takes a body of three mebibytes, and no byte more', async () => {
    const companion = await start()
    const largest = JSON.stringify(BLUE).padEnd(3_145_728)
    expect((await create(companion, largest)).code).toBe(201)
    const reply = await create(companion, `${largest} `)
    expectStatus(reply, 413, 'RequestEntityTooLarge', /^Request entity too large: limit is 3145728$/)
  })

  test('streams a watch as things happen', async () => {
    const companion = await start()
    const lines = await watchLines(companion, WATCH)
    await create(companion, BLUE)
    expect(await nextEvent(lines)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'blue' } } })
    await lines.return?.()
    expect((await ask(companion, `${NAMESPACES}/blue`, { method: 'DELETE' })).code).toBeLessThan(300)
  })

  test('ends a watch after the seconds it was asked for', async () => {
    const companion = await start()
    const lines = await watchLines(companion, `${WATCH}&timeoutSeconds=1`)
    expect(await nextEvent(lines)).toBeUndefined()
  })

  test('ends all watches with a reset', async () => {
    const companion = await start()
    const lines = await watchLines(companion, WATCH)
    await post(companion, '/playground/v1/reset', {})
    expect(await nextEvent(lines)).toMatchObject({ type: 'ERROR', object: { reason: 'Expired', code: 410 } })
    expect(await nextEvent(lines)).toBeUndefined()
  })

  test('ends all watches when the companion stops', async () => {
    const companion = await start()
    const lines = await watchLines(companion, WATCH)
    await companion.close()
    expect(await nextEvent(lines)).toBeUndefined()
  })

  test('does not speak to pages of others', async () => {
    const companion = await start()
    expectStatus(await ask(companion, NAMESPACES, { headers: { origin: 'http://example.com' } }), 403, 'Forbidden')
    expectStatus(await ask(companion, NAMESPACES, { headers: { host: 'example.com' } }), 421, 'MisdirectedRequest')
  })
})

describe('the page', () => {
  test('is served with its type and with a content security policy', async () => {
    const companion = await start()
    for (const path of ['/', '/index.html', '/?scenario=multi-port']) {
      const { code, text, headers } = await ask(companion, path)
      expect([code, text]).toEqual([200, '<!doctype html><title>page</title>'])
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(headers['content-security-policy']).toContain("default-src 'self'")
      expect(headers['content-security-policy']).toContain("worker-src 'self' blob:")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['cache-control']).toBe('no-cache')
    }
    const script = await ask(companion, '/assets/index-abc.js')
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(script.headers['cache-control']).toContain('immutable')
  })

  test('has a head without a body', async () => {
    const { code, text } = await ask(await start(), '/', { method: 'HEAD' })
    expect([code, text]).toEqual([200, ''])
  })

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/.vite/manifest.json',
    '/assets',
    '/assets/',
    '/nothing.html',
    '/nowhere',
    '/apis/nothing/v1/things',
  ])('%s is not found, in the words of the API server', async path => {
    const { code, text, headers } = await ask(await start(), path)
    expect([code, text]).toEqual([404, '404 page not found\n'])
    expect(headers['content-type']).toMatch(/^text\/plain/)
  })

  test.each(['/playground/v1/nothing', '/playground/v2/status'])('%s is not found, as a Status', async path => {
    expectStatus(await ask(await start(), path), 404, 'NotFound')
  })

  test.each([
    ['POST', '/'],
    ['DELETE', '/assets/index-abc.js'],
    ['POST', '/playground/v1/status'],
    ['DELETE', '/playground/v1/clock'],
    ['GET', '/playground/v1/reset'],
  ])('%s %s is not allowed', async (method, path) => {
    expectStatus(await ask(await start(), path, { method }), 405, 'MethodNotAllowed')
  })

  test('that was never built is said so', async () => {
    const logger = createLogger('text', { out: () => {}, err: () => {} })
    const setting = { options: OPTIONS, pageFolder: join(folder, 'none'), version: '9.9.9', logger }
    await expect(startCompanion(setting)).rejects.toThrow(/no built page/)
  })
})

describe('trust', () => {
  test.each(['localhost', 'localhost:8080', '127.0.0.1:1', '127.0.0.1', '[::1]:8080', 'LOCALHOST:80'])(
    'the name %s is this machine',
    async host => {
      expect((await ask(await start(), '/playground/v1/status', { headers: { host } })).code).toBe(200)
    },
  )

  test.each(['example.com', 'localhost.example.com', '127.0.0.1.example.com', '10.0.0.1:8080'])(
    'the name "%s" is not',
    async host => {
      expectStatus(await ask(await start(), '/', { headers: { host } }), 421, 'MisdirectedRequest')
    },
  )

  test('a Host that is no host is refused before anything is read', async () => {
    const odd = await ask(await start(), '/', { headers: { host: 'localhost:8080@example.com' } })
    expectStatus(odd, 400, 'BadRequest')
  })

  test('our own page may speak, a page of anybody else may not', async () => {
    const companion = await start()
    const withOrigin = (origin: string): Promise<Reply> =>
      ask(companion, '/playground/v1/clock', { method: 'POST', headers: { origin }, body: { advanceMs: 1 } })
    expect((await withOrigin(companion.url)).code).toBe(200)
    for (const origin of ['http://example.com', 'https://127.0.0.1', 'null', 'http://127.0.0.1:1']) {
      expectStatus(await withOrigin(origin), 403, 'Forbidden')
    }
    expect((await ask(companion, '/playground/v1/clock')).body).toMatchObject({ nowMs: 1 })
  })

  test('it listens on loopback alone', async () => {
    const { hostname } = new URL((await start()).url)
    expect(hostname).toBe('127.0.0.1')
  })
})

describe('starting and stopping', () => {
  test('an occupied port is one clear line', async () => {
    const port = Number(new URL((await start()).url).port)
    const again = start({ port })
    await expect(again).rejects.toThrow(CannotListen)
    await expect(again).rejects.toThrow(`Port ${port} is occupied`)
  })

  test('can be started and stopped many times on one port', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    await first.close()
    for (let round = 0; round < 5; round++) {
      const companion = await start({ port })
      expect((await ask(companion, '/playground/v1/status')).code).toBe(200)
      await companion.close()
    }
  })

  test('stops although a client holds a connection open', async () => {
    const companion = await start()
    const socket = connect(Number(new URL(companion.url).port), '127.0.0.1')
    await new Promise(resolve => socket.once('connect', resolve))
    const closed = new Promise(resolve => socket.once('close', resolve))
    await companion.close()
    await closed
  })

  test('a scenario may be a file', async () => {
    const file = join(folder, 'mine.yaml')
    writeFileSync(
      file,
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: mine\nspec:\n  ports:\n    - port: 80\n---\napiVersion: service-playground/v1\nkind: Scenario\nnodes: 1\n',
    )
    const { body } = await ask(await start({ scenario: file }), '/playground/v1/status')
    expect(body).toMatchObject({ scenario: 'mine.yaml', counts: { nodes: 1, services: 3 } })
  })

  test.each([
    ['nowhere.yaml', undefined, /there is no such scenario and no such file/],
    ['bad-traffic.yaml', 'apiVersion: service-playground/v1\nkind: Scenario\ntraffic: 5\n', /traffic is no list/],
    [
      'bad-port.yaml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: mine\nspec:\n  ports:\n    - port: 0\n',
      /bad-port.yaml:\d+:\d+: .*port/,
    ],
  ])('%s is a mistake of the user', async (name, text, message) => {
    const file = join(folder, name)
    if (text !== undefined) writeFileSync(file, text)
    const started = start({ scenario: file })
    await expect(started).rejects.toThrow(UserMistake)
    await expect(started).rejects.toThrow(message)
  })
})

describe('the rules of a node', () => {
  const rules = '/playground/v1/proxy-rules'

  test('are printed as the tools of each mode print them', async () => {
    const companion = await start({ scenario: 'my-service' })
    await ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs: 10_000 } })
    const print = async (query: string): Promise<string> => (await fetch(`${companion.url}${rules}?${query}`)).text()
    const iptables = await print('node=n1')
    expect(iptables).toMatch(/^\*filter\n/)
    expect(iptables.match(/default\/my-service -> .*--probability 0.33333333349/g)).toHaveLength(1)
    expect(await print('node=n2&mode=nftables')).toContain('numgen random mod 3 vmap { 0 : goto endpoint-')
    const ipvs = await print('node=n3&mode=ipvs&scheduler=lc')
    expect(ipvs.match(/^-a .* -m -w 1$/gm)?.length).toBeGreaterThanOrEqual(3)
    expect(await print('node=n1&family=ipv6')).not.toContain('my-service')
  })

  test.each([
    ['', 400, /^node: Required value/],
    ['node=n9', 404, /^nodes "n9" not found$/],
    ['node=n1&mode=ebpf', 400, /^mode: Unsupported value: "ebpf": supported values: "iptables", "nftables", "ipvs"$/],
    ['node=n1&mode=ipvs&scheduler=best', 400, /^scheduler: Unsupported value: "best"/],
    ['node=n1', 503, /^kube-proxy on node "n1" does not run/],
  ])('asked with %j are refused with %i', async (query, code, message) => {
    const companion = await start()
    const answer = await ask(companion, `${rules}?${query}`)
    expect([answer.code, answer.body['message']]).toEqual([code, expect.stringMatching(message)])
  })
})

describe('the verdicts', () => {
  const verdicts = '/playground/v1/verdicts'

  test('say of a Service which Pods are in, and why others are not', async () => {
    const companion = await start({ scenario: 'my-service' })
    await ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs: 10_000 } })
    const { code, body } = await ask(companion, `${verdicts}?service=default/my-service`)
    expect([code, body]).toMatchObject([200, { service: 'default/my-service', endpoints: 3, reason: null }])
    expect(body['pods']).toEqual(
      Array.from({ length: 3 }, () =>
        expect.objectContaining({
          in: true,
          ready: true,
          slice: expect.stringMatching(/^default\/my-service-/),
          reasons: [],
        }),
      ),
    )
    expect((await ask(companion, verdicts)).body).toMatchObject({ items: [{ service: 'default/my-service' }] })
  })

  test('of a Service without Pods say that none matches', async () => {
    const companion = await start({ scenario: 'my-service' })
    const service = { metadata: { name: 'lonely' }, spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } }
    await ask(companion, '/api/v1/namespaces/default/services', { method: 'POST', body: service })
    await ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs: 10_000 } })
    const { body } = await ask(companion, `${verdicts}?service=default/lonely`)
    expect(body).toMatchObject({ endpoints: 0, reason: 'no-pod-matches' })
    expect(body['pods']).toMatchObject([{ in: false, reasons: [{ code: 'selector' }] }, {}, {}])
    expect((await ask(companion, `${verdicts}?service=default/none`)).code).toBe(404)
  })
})

describe('one request', () => {
  const trip = '/playground/v1/trip'

  test('is told hop by hop, and is in the log of the cluster', async () => {
    const companion = await start({ scenario: 'my-service' })
    await ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs: 10_000 } })
    const body = { from: 'Client/frontend-1', to: 'my-service' }
    const { code, body: report } = await ask(companion, trip, { method: 'POST', body })
    expect([code, report['outcome'], report['pod']]).toEqual([200, 'ok', expect.stringMatching(/^default\/my-app-/)])
    const hops = report['hops'] as { readonly kind: string; readonly rules: readonly object[] }[]
    expect(hops.map(({ kind }) => kind)).toEqual(['dns', 'vip', 'rules', 'dnat', 'pod', 'answer'])
    expect(hops[2]?.rules.length).toBeGreaterThan(5)
  })

  test.each([
    [{ to: 'my-service' }, /^from: Required value/],
    [{ from: 'outside' }, /^to: Required value/],
    [{ from: 'nobody', to: 'my-service' }, /^from must be Pod/],
    [{ from: 'outside', to: 'my-service', port: 0 }, /^port: Invalid value: 0/],
  ])('%j is refused', async (body, message) => {
    const answer = await ask(await start(), trip, { method: 'POST', body })
    expect([answer.code, answer.body['message']]).toEqual([400, expect.stringMatching(message)])
  })
})

describe('faults', () => {
  const faults = '/playground/v1/faults'
  const advance = (companion: Companion, advanceMs: number): Promise<unknown> =>
    ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs } })

  test('are planned, begin, and are healed', async () => {
    const companion = await start({ scenario: 'my-service' })
    await advance(companion, 5_000)
    const body = { type: 'node-crash', target: 'Node/n1', atMs: 8_000 }
    const planned = await ask(companion, faults, { method: 'POST', body })
    const told = { ...body, id: 'fault-1', state: 'planned', beganMs: null }
    expect([planned.code, planned.body]).toEqual([201, told])
    await advance(companion, 5_000)
    const inForce = { ...told, state: 'in-force', beganMs: 8_000 }
    expect((await ask(companion, faults)).body).toEqual({ items: [inForce] })
    expect((await ask(companion, `${faults}/fault-1`)).body).toEqual(inForce)
    expect((await ask(companion, `${faults}/fault-1`, { method: 'DELETE' })).code).toBe(200)
    expect((await ask(companion, faults)).body).toEqual({ items: [] })
  })

  test.each([
    [{ type: 'dns-down', id: 'a' }, 409, /^fault "a" already exists$/],
    [{ type: 'node-crash' }, 400, /^target is missing$/],
    [{ type: 'node-crash', target: 'Node/n9' }, 400, /^nodes "n9" not found$/],
  ])('%j is refused with %i', async (body, code, message) => {
    const companion = await start({ scenario: 'my-service' })
    await ask(companion, faults, { method: 'POST', body: { id: 'a', type: 'dns-down' } })
    const answer = await ask(companion, faults, { method: 'POST', body })
    expect([answer.code, answer.body['message']]).toEqual([code, expect.stringMatching(message)])
    expect((await ask(companion, `${faults}/none`, { method: 'DELETE' })).code).toBe(404)
    expect((await ask(companion, faults, { method: 'PUT', body: {} })).code).toBe(405)
  })
})

describe('traffic', () => {
  const traffic = '/playground/v1/traffic'

  test('starts with what is left out filled in, counts what its requests come to, and stops', async () => {
    const companion = await start({ scenario: 'my-service' })
    const started = await ask(companion, traffic, { method: 'POST', body: { id: 'mine', to: 'my-service', rate: 50 } })
    const spec = { id: 'mine', from: 'Client/mine', node: 'n1', to: 'my-service', port: 80, protocol: 'TCP', rate: 50 }
    expect([started.code, started.body]).toEqual([201, expect.objectContaining(spec)])
    await ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs: 30_000 } })
    const { items } = (await ask(companion, traffic)).body as { readonly items: readonly { readonly id: string }[] }
    expect(items.map(({ id }) => id)).toEqual(['frontend-1', 'frontend-2', 'mine'])
    const { metrics } = (await ask(companion, `${traffic}/mine`)).body as {
      readonly metrics: {
        readonly sent: number
        readonly ok: number
        readonly failed: number
        readonly byPod: { readonly [pod: string]: { readonly ok: number } }
        readonly latencyMs: { readonly p50: number; readonly p99: number }
      }
    }
    expect(metrics.ok).toBeGreaterThan(1_000)
    expect(metrics.ok + metrics.failed).toBe(metrics.sent)
    expect(Object.values(metrics.byPod).reduce((sum, { ok }) => sum + ok, 0)).toBe(metrics.ok)
    expect(metrics.latencyMs.p99).toBeGreaterThan(metrics.latencyMs.p50)
    expect((await ask(companion, `${traffic}/mine`, { method: 'DELETE' })).code).toBe(200)
    expect((await ask(companion, `${traffic}/mine`)).code).toBe(404)
  })

  test.each([
    [{ from: 'Client/a' }, 400, /^to: Required value/],
    [{ to: 'my-service', id: 'frontend-1' }, 409, /^traffic "frontend-1" already exists$/],
    [{ to: 'my-service', rate: 0 }, 400, /^rate must be above 0/],
    [{ to: 'my-service', node: 'n9' }, 400, /^nodes "n9" not found$/],
    [{ to: 'my-service', connection: 'keep-alive' }, 400, /^connection must be "new"$/],
  ])('%j is refused with %i', async (body, code, message) => {
    const answer = await ask(await start({ scenario: 'my-service' }), traffic, { method: 'POST', body })
    expect([answer.code, answer.body['message']]).toEqual([code, expect.stringMatching(message)])
  })
})

describe('the settings', () => {
  const settings = '/playground/v1/settings'

  test('are there under the names of their flags, and change while the cluster runs', async () => {
    const companion = await start({ scenario: 'three-slices' })
    const before = await ask(companion, settings)
    expect(before.body).toMatchObject({ 'max-endpoints-per-slice': 100, 'node-monitor-grace-period': 50_000 })
    const body = { 'max-endpoints-per-slice': 50, 'node-monitor-grace-period': '20s' }
    const after = await ask(companion, settings, { method: 'PATCH', body })
    expect([after.code, after.body]).toEqual([
      200,
      { ...before.body, 'max-endpoints-per-slice': 50, 'node-monitor-grace-period': 20_000 },
    ])
    await ask(companion, '/playground/v1/clock', { method: 'POST', body: { advanceMs: 10_000 } })
    const { body: slices } = await ask(companion, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices')
    const sizes = (slices['items'] as { readonly endpoints: readonly unknown[] | null }[]).map(
      slice => slice.endpoints?.length ?? 0,
    )
    expect(Math.max(...sizes)).toBe(50)
  })

  test('that cannot be are refused, and none is taken', async () => {
    const companion = await start()
    const body = { 'max-endpoints-per-slice': 50, 'node-monitor-period': 'often' }
    const refused = await ask(companion, settings, { method: 'PATCH', body })
    expect(refused).toMatchObject({ code: 400, body: { reason: 'BadRequest' } })
    expect(refused.body['message']).toMatch(/^node-monitor-period: Invalid value: "often": must be/)
    expect((await ask(companion, settings)).body).toMatchObject({ 'max-endpoints-per-slice': 100 })
    expect((await ask(companion, settings, { method: 'PUT', body: {} })).code).toBe(405)
  })
})
