import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { canonicalJson } from '../kernel/json.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import { createApiDoor, type ApiDoor } from './handle.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const PODS = '/api/v1/namespaces/default/pods'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const SERVICE = { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }
const POD = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
const DEPLOYMENT = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: POD.spec },
  },
}

interface Told {
  readonly code: number
  readonly body: {
    readonly kind?: string
    readonly message?: string
    readonly details?: { readonly causes?: readonly { readonly field: string }[] }
    readonly metadata: { readonly [field: string]: unknown }
    readonly spec?: { readonly [field: string]: unknown }
    readonly status?: unknown
  }
  readonly warnings: readonly string[]
}

class Bench {
  readonly store: ClusterStore
  readonly #door: ApiDoor

  constructor() {
    const nowMs = (): number => DEFAULT_EPOCH_MS
    this.store = new ClusterStore({ random: new Random(1), settings: () => DEFAULT_SETTINGS, wallMs: nowMs })
    this.store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
    this.#door = createApiDoor({ store: this.store, nowMs, version: 'v1.34.4' })
  }

  send(method: string, url: string, body?: unknown, type = 'application/json'): Told {
    const [path = '', query = ''] = url.split('?')
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
    const answer = this.#door.handle({ method, path, query, headers: { 'content-type': type }, body: text })
    if (answer.type !== 'body') throw new Error('a watch')
    const warnings = [answer.headers['warning'] ?? []].flat()
    return { code: answer.status, body: JSON.parse(answer.body) as Told['body'], warnings }
  }

  patch(url: string, body: unknown, form = 'merge-patch+json'): Told {
    return this.send('PATCH', url, body, `application/${form}`)
  }
}

describe('POST', () => {
  test('creates, filling in kind and version from the path', () => {
    const { code, body } = new Bench().send('POST', SERVICES, SERVICE)
    expect([code, body.kind, body.metadata['namespace']]).toEqual([201, 'Service', 'default'])
  })

  test('with dryRun answers alike and leaves no trace, not even of chance', () => {
    const bench = new Bench()
    const before = canonicalJson(bench.store.save())
    const { code, body } = bench.send('POST', `${SERVICES}?dryRun=All`, SERVICE)
    expect([code, body.metadata['resourceVersion']]).toEqual([201, undefined])
    expect(canonicalJson(bench.store.save())).toBe(before)
  })

  test.each([
    ['', { ...SERVICE, spec: { ...SERVICE.spec, foo: 1 } }, 201, undefined],
    [
      'fieldValidation=Strict',
      { ...SERVICE, spec: { ...SERVICE.spec, foo: 1 } },
      400,
      'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.foo"',
    ],
    [
      'fieldValidation=x',
      SERVICE,
      422,
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [
      'dryRun=x',
      SERVICE,
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["x"]: supported values: "All"',
    ],
    [
      '',
      '{nope',
      400,
      `the object provided is unrecognized (must be of type Service): couldn't get version/kind; json parse error: invalid character 'n' looking for beginning of object key string ({nope)`,
    ],
    [
      '',
      { ...SERVICE, metadata: { name: 'web', resourceVersion: '7' } },
      500,
      'resourceVersion should not be set on objects to be created',
    ],
  ])('%s %j is answered %i', (query, body, code, message) => {
    const told = new Bench().send('POST', `${SERVICES}?${query}`, body)
    expect([told.code, told.body.message]).toEqual([code, message])
  })

  test('warns of fields that mean nothing or stand twice', () => {
    const text =
      '{"metadata":{"name":"web"},"spec":{"foo":1,"type":"ClusterIP","type":"ClusterIP","ports":[{"port":80}]}}'
    expect(new Bench().send('POST', SERVICES, text).warnings).toEqual([
      String.raw`299 - "duplicate field \"spec.type\""`,
      String.raw`299 - "unknown field \"spec.foo\""`,
    ])
  })

  test('of a name that is taken is refused', () => {
    const bench = new Bench()
    bench.send('POST', SERVICES, SERVICE)
    expect(bench.send('POST', SERVICES, SERVICE).body.message).toBe('services "web" already exists')
  })
})

describe('PUT', () => {
  test('insists on the version it names', () => {
    const bench = new Bench()
    const { body } = bench.send('POST', SERVICES, SERVICE)
    const stale = { ...SERVICE, metadata: { name: 'web', resourceVersion: '1' } }
    expect(bench.send('PUT', `${SERVICES}/web`, stale).code).toBe(409)
    const { resourceVersion } = body.metadata
    const current = { ...SERVICE, metadata: { name: 'web', resourceVersion } }
    expect(bench.send('PUT', `${SERVICES}/web`, current).body.metadata['resourceVersion']).toBe(resourceVersion)
  })

  test('creates a Service but no Pod', () => {
    const bench = new Bench()
    expect(bench.send('PUT', `${SERVICES}/web`, SERVICE).code).toBe(201)
    expect(bench.send('PUT', `${PODS}/p`, POD).code).toBe(404)
  })

  test('of another name is refused', () => {
    const told = new Bench().send('PUT', `${SERVICES}/shop`, SERVICE)
    expect(told.body.message).toBe('the name of the object (web) does not match the name on the URL (shop)')
  })
})

describe('PATCH', () => {
  function withService(): Bench {
    const bench = new Bench()
    bench.send('POST', SERVICES, SERVICE)
    return bench
  }

  test.each([
    ['merge-patch+json', { spec: { ports: [{ port: 81 }] } }, [81]],
    [
      'strategic-merge-patch+json',
      {
        spec: {
          ports: [
            { port: 81, name: 'b' },
            { port: 80, name: 'a' },
          ],
        },
      },
      [81, 80],
    ],
    ['json-patch+json', [{ op: 'replace', path: '/spec/ports/0/port', value: 82 }], [82]],
  ])('%s is carried out', (form, patch, ports) => {
    const { code, body } = withService().patch(`${SERVICES}/web`, patch, form)
    expect(code).toBe(200)
    expect(body).toMatchObject({ spec: { ports: ports.map(port => ({ port })) } })
  })

  test('that changes nothing keeps the version', () => {
    const bench = withService()
    const before = bench.store.revision
    expect(bench.patch(`${SERVICES}/web`, { metadata: { labels: null } }).code).toBe(200)
    expect(bench.store.revision).toBe(before)
  })

  test('to what is no Service is refused without a name', () => {
    const told = withService().patch(`${SERVICES}/web`, { spec: { ports: 'x' } }, 'strategic-merge-patch+json')
    expect([told.code, told.body.message]).toEqual([
      422,
      ' "" is invalid: patch: Invalid value: "map[spec:map[ports:x]]": cannot restore slice from string',
    ])
  })

  test('tells a wrong label as often as the server looks at it', () => {
    const told = withService().patch(`${SERVICES}/web`, { metadata: { labels: { a: 'b c' } } })
    expect(told.body.details?.causes?.map(cause => cause.field)).toEqual(Array(3).fill('metadata.labels'))
  })

  test.each(['apply-patch+cbor', 'json'])('of type %s is not taken', form => {
    expect(withService().patch(`${SERVICES}/web`, {}, form).code).toBe(415)
  })
})

describe('the parts of an object', () => {
  test('status is written alone, with its defaults and rules', () => {
    const bench = new Bench()
    bench.send('POST', SERVICES, { ...SERVICE, spec: { ...SERVICE.spec, type: 'LoadBalancer' } })
    const ingress = (ip: string): unknown => ({ spec: { ports: [] }, status: { loadBalancer: { ingress: [{ ip }] } } })
    expect(bench.patch(`${SERVICES}/web/status`, ingress('203.0.113.4')).body).toMatchObject({
      spec: { ports: [{ port: 80 }] },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.4', ipMode: 'VIP' }] } },
    })
    expect(bench.patch(`${SERVICES}/web/status`, ingress('abc')).code).toBe(422)
    expect(bench.patch(`${SERVICES}/web/status`, { status: { loadBalancer: 1 } }).code).toBe(422)
  })

  test('scale changes the replicas, and none below zero', () => {
    const bench = new Bench()
    bench.send('POST', DEPLOYMENTS, DEPLOYMENT)
    expect(bench.patch(`${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }).body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 5 },
      status: { selector: 'app=web' },
    })
    expect(bench.store.objects.get('Deployment', 'default', 'web')?.spec.replicas).toBe(5)
    expect(bench.patch(`${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }).body.message).toBe(
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    )
  })

  test('binding gives a Pod its Node, once; an update may not', () => {
    const bench = new Bench()
    bench.send('POST', PODS, POD)
    expect(bench.patch(`${PODS}/p`, { spec: { nodeName: 'n1' } }).code).toBe(422)
    const binding = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } }
    expect(bench.send('POST', `${PODS}/p/binding`, binding).code).toBe(201)
    expect(bench.send('POST', `${PODS}/p/binding`, binding).body.message).toBe(
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
    )
    expect(bench.store.objects.get('Pod', 'default', 'p')?.spec.nodeName).toBe('n1')
  })

  test('eviction marks the Pod and deletes it with grace', () => {
    const bench = new Bench()
    bench.send('POST', PODS, { ...POD, spec: { ...POD.spec, nodeName: 'n1' } })
    expect(bench.send('POST', `${PODS}/p/eviction`, { metadata: { name: 'p' } }).code).toBe(201)
    const pod = bench.store.objects.get('Pod', 'default', 'p')
    expect(pod?.metadata.deletionGracePeriodSeconds).toBe(30)
    expect(pod?.status?.conditions?.map(one => one.type)).toEqual(['DisruptionTarget'])
  })
})

describe('DELETE', () => {
  test('answers with a Service, and with a Status for a Deployment', () => {
    const bench = new Bench()
    bench.send('POST', SERVICES, SERVICE)
    bench.send('POST', DEPLOYMENTS, DEPLOYMENT)
    expect(bench.send('DELETE', `${SERVICES}/web`).body).not.toHaveProperty('metadata.deletionTimestamp')
    expect(bench.send('DELETE', `${DEPLOYMENTS}/web`).body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
    })
  })

  test('keeps to its preconditions and its dry run', () => {
    const bench = new Bench()
    bench.send('POST', SERVICES, SERVICE)
    expect(bench.send('DELETE', `${SERVICES}/web`, { preconditions: { resourceVersion: '1' } }).code).toBe(409)
    expect(bench.send('DELETE', `${SERVICES}/web`, { dryRun: ['All'] }).code).toBe(200)
    expect(bench.send('DELETE', `${SERVICES}/web`, { propagationPolicy: 'x' }).code).toBe(422)
    expect(bench.send('GET', `${SERVICES}/web`).code).toBe(200)
  })

  test('of a collection takes what the selector chooses', () => {
    const bench = new Bench()
    for (const name of ['a', 'b']) bench.send('POST', SERVICES, { ...SERVICE, metadata: { name, labels: { n: name } } })
    expect(bench.send('DELETE', `${SERVICES}?labelSelector=n%3Da`).body.kind).toBe('ServiceList')
    expect([bench.send('GET', `${SERVICES}/a`).code, bench.send('GET', `${SERVICES}/b`).code]).toEqual([404, 200])
  })
})
