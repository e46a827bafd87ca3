// What server-side apply makes of objects and of their owners. The words of refusals are those of the real server.

import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import { createApiDoor, type ApiDoor } from './handle.ts'

const WEB = '/api/v1/namespaces/default/services/web'
const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/web'

interface Told {
  readonly code: number
  readonly body: {
    readonly message?: string
    readonly details?: { readonly causes?: readonly { readonly field: string }[] }
    readonly metadata: {
      readonly resourceVersion: string
      readonly labels?: object
      readonly annotations?: { readonly [key: string]: string }
      readonly managedFields?: readonly {
        readonly manager: string
        readonly operation: string
        readonly fieldsV1: object
      }[]
    }
    readonly spec: { readonly [field: string]: unknown }
    readonly status?: object
  }
}

class Bench {
  readonly #door: ApiDoor

  constructor() {
    const nowMs = (): number => DEFAULT_EPOCH_MS
    const store = new ClusterStore({ random: new Random(1), settings: () => DEFAULT_SETTINGS, wallMs: nowMs })
    store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
    this.#door = createApiDoor({ store, nowMs, version: 'v1.34.4' })
  }

  send(method: string, url: string, body: unknown, type = 'application/json', agent = 'curl/8'): Told {
    const [path = '', query = ''] = url.split('?')
    const headers = { 'content-type': type, 'user-agent': agent, accept: 'application/json' }
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
    const answer = this.#door.handle({ method, path, query, headers, body: text })
    if (answer.type !== 'body') throw new Error('a watch')
    return { code: answer.status, body: JSON.parse(answer.body) as Told['body'] }
  }

  apply(manager: string, fields: object, { url = WEB, force = false } = {}): Told {
    const [apiVersion, kind] = url === DEPLOYMENT ? ['apps/v1', 'Deployment'] : ['v1', 'Service']
    const body = { apiVersion, kind, ...fields }
    return this.send('PATCH', `${url}?fieldManager=${manager}&force=${force}`, body, 'application/apply-patch+yaml')
  }

  create(fields: object): Told {
    return this.send('POST', WEB.replace('/web', ''), { metadata: { name: 'web' }, ...fields })
  }
}

function owners(told: Told): string[] {
  return (told.body.metadata.managedFields ?? []).map(
    one => `${one.manager} ${one.operation} ${JSON.stringify(one.fieldsV1)}`,
  )
}

const TWO_PORTS = {
  spec: {
    ports: [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ],
    selector: { app: 'web' },
  },
}

describe('who owns what', () => {
  test('is noted of a creation, defaults included', () => {
    const told = new Bench().create({ metadata: { name: 'web', labels: { a: 'b' } }, spec: { ports: [{ port: 80 }] } })
    expect(owners(told)).toEqual([
      'curl Update {"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:internalTrafficPolicy":{},"f:ports":{"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:sessionAffinity":{},"f:type":{}}}',
    ])
  })

  test('is what an applier names, and no more', () => {
    const told = new Bench().apply('one', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
    expect([told.code, owners(told)]).toEqual([
      201,
      [
        'one Apply {"f:spec":{"f:ports":{"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{}}},"f:selector":{}}}',
      ],
    ])
  })

  test('goes over to who changes it', () => {
    const bench = new Bench()
    bench.apply('one', { metadata: { labels: { a: '1', b: '2' } }, spec: { ports: [{ port: 80 }] } })
    const told = bench.send(
      'PATCH',
      `${WEB}?fieldManager=two`,
      { metadata: { labels: { a: '9', b: null } } },
      'application/merge-patch+json',
    )
    expect(owners(told)).toEqual([
      'one Apply {"f:spec":{"f:ports":{"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{}}}}}',
      'two Update {"f:metadata":{"f:labels":{"f:a":{}}}}',
    ])
  })

  test('stays, with the version, when the same is applied again', () => {
    const bench = new Bench()
    const first = bench.apply('one', TWO_PORTS)
    expect(bench.apply('one', TWO_PORTS)).toEqual({ ...first, code: 200 })
  })

  test('can be rewritten by a client, and wiped', () => {
    const bench = new Bench()
    bench.create({ spec: { ports: [{ port: 80 }] } })
    const patch = (value: unknown): Told =>
      bench.send(
        'PATCH',
        WEB,
        [{ op: 'replace', path: '/metadata/managedFields', value }],
        'application/json-patch+json',
      )
    const entry = {
      manager: 'kubectl',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': {} },
    }
    expect(owners(patch([entry]))).toEqual(['kubectl Apply {"f:spec":{}}'])
    expect(owners(patch([{}]))).toEqual([])
  })
})

describe('what is no longer named', () => {
  test('goes, but not what another one names as well', () => {
    const bench = new Bench()
    bench.apply('one', { ...TWO_PORTS, metadata: { labels: { a: '1', b: '2' } } })
    bench.apply('two', { metadata: { labels: { b: '2' } }, spec: { ports: [{ name: 'b', port: 81 }] } })
    const told = bench.apply('one', { spec: { ports: [{ name: 'a', port: 80 }], selector: { app: 'web' } } })
    expect(told.code).toBe(200)
    expect(told.body.metadata.labels).toEqual({ b: '2' })
    expect(told.body.spec['ports']).toMatchObject([{ name: 'a' }, { name: 'b' }])
    const alone = bench.apply('two', { metadata: { labels: { c: '3' } } })
    expect(alone.body.metadata.labels).toEqual({ c: '3' })
    expect(alone.body.spec['ports']).toMatchObject([{ name: 'a' }])
  })

  test('in a nested item leaves the item', () => {
    const bench = new Bench()
    const spec = (container: object): object => ({
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'c', image: 'nginx', ...container }] },
        },
      },
    })
    bench.apply(
      'one',
      spec({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        workingDir: '/x',
      }),
      { url: DEPLOYMENT },
    )
    const told = bench.apply('one', spec({ env: [{ name: 'B', value: '2' }] }), { url: DEPLOYMENT })
    expect(told.code).toBe(200)
    const { containers } = (told.body.spec as { template: { spec: { containers: readonly object[] } } }).template.spec
    expect(containers[0]).not.toHaveProperty('workingDir')
    expect(containers).toMatchObject([{ name: 'c', image: 'nginx', env: [{ name: 'B', value: '2' }] }])
  })
})

describe('a conflict', () => {
  test('is told by owner and path, and can be forced', () => {
    const bench = new Bench()
    bench.apply('b', { ...TWO_PORTS, metadata: { labels: { x: '1' } } })
    bench.send(
      'PATCH',
      `${WEB}?fieldManager=a`,
      { spec: { ports: [{ port: 80, targetPort: 1 }] } },
      'application/strategic-merge-patch+json',
    )
    const fields = {
      metadata: { labels: { x: '2' } },
      spec: { selector: { app: 'y' }, ports: [{ port: 80, targetPort: 2 }] },
    }
    const told = bench.apply('c', fields)
    expect([told.code, told.body.message]).toEqual([
      409,
      'Apply failed with 3 conflicts: conflicts with "a" using v1:\n- .spec.ports[port=80,protocol="TCP"].targetPort\nconflicts with "b":\n- .metadata.labels.x\n- .spec.selector',
    ])
    const forced = bench.apply('c', fields, { force: true })
    expect(forced.body.spec).toMatchObject({ selector: { app: 'y' }, ports: [{ targetPort: 2 }, { port: 81 }] })
    expect(owners(forced).some(owner => owner.startsWith('a '))).toBe(false)
    expect(bench.apply('b', { ...TWO_PORTS, metadata: { labels: { x: '1' } } }).body.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "c":\n- .metadata.labels.x\n- .spec.selector',
    )
  })

  test('with a status says so', () => {
    const bench = new Bench()
    bench.create({ spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } })
    const status = (ip: string): object => ({ status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } })
    bench.send('PATCH', `${WEB}/status?fieldManager=cloud`, status('203.0.113.4'), 'application/merge-patch+json')
    const told = bench.apply('two', { ...status('203.0.113.5'), spec: { type: 'ClusterIP' } }, { url: `${WEB}/status` })
    expect(told.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "cloud" with subresource "status" using v1: .status.loadBalancer.ingress',
    )
    const forced = bench.apply(
      'two',
      { ...status('203.0.113.5'), spec: { type: 'ClusterIP' } },
      { url: `${WEB}/status`, force: true },
    )
    expect(forced.body).toMatchObject({ ...status('203.0.113.5'), spec: { type: 'LoadBalancer' } })
  })

  test('is none for kubectl over what it applied itself in its older way', () => {
    const bench = new Bench()
    const config = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    }
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(config) }
    bench.create({ ...config, metadata: { name: 'web', annotations } })
    expect(bench.apply('other', { spec: { selector: { app: 'y' } } }).code).toBe(409)
    const told = bench.apply('kubectl', { spec: { selector: { app: 'y' }, ports: [{ port: 80 }] } })
    expect([told.code, told.body.spec['selector']]).toEqual([200, { app: 'y' }])
    expect(told.body.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration']).toMatch(
      /"app":"y"[^\n]*\n$/,
    )
  })
})

describe('the scale', () => {
  const TEMPLATE = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  const SPEC = { replicas: 2, selector: { matchLabels: { app: 'a' } }, template: TEMPLATE }
  const scale = (bench: Bench, manager: string, replicas: number, force = false): Told =>
    bench.send(
      'PATCH',
      `${DEPLOYMENT}/scale?fieldManager=${manager}&force=${force}`,
      { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas } },
      'application/apply-patch+yaml',
    )

  test('is owned by who writes it, and applied like all else', () => {
    const bench = new Bench()
    bench.apply('one', { metadata: { name: 'web' }, spec: SPEC }, { url: DEPLOYMENT })
    expect(scale(bench, 'two', 3).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
    )
    expect(scale(bench, 'two', 3, true).body.spec).toEqual({ replicas: 3 })
    bench.send('PATCH', `${DEPLOYMENT}/scale`, { spec: { replicas: 4 } }, 'application/merge-patch+json')
    const told = bench.send('GET', DEPLOYMENT, undefined)
    expect(told.body.spec['replicas']).toBe(4)
    expect(owners(told).slice(1)).toEqual(['curl Update {"f:spec":{"f:replicas":{}}}'])
    expect(bench.apply('one', { metadata: { name: 'web' }, spec: SPEC }, { url: DEPLOYMENT }).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "curl" with subresource "scale" using apps/v1: .spec.replicas',
    )
  })

  test('has its own schema', () => {
    const bench = new Bench()
    bench.apply('one', { metadata: { name: 'web' }, spec: SPEC }, { url: DEPLOYMENT })
    const told = bench.apply('two', { spec: { replicas: 1 } }, { url: `${DEPLOYMENT}/scale` })
    expect(told.body.message).toBe('invalid object type: /v1, Kind=Service')
  })
})

test('items of lists that are not decoded are owned by their keys', () => {
  const bench = new Bench()
  const pod = (name: string): object => ({
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: {
        metadata: { labels: { app: 'a' } },
        spec: { containers: [{ name: 'a', image: 'a' }], volumes: [{ name, emptyDir: {} }] },
      },
    },
  })
  bench.apply('one', { metadata: { name: 'web' }, ...pod('x') }, { url: DEPLOYMENT })
  const told = bench.apply('two', { metadata: { name: 'web' }, ...pod('y') }, { url: DEPLOYMENT })
  expect(told.code).toBe(200)
  const { template } = told.body.spec as { template: { spec: { volumes: { name: string }[] } } }
  expect(template.spec.volumes.map(({ name }) => name)).toEqual(['x', 'y'])
})

test('more than ten who update are not told apart', () => {
  const bench = new Bench()
  bench.create({ spec: { ports: [{ port: 80 }] } })
  for (let index = 0; index < 15; index++) {
    const url = `${WEB}?fieldManager=m${index}`
    bench.send('PATCH', url, { metadata: { labels: { [`l${index}`]: '1' } } }, 'application/merge-patch+json')
  }
  const told = bench.send('GET', WEB, undefined).body.metadata.managedFields ?? []
  expect(told).toHaveLength(10)
  expect(told.map(({ manager }) => manager)).toContain('ancient-changes')
})

describe('a configuration that does not fit', () => {
  test.each<[string, object, number, string]>([
    [
      'with unknown fields',
      { spec: { bogus: 1, selectr: {} } },
      500,
      'failed to create typed patch object (/; /v1, Kind=Service): errors:\n  .spec.bogus: field not declared in schema\n  .spec.selectr: field not declared in schema',
    ],
    [
      'of a wrong type',
      { metadata: { namespace: 'default' }, spec: { ports: [{ port: 'http' }] } },
      500,
      'failed to create typed patch object (default/; /v1, Kind=Service): .spec.ports[port="http",protocol="TCP"].port: expected numeric (int or float), got string',
    ],
    [
      'with an item twice',
      { spec: { ports: [{ port: 80 }, { port: 80, protocol: 'TCP' }] } },
      500,
      'failed to create typed patch object (/; /v1, Kind=Service): .spec.ports: duplicate entries for key [port=80,protocol="TCP"]',
    ],
    [
      'with a map for a list',
      { spec: { ports: { port: 80 } } },
      500,
      'failed to create typed patch object (/; /v1, Kind=Service): .spec.ports: expected list, got &{map[port:80]}',
    ],
    ['of another kind', { kind: 'Pod' }, 400, 'invalid object type: /v1, Kind=Pod'],
    [
      'of another name',
      { metadata: { name: 'other' } },
      400,
      'the name of the object (other) does not match the name on the URL (web)',
    ],
  ])('%s', (_, fields, code, message) => {
    const told = new Bench().apply('one', fields)
    expect([told.code, told.body.message]).toEqual([code, message])
  })

  test('is read as YAML, too', () => {
    const bench = new Bench()
    const url = `${WEB}?fieldManager=one`
    const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n'
    expect(bench.send('PATCH', url, text, 'application/apply-patch+yaml').code).toBe(201)
    expect(bench.send('PATCH', url, 'a: [', 'application/apply-patch+yaml').body.message).toMatch(
      /^error decoding YAML: /,
    )
  })
})
