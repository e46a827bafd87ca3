// Requests that nobody would mean, by the thousand, at the API's door: broken bodies, strange paths, odd queries. Each is
// answered, and the cluster is whole afterwards. The seeds are fixed. A resourceVersion that is no number is the one thing
// that a real server calls an internal error, so it is left out.

import { describe, expect, test } from 'vitest'
import { apiOf, createCluster, restoreCluster, type ApiRequest, type ApiResponse, type Cluster } from './index.ts'
import { Random } from './kernel/rng.ts'
import { MY_SERVICE_AND_APP } from './testing/example-texts.ts'

type Draw = (below: number) => number

const ODD_TEXTS = [
  '',
  '..',
  '.',
  '%2e%2e',
  '%2F',
  '%',
  '%zz',
  '%00',
  '%ff%fe',
  '%F0%9F%98%80',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a'.repeat(300),
  '\ud800',
  '\u0000',
  'ünïcode',
  '-1',
  '1e999',
  '99999999999999999999999',
  'null',
  "'",
  '{ns}',
  'default',
  'my-service',
  'my-app',
  'n1',
]
const PATHS = [
  '/api/v1/namespaces/default/services',
  '/api/v1/namespaces/default/services/my-service',
  '/api/v1/namespaces/default/services/my-service/status',
  '/api/v1/namespaces/default/pods',
  '/api/v1/namespaces/default/pods/x/eviction',
  '/api/v1/namespaces/default/pods/x/binding',
  '/api/v1/namespaces/default/pods/x/log',
  '/api/v1/namespaces/default/pods/x/exec',
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces',
  '/api/v1/nodes/n1',
  '/api/v1/nodes/n1/status',
  '/api/v1/watch/pods',
  '/apis/apps/v1/namespaces/default/deployments',
  '/apis/apps/v1/namespaces/default/deployments/my-app',
  '/apis/apps/v1/namespaces/default/deployments/my-app/scale',
  '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  '/apis',
  '/openapi/v3',
  '/openapi/v2',
  '/version',
  '/healthz',
]
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'get', '']
const TYPES = [
  'application/json',
  'application/yaml',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  'application/json; charset=\u0000',
  '',
]
const QUERY_NAMES = [
  'watch',
  'limit',
  'continue',
  'resourceVersionMatch',
  'sendInitialEvents',
  'allowWatchBookmarks',
  'timeoutSeconds',
  'labelSelector',
  'fieldSelector',
  'dryRun',
  'fieldManager',
  'force',
  'fieldValidation',
  'pretty',
  'gracePeriodSeconds',
  'propagationPolicy',
  'includeObject',
  '__proto__',
]
const BODIES = [
  '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","labels":{"x":"y"}},"spec":{"ports":[{"port":80,"targetPort":"web"}],"selector":{"app":"a"}}}',
  '{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"p-"},"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}]}]}}',
  '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}',
  '[{"op":"replace","path":"/spec/ports/0/port","value":81},{"op":"copy","from":"/spec","path":"/spec/selector/a"}]',
  '{"metadata":{"annotations":{"a":null}},"spec":{"ports":[{"$patch":"delete","port":80}],"$setElementOrder/ports":[{"port":80}]}}',
  'apiVersion: v1\nkind: Service\nmetadata: &a\n  name: b\nspec:\n  ports: [{port: 80}]\n  x: *a\n',
  '{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"x"},"gracePeriodSeconds":-1}',
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"metadata":{"name":"q","__proto__":{"polluted":1}}}',
  'k8s\u0000\u000a\u0004\u000a\u0002v1\u0012\u0003Pod\u0012\u00ff\u00ff\u00ff\u007f',
  '[[[[[[[[[[',
  '',
]
const PIECES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  'null',
  '-1',
  '1e400',
  '9'.repeat(30),
  '\\u',
  '\\ud800',
  '\u0000',
  '""',
  '{}',
]

function pick<T>(items: readonly T[], draw: Draw): T {
  return items[draw(items.length)] as T
}

/** A text with some of it cut out, doubled or replaced. */
function mutated(text: string, draw: Draw): string {
  let changed = text
  for (let times = draw(4); times > 0; times--) {
    const from = draw(changed.length + 1)
    const to = Math.min(changed.length, from + draw(12))
    const insert = [pick(PIECES, draw), '', pick(ODD_TEXTS, draw), changed.slice(from, to).repeat(2)][draw(4)] ?? ''
    changed = changed.slice(0, from) + insert + changed.slice(to)
  }
  return changed
}

function randomRequest(draw: Draw): ApiRequest {
  const parts = pick(PATHS, draw).split('/')
  if (draw(3) === 0) parts[draw(parts.length)] = pick(ODD_TEXTS, draw)
  if (draw(8) === 0) parts.push(pick(ODD_TEXTS, draw))
  const query: string[] = []
  for (let count = draw(4); count > 0; count--) query.push(`${pick(QUERY_NAMES, draw)}=${pick(ODD_TEXTS, draw)}`)
  const accept = ['application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', '*/*;q=x', ';;;,,,', ''][draw(5)]
  return {
    method: pick(METHODS, draw),
    path: parts.join('/'),
    query: query.join('&'),
    headers: { 'content-type': pick(TYPES, draw), accept: accept ?? '', 'user-agent': pick(ODD_TEXTS, draw) },
    body: mutated(pick(BODIES, draw), draw),
  }
}

function newCluster(): Cluster {
  const cluster = createCluster({ seed: 3 })
  cluster.execute({ type: 'create-nodes', count: 2 })
  cluster.apply(MY_SERVICE_AND_APP)
  return cluster
}

/** Opens what is no body and closes it again; gives the status. */
function statusOf(response: ApiResponse): number {
  if (response.type === 'watch')
    response.open(
      line => void JSON.parse(line),
      () => {},
    )()
  if (response.type === 'stream') response.open({ send: () => {}, end: () => {} }).stop()
  return response.type === 'body' ? response.status : 200
}

function handled(cluster: Cluster, request: ApiRequest): number {
  try {
    return statusOf(apiOf(cluster).handle(request))
  } catch (error) {
    throw new Error(`thrown at by ${JSON.stringify(request)}`, { cause: error })
  }
}

describe('the door', () => {
  test.each([1, 2, 3, 4])('answers every request of session %d, and the cluster is whole after it', seed => {
    const stream = new Random(seed).stream('requests')
    const draw: Draw = below => stream.int(below)
    const cluster = newCluster()
    const seen = new Set<number>()
    for (let sent = 0; sent < 3_000; sent++) {
      const status = handled(cluster, randomRequest(draw))
      expect(status).toBeGreaterThanOrEqual(200)
      expect(status).toBeLessThan(500)
      seen.add(status)
      if (sent % 100 === 0) cluster.advanceTo(cluster.nowMs + 500)
    }
    for (const status of [200, 201, 400, 404, 405, 406, 415, 422]) expect(seen).toContain(status)
    expect((Object.prototype as Record<string, unknown>)['polluted']).toBeUndefined()
    cluster.advanceTo(cluster.nowMs + 10_000)
    const text = cluster.save()
    expect(restoreCluster(text).save()).toBe(text)
  })

  const deep = 100_000
  test.each<readonly [string, string, string]>([
    ['lists', 'application/json', '['.repeat(deep) + ']'.repeat(deep)],
    ['objects', 'application/json', '{"a":'.repeat(deep) + '1' + '}'.repeat(deep)],
    ['an annotation', 'application/json', `{"metadata":{"annotations":${'{"a":'.repeat(deep)}1${'}'.repeat(deep + 2)}`],
    ['YAML', 'application/yaml', '['.repeat(deep)],
    ['YAML in blocks', 'application/yaml', Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
  ])('refuses %s of very many levels', (_, type, body) => {
    const cluster = newCluster()
    const headers = { 'content-type': type }
    const path = '/api/v1/namespaces/default/configmaps'
    expect(handled(cluster, { method: 'POST', path, query: '', headers, body })).toBe(400)
  })

  test.each(['merge-patch+json', 'strategic-merge-patch+json', 'json-patch+json', 'apply-patch+yaml'])(
    'refuses a %s of very many levels',
    type => {
      const cluster = newCluster()
      const headers = { 'content-type': `application/${type}` }
      const body = `{"metadata":{"annotations":${'{"a":'.repeat(deep)}1${'}'.repeat(deep + 2)}`
      const path = '/api/v1/namespaces/default/services/my-service'
      const status = handled(cluster, { method: 'PATCH', path, query: 'fieldManager=x', headers, body })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    },
  )
})
