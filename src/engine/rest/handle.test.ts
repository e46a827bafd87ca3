import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import type { ApiBody, ApiRequest } from './api-request.ts'
import { createApiDoor, type ApiDoor } from './handle.ts'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const SERVICES = '/api/v1/namespaces/default/services'

interface Bench {
  readonly store: ClusterStore
  readonly door: ApiDoor
}

function newBench(): Bench {
  const nowMs = (): number => DEFAULT_EPOCH_MS
  const store = new ClusterStore({ random: new Random(1), settings: () => DEFAULT_SETTINGS, wallMs: nowMs })
  for (const name of ['default', 'other']) {
    store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  return { store, door: createApiDoor({ store, nowMs, version: 'v1.34.4' }) }
}

function addService(
  store: ClusterStore,
  name: string,
  labels: Record<string, string> = {},
  namespace = 'default',
): void {
  const spec = { ports: [{ port: 80 }], selector: { app: 'web' } }
  const made = store.create('Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec,
  } as never)
  if (!made.ok) throw new Error(made.status.message)
}

function ask(door: ApiDoor, url: string, more: Partial<ApiRequest> = {}): ApiBody {
  const [path = '', query = ''] = url.split('?')
  const response = door.handle({ method: 'GET', path, query, headers: {}, body: '', ...more })
  if (response.type !== 'body') throw new Error(`${url} is a watch`)
  return response
}

interface Told {
  readonly kind?: string
  readonly apiVersion?: string
  readonly message?: string
  readonly reason?: string
  readonly details?: unknown
  readonly metadata: {
    readonly name?: string
    readonly resourceVersion?: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items?: readonly Told[]
}

function told(answer: ApiBody): Told {
  return JSON.parse(answer.body) as Told
}

function names(answer: ApiBody): readonly (string | undefined)[] {
  return (told(answer).items ?? []).map(item => item.metadata.name)
}

describe('what is not there', () => {
  test.each(['/nowhere', '/apis/nothing/v1/things'])('%s is answered in plain words', path => {
    const answer = ask(newBench().door, path)
    expect([answer.status, answer.body]).toEqual([404, '404 page not found\n'])
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  })

  test.each(['GET', 'POST', 'DELETE'])('%s of a resource that a served group lacks is a Status', method => {
    const answer = ask(newBench().door, '/api/v1/namespaces/default/gizmos', { method })
    expect(told(answer)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the server could not find the requested resource',
      reason: 'NotFound',
      details: {},
      code: 404,
    })
  })

  test('an object that is missing is named, with its group', () => {
    const answer = ask(newBench().door, '/apis/apps/v1/namespaces/default/deployments/none')
    expect(answer.status).toBe(404)
    expect(told(answer)).toMatchObject({
      message: 'deployments.apps "none" not found',
      details: { name: 'none', group: 'apps', kind: 'deployments' },
    })
  })
})

test.each([
  ['HEAD', `${SERVICES}/web`],
  ['OPTIONS', SERVICES],
  ['PUT', SERVICES],
  ['PATCH', SERVICES],
  ['POST', `${SERVICES}/web`],
  ['POST', '/api/v1/services'],
  ['DELETE', '/api/v1/services'],
  ['DELETE', '/api/v1/namespaces'],
  ['GET', '/api/v1/namespaces/default/pods/p/binding'],
  ['DELETE', `${SERVICES}/web/status`],
  ['POST', '/api/v1/watch/services'],
  ['POST', '/version'],
])('%s %s is not allowed', (method, path) => {
  const answer = ask(newBench().door, path, { method })
  expect(answer.status).toBe(405)
  expect(told(answer)).toMatchObject({
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  })
})

describe('one object', () => {
  test('comes whole, with its kind', () => {
    const { store, door } = newBench()
    addService(store, 'web')
    const answer = ask(door, `${SERVICES}/web`)
    expect(answer.status).toBe(200)
    expect(told(answer)).toEqual(JSON.parse(JSON.stringify(store.objects.get('Service', 'default', 'web'))))
    expect(answer.body.endsWith('\n')).toBe(true)
  })

  test('is read at its status too', () => {
    const { store, door } = newBench()
    addService(store, 'web')
    expect(told(ask(door, `${SERVICES}/web/status`)).metadata.name).toBe('web')
  })

  test('is read as its Scale, where it has one', () => {
    const { store, door } = newBench()
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
    const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template }
    const metadata = { name: 'web', namespace: 'default' }
    store.create('Deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } as never)
    const path = '/apis/apps/v1/namespaces/default/deployments'
    expect(told(ask(door, `${path}/web/scale`, { headers: { accept: 'application/json' } }))).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'web' },
      spec: { replicas: 3 },
      status: { replicas: 0, selector: 'app=web' },
    })
    const table = told(
      ask(door, `${path}/web/scale`, { headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } }),
    )
    expect(table).toMatchObject({ kind: 'Table', rows: [{ cells: ['web', 3, 0, expect.any(String) as string] }] })
    expect(told(ask(door, `${path}/none/scale`)).message).toBe('deployments.apps "none" not found')
  })

  test('is read now, and no version of it that is still to come', () => {
    const { store, door } = newBench()
    addService(store, 'web')
    expect(ask(door, `${SERVICES}/web?resourceVersion=1`).status).toBe(200)
    const late = ask(door, `${SERVICES}/web?resourceVersion=999`)
    expect([late.status, told(late).message]).toEqual([
      504,
      `Timeout: Too large resource version: 999, current: ${store.revision}`,
    ])
    const bad = ask(door, `${SERVICES}/web?resourceVersion=x`)
    expect([bad.status, told(bad).reason, told(bad).message]).toEqual([
      500,
      undefined,
      'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ])
  })

  test('comes as a table, or as metadata alone, where that is asked for', () => {
    const { store, door } = newBench()
    addService(store, 'web')
    expect(told(ask(door, `${SERVICES}/web`, { headers: { accept: TABLE } }))).toMatchObject({
      kind: 'Table',
      rows: [{ object: { kind: 'PartialObjectMetadata', metadata: { name: 'web' } } }],
    })
    const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
    expect(Object.keys(told(ask(door, `${SERVICES}/web`, { headers: { accept } }))).sort()).toEqual([
      'apiVersion',
      'kind',
      'metadata',
    ])
  })

  test('is given to nobody who takes images only', () => {
    const { store, door } = newBench()
    addService(store, 'web')
    expect(ask(door, `${SERVICES}/web`, { headers: { accept: 'image/png' } }).status).toBe(406)
  })

  test('is laid out for a person who asks for it or reads with curl', () => {
    const { store, door } = newBench()
    addService(store, 'web')
    const curl = { headers: { 'user-agent': 'curl/8.5.0' } }
    expect(ask(door, `${SERVICES}/web`).body).not.toContain('\n  ')
    expect(ask(door, `${SERVICES}/web?pretty=true`).body).toContain('\n  "kind"')
    expect(ask(door, `${SERVICES}/web`, curl).body).toContain('\n  "kind"')
    expect(ask(door, `${SERVICES}/web?pretty=false`, curl).body).not.toContain('\n  ')
  })
})

describe('a collection', () => {
  function withServices(): Bench {
    const bench = newBench()
    addService(bench.store, 'b', { tier: 'back' })
    addService(bench.store, 'a', { tier: 'front' })
    addService(bench.store, 'c', { tier: 'front' })
    addService(bench.store, 'a', {}, 'other')
    return bench
  }

  test('is a list in order, whose items do not repeat their kind', () => {
    const { store, door } = withServices()
    const answer = ask(door, SERVICES)
    expect(names(answer)).toEqual(['a', 'b', 'c'])
    const { items = [], ...list } = told(answer)
    expect(list).toEqual({
      kind: 'ServiceList',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(store.revision) },
    })
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(['metadata', 'spec', 'status'])
  })

  test('spans all namespaces where none is named, and is empty in one that does not exist', () => {
    const { door } = withServices()
    expect(names(ask(door, '/api/v1/services'))).toEqual(['a', 'b', 'c', 'a'])
    expect(names(ask(door, '/api/v1/namespaces/nope/services'))).toEqual([])
  })

  test.each([
    ['labelSelector=tier%3Dfront', ['a', 'c']],
    ['labelSelector=tier+notin+(front)', ['b']],
    ['fieldSelector=metadata.name!=a', ['b', 'c']],
    ['labelSelector=tier%3Dfront&fieldSelector=metadata.name%3Dc', ['c']],
    ['resourceVersion=0&limit=1', ['a', 'b', 'c']],
  ])('with %s gives %j', (query, expected) => {
    expect(names(ask(withServices().door, `${SERVICES}?${query}`))).toEqual(expected)
  })

  test.each([
    ['limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['labelSelector=a%20b', 400, "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['fieldSelector=spec.nothing=1', 400, 'field label not supported: spec.nothing'],
    [
      'resourceVersion=abc',
      400,
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'resourceVersion=1&resourceVersionMatch=New',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "New": supported values: "", "Exact", "NotOlderThan"',
    ],
    [
      'sendInitialEvents=true',
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    ['continue=a!', 400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 1'],
    ['continue=a&resourceVersion=5', 400, 'specifying resource version is not allowed when using continue'],
    ['resourceVersion=999', 504, 'Timeout: Too large resource version: 999, current: 6'],
  ])('with %s is refused with %d', (query, status, message) => {
    const answer = ask(withServices().door, `${SERVICES}?${query}`)
    expect([answer.status, told(answer).message]).toEqual([status, message])
  })

  test('comes in pages that all show the state of the first', () => {
    const { store, door } = withServices()
    const first = ask(door, '/api/v1/services?limit=2')
    const { resourceVersion, continue: token = '', remainingItemCount } = told(first).metadata
    expect([names(first), remainingItemCount]).toEqual([['a', 'b'], 2])
    store.delete('Service', 'default', 'c')
    addService(store, 'b0')
    const second = ask(door, `/api/v1/services?limit=2&continue=${token}`)
    expect(names(second)).toEqual(['c', 'a'])
    expect(told(second).metadata).toEqual({ resourceVersion })
  })

  test('does not count what is left behind a selector', () => {
    const { metadata } = told(ask(withServices().door, `${SERVICES}?limit=1&labelSelector=tier%3Dfront`))
    expect(metadata.continue).not.toBeUndefined()
    expect(metadata.remainingItemCount).toBeUndefined()
  })

  test('shows an earlier state where exactly that is asked for', () => {
    const { store, door } = withServices()
    const { revision } = store
    store.delete('Service', 'default', 'a')
    const exact = ask(door, `${SERVICES}?resourceVersion=${revision}&resourceVersionMatch=Exact`)
    expect(names(exact)).toEqual(['a', 'b', 'c'])
    expect(told(exact).metadata.resourceVersion).toBe(String(revision))
    expect(names(ask(door, `${SERVICES}?resourceVersion=${revision}`))).toEqual(['b', 'c'])
    expect(names(ask(door, `${SERVICES}?resourceVersion=${revision}&limit=9`))).toEqual(['a', 'b', 'c'])
  })

  test('whose state is forgotten is refused, with a token that goes on from now', () => {
    const { store, door } = withServices()
    const { resourceVersion, continue: token = '' } = told(ask(door, `${SERVICES}?limit=1`)).metadata
    store.load(store.save())
    addService(store, 'd')
    store.load(store.save())
    const old = ask(door, `${SERVICES}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`)
    expect([old.status, told(old).reason, told(old).message]).toEqual([
      410,
      'Expired',
      'The resourceVersion for the provided list is too old.',
    ])
    const gone = ask(door, `${SERVICES}?limit=9&continue=${token}`)
    expect(gone.status).toBe(410)
    expect(told(gone).message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result\./,
    )
    const rest = ask(door, `${SERVICES}?limit=9&continue=${told(gone).metadata.continue}`)
    expect(names(rest)).toEqual(['b', 'c', 'd'])
    expect(told(rest).metadata.resourceVersion).toBe(String(store.revision))
  })

  test('is one table of all rows', () => {
    const answer = ask(withServices().door, SERVICES, { headers: { accept: TABLE } })
    const table = JSON.parse(answer.body) as { readonly rows: readonly { readonly cells: readonly unknown[] }[] }
    expect(table.rows.map(row => row.cells[0])).toEqual(['a', 'b', 'c'])
    expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '6' } })
  })

  test.each([
    ['None', null],
    ['Metadata', { kind: 'PartialObjectMetadata' }],
    ['Object', { kind: 'Service', spec: {} }],
  ])('carries in its table the objects as %s', (include, object) => {
    const answer = ask(withServices().door, `${SERVICES}?limit=1&includeObject=${include}`, {
      headers: { accept: TABLE },
    })
    const table = JSON.parse(answer.body) as { readonly rows: readonly { readonly object: unknown }[] }
    if (object) expect(table.rows[0]?.object).toMatchObject(object)
    else expect(table.rows[0]?.object ?? null).toBeNull()
  })
})

test('every request for Endpoints is told once that they are deprecated', () => {
  const { door } = newBench()
  const warning = ['299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"']
  for (const path of ['/api/v1/endpoints', '/api/v1/namespaces/default/endpoints/none']) {
    expect(ask(door, path).headers['warning']).toEqual(warning)
  }
  const body = '{"metadata":{"name":"web"}}'
  const made = ask(door, '/api/v1/namespaces/default/endpoints', { method: 'POST', body })
  expect([made.status, made.headers['warning']]).toEqual([201, warning])
  expect(ask(door, SERVICES).headers['warning']).toBeUndefined()
})
