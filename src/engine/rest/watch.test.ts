import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import { createApiDoor } from './handle.ts'

interface WatchLine {
  readonly type: string
  readonly object: {
    readonly kind: string
    readonly message?: string
    readonly code?: number
    readonly reason?: string
    readonly columnDefinitions?: readonly unknown[] | null
    readonly rows?: readonly { readonly cells: readonly unknown[] }[]
    readonly metadata: {
      readonly name?: string
      readonly resourceVersion?: string
      readonly labels?: { readonly [key: string]: string }
      readonly annotations?: { readonly [key: string]: string }
      readonly deletionTimestamp?: string
    }
  }
}

const NODES = '/api/v1/nodes'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

/** A store with two Nodes, `a` of tier front and `b` of tier back, and a clock to be moved by hand. */
class Bench {
  readonly clock = { nowMs: DEFAULT_EPOCH_MS }
  readonly store = new ClusterStore({
    random: new Random(1),
    settings: () => DEFAULT_SETTINGS,
    wallMs: () => this.clock.nowMs,
  })
  readonly door = createApiDoor({ store: this.store, nowMs: () => this.clock.nowMs, version: 'v1.34.4' })

  constructor() {
    for (const name of ['default', 'other']) {
      this.store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    }
    this.put('a', { tier: 'front' })
    this.put('b', { tier: 'back' })
  }

  put(name: string, labels: { readonly [key: string]: string }): void {
    const node = this.store.objects.get('Node', '', name)
    const written = node
      ? this.store.update('Node', { ...node, metadata: { ...node.metadata, labels } })
      : this.store.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} })
    if (!written.ok) throw new Error(written.status.message)
  }

  watch(query: string, path = NODES, accept = 'application/json') {
    const response = this.door.handle({ method: 'GET', path, query, headers: { accept }, body: '' })
    if (response.type !== 'watch') throw new Error(`a ${response.type} instead of a watch`)
    const lines: WatchLine[] = []
    const ends: string[] = []
    const stop = response.open(
      line => lines.push(JSON.parse(line) as WatchLine),
      () => ends.push('end'),
    )
    /** The lines since the last time: `ADDED a`. */
    const heard = (): readonly string[] => {
      return lines.splice(0).map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim())
    }
    const idle = (): void => response.idle?.()
    return { response, lines, ends, stop, heard, idle }
  }

  refusal(query: string): readonly [number, string] {
    const response = this.door.handle({ method: 'GET', path: NODES, query, headers: {}, body: '' })
    if (response.type !== 'body') throw new Error('it is a watch')
    return [response.status, (JSON.parse(response.body) as { readonly message: string }).message]
  }
}

describe('a watch begins', () => {
  test.each(['watch=true', 'watch=1&resourceVersion=0'])('with what there is: %s', query => {
    const bench = new Bench()
    const { heard } = bench.watch(query)
    expect(heard()).toEqual(['ADDED a', 'ADDED b'])
    bench.put('c', {})
    bench.put('a', { tier: 'front', more: 'yes' })
    bench.store.delete('Node', '', 'b')
    expect(heard()).toEqual(['ADDED c', 'MODIFIED a', 'DELETED b'])
  })

  test('with what has changed since a version, then goes on', () => {
    const bench = new Bench()
    const { revision } = bench.store
    bench.put('a', { tier: 'none' })
    bench.put('c', {})
    const { heard } = bench.watch(`watch=true&resourceVersion=${revision}`)
    expect(heard()).toEqual(['MODIFIED a', 'ADDED c'])
    bench.put('c', { tier: 'none' })
    expect(heard()).toEqual(['MODIFIED c'])
  })

  test('with nothing from the current version', () => {
    const bench = new Bench()
    expect(bench.watch(`watch=true&resourceVersion=${bench.store.revision}`).heard()).toEqual([])
  })

  test('with nothing when a version is still to come, until the events are past it', () => {
    const bench = new Bench()
    const { heard, ends } = bench.watch(`watch=true&resourceVersion=${bench.store.revision + 1}`)
    bench.put('c', {})
    bench.put('d', {})
    expect([heard(), ends]).toEqual([['ADDED d'], []])
  })

  test('with all and a bookmark behind them, as a streaming list', () => {
    const bench = new Bench()
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const { lines } = bench.watch(query)
    expect(lines.map(line => line.type)).toEqual(['ADDED', 'ADDED', 'BOOKMARK'])
    expect(lines[2]?.object).toMatchObject({
      kind: 'Node',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: String(bench.store.revision),
        annotations: { 'k8s.io/initial-events-end': 'true' },
      },
    })
  })

  test('with nothing of what there is when the client has said so', () => {
    const bench = new Bench()
    const { heard } = bench.watch('watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan')
    bench.put('c', {})
    expect(heard()).toEqual(['ADDED c'])
  })

  test('at the deprecated path, of a collection or of one object', () => {
    const bench = new Bench()
    expect(bench.watch('', '/api/v1/watch/nodes').heard()).toEqual(['ADDED a', 'ADDED b'])
    expect(bench.watch('', '/api/v1/watch/nodes/b').heard()).toEqual(['ADDED b'])
  })
})

describe('a watch with selectors', () => {
  test('adds what comes to match and deletes what ceases to, in its last matching state', () => {
    const bench = new Bench()
    const { heard, lines } = bench.watch('watch=true&labelSelector=tier%3Dfront')
    bench.put('b', { tier: 'front' })
    bench.put('b', { tier: 'front', more: 'yes' })
    bench.put('a', { tier: 'back' })
    bench.put('a', { tier: 'side' })
    expect(lines.at(-1)).toMatchObject({ type: 'DELETED', object: { metadata: { labels: { tier: 'front' } } } })
    expect(heard()).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'DELETED a'])
  })

  test('follows one object by name', () => {
    const bench = new Bench()
    const { heard } = bench.watch('watch=true&fieldSelector=metadata.name%3Db')
    bench.put('a', {})
    bench.put('b', {})
    expect(heard()).toEqual(['ADDED b', 'MODIFIED b'])
  })

  test('stays in its namespace', () => {
    const bench = new Bench()
    const { heard } = bench.watch('watch=true', '/api/v1/namespaces/default/services')
    for (const namespace of ['other', 'default']) {
      const spec = { ports: [{ port: 80 }] }
      const metadata = { name: `in-${namespace}`, namespace }
      bench.store.create('Service', { apiVersion: 'v1', kind: 'Service', metadata, spec } as never)
    }
    expect(heard()).toEqual(['ADDED in-default'])
  })
})

describe('an event', () => {
  test('of a deletion has a version of its own and the state before it', () => {
    const bench = new Bench()
    const { lines } = bench.watch(`watch=true&resourceVersion=${bench.store.revision}`)
    bench.store.delete('Node', '', 'a')
    const [line] = lines
    expect(line?.object.metadata.resourceVersion).toBe(String(bench.store.revision))
    expect(line?.object.metadata.deletionTimestamp).toBeUndefined()
  })

  test('of a table names the columns once', () => {
    const bench = new Bench()
    const { lines } = bench.watch('watch=true', NODES, TABLE)
    bench.put('a', {})
    expect(lines.map(({ object }) => [object.kind, (object.columnDefinitions ?? []).length > 0])).toEqual([
      ['Table', true],
      ['Table', false],
      ['Table', false],
    ])
    expect(lines.map(({ object }) => object.rows?.[0]?.cells[0])).toEqual(['a', 'b', 'a'])
  })
})

describe('a bookmark', () => {
  test('comes once a minute where much happens that is not seen', () => {
    const bench = new Bench()
    const query = `watch=true&allowWatchBookmarks=true&labelSelector=x&resourceVersion=${bench.store.revision}`
    const { heard, lines } = bench.watch(query)
    bench.put('a', { turn: '1' })
    bench.clock.nowMs += 60_000
    bench.put('a', { turn: '2' })
    expect(lines[0]?.object.metadata.resourceVersion).toBe(String(bench.store.revision))
    bench.put('a', { turn: '3' })
    expect(heard()).toEqual(['BOOKMARK'])
  })

  test('comes when the carrier finds the watch quiet, and not when something was said meanwhile', () => {
    const bench = new Bench()
    const { heard, lines, idle } = bench.watch('watch=true&allowWatchBookmarks=true&labelSelector=x')
    idle()
    expect(lines[0]?.object.metadata.resourceVersion).toBe(String(bench.store.revision))
    idle()
    bench.put('a', { x: 'y' })
    idle()
    expect(heard()).toEqual(['BOOKMARK', 'BOOKMARK', 'ADDED a'])
    expect(bench.watch('watch=true').response).not.toHaveProperty('idle')
  })

  test('does not come unasked', () => {
    const bench = new Bench()
    const { heard } = bench.watch('watch=true&labelSelector=x')
    bench.clock.nowMs += 120_000
    bench.put('a', {})
    expect(heard()).toEqual([])
  })
})

describe('a watch ends', () => {
  test('when its version is forgotten, having said so', () => {
    const bench = new Bench()
    for (let turn = 0; turn < 3_000; turn++) bench.put('a', { turn: String(turn) })
    const { lines, ends } = bench.watch('watch=true&resourceVersion=3')
    const floor = bench.store.history.floor('Node')
    expect(lines).toMatchObject([
      {
        type: 'ERROR',
        object: { kind: 'Status', code: 410, reason: 'Expired', message: `too old resource version: 3 (${floor})` },
      },
    ])
    expect(ends).toEqual(['end'])
    bench.put('a', { turn: 'more' })
    expect(lines).toHaveLength(1)
  })

  test('when the store is loaded with another state', () => {
    const bench = new Bench()
    const { ends } = bench.watch('watch=true')
    bench.store.load(bench.store.save())
    expect(ends).toEqual(['end'])
  })

  test('when its carrier stops it, once and for all, without being told', () => {
    const bench = new Bench()
    const { heard, ends, stop } = bench.watch('watch=true')
    heard()
    stop()
    stop()
    bench.put('a', {})
    expect([heard(), ends]).toEqual([[], []])
  })

  test('after as many seconds as the client has named, which its carrier sees to', () => {
    const bench = new Bench()
    expect(bench.watch('watch=true&timeoutSeconds=30').response.timeoutSeconds).toBe(30)
    expect(bench.watch('watch=true&timeoutSeconds=0').response.timeoutSeconds).toBeUndefined()
  })
})

test.each([
  [
    'watch=true&resourceVersion=abc',
    500,
    'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
  ],
  [
    'watch=true&labelSelector=a%20b',
    400,
    "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  ],
  [
    'watch=true&sendInitialEvents=true',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  ],
  [
    'watch=true&resourceVersionMatch=NotOlderThan',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
  ],
])('%s is refused with %d', (query, status, message) => {
  expect(new Bench().refusal(query)).toEqual([status, message])
})

test('a watch that names an object twice, and differently, is refused', () => {
  const { door } = new Bench()
  const path = '/api/v1/watch/nodes/a'
  const response = door.handle({ method: 'GET', path, query: 'fieldSelector=metadata.name%3Db', headers: {}, body: '' })
  expect(response).toMatchObject({ status: 400 })
})

test('two watches hear the same, each in its own time', () => {
  const bench = new Bench()
  const early = bench.watch('watch=true')
  bench.put('c', {})
  const late = bench.watch('watch=true')
  expect([early.heard(), late.heard()]).toEqual([
    ['ADDED a', 'ADDED b', 'ADDED c'],
    ['ADDED a', 'ADDED b', 'ADDED c'],
  ])
})
