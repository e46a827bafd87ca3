// What DELETE comes to in a whole cluster: finalizers, dependents in the foreground, in the background or let go, and
// namespaces that empty themselves before they go. Played at the API's door, by virtual time.

import { describe, expect, test } from 'vitest'
import { apiOf } from './cluster-api.ts'
import { createCluster, type Cluster } from './index.ts'

interface Told {
  readonly status: number
  readonly body: {
    readonly kind: string
    readonly message?: string
    readonly details?: { readonly causes?: readonly object[] }
    readonly metadata: {
      readonly deletionTimestamp?: string
      readonly deletionGracePeriodSeconds?: number
      readonly finalizers?: readonly string[]
      readonly ownerReferences?: readonly object[]
    }
    readonly spec?: { readonly finalizers?: readonly string[] }
    readonly status?: {
      readonly phase?: string
      readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[]
    }
    readonly items?: readonly Told['body'][]
  }
}

class Bench {
  readonly cluster: Cluster = createCluster({ seed: 1, empty: true })

  send(method: string, url: string, body?: object, type = 'application/json'): Told {
    const [path = '', query = ''] = url.split('?')
    const text = body === undefined ? '' : JSON.stringify(body)
    const answer = apiOf(this.cluster).handle({ method, path, query, headers: { 'content-type': type }, body: text })
    if (answer.type !== 'body') throw new Error('not a body')
    return { status: answer.status, body: JSON.parse(answer.body) as Told['body'] }
  }

  pass(seconds: number): void {
    this.cluster.advanceTo(this.cluster.nowMs + seconds * 1000)
  }

  /** Names the objects of the collections that are there. */
  count(...urls: readonly string[]): number[] {
    return urls.map(url => this.send('GET', url).body.items?.length ?? -1)
  }

  patch(url: string, body: object): Told {
    return this.send('PATCH', url, body, 'application/merge-patch+json')
  }
}

const CORE = '/api/v1/namespaces/default'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const SETS = '/apis/apps/v1/namespaces/default/replicasets'
const PODS = `${CORE}/pods`
const MAPS = `${CORE}/configmaps`

function deployed(): Bench {
  const bench = new Bench()
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  const spec = { replicas: 2, selector: { matchLabels: { app: 'a' } }, template }
  expect(bench.send('POST', DEPLOYMENTS, { metadata: { name: 'web' }, spec }).status).toBe(201)
  bench.pass(1)
  expect(bench.count(DEPLOYMENTS, SETS, PODS)).toEqual([1, 1, 2])
  return bench
}

describe('dependents', () => {
  test('follow their owner when nothing else is asked', () => {
    const bench = deployed()
    expect(bench.send('DELETE', `${DEPLOYMENTS}/web`).body.kind).toBe('Status')
    bench.pass(1)
    expect(bench.count(DEPLOYMENTS, SETS, PODS)).toEqual([0, 0, 0])
  })

  test('go before their owner in the foreground', () => {
    const bench = deployed()
    const [pod] = bench.send('GET', PODS).body.items as unknown as [{ metadata: { name: string } }]
    bench.patch(`${PODS}/${pod.metadata.name}`, { metadata: { finalizers: ['example.com/wait'] } })
    const told = bench.send('DELETE', `${DEPLOYMENTS}/web?propagationPolicy=Foreground`)
    expect(told.body.metadata.finalizers).toEqual(['foregroundDeletion'])
    bench.pass(1)
    expect(bench.count(DEPLOYMENTS, SETS, PODS)).toEqual([1, 1, 1])
    bench.patch(`${PODS}/${pod.metadata.name}`, { metadata: { finalizers: null } })
    bench.pass(1)
    expect(bench.count(DEPLOYMENTS, SETS, PODS)).toEqual([0, 0, 0])
  })

  test('stay without their owner when they are let go', () => {
    const bench = deployed()
    const told = bench.send('DELETE', `${DEPLOYMENTS}/web`, { propagationPolicy: 'Orphan' })
    expect(told.body.metadata.finalizers).toEqual(['orphan'])
    bench.pass(1)
    expect(bench.count(DEPLOYMENTS, SETS, PODS)).toEqual([0, 1, 2])
    expect(bench.send('GET', SETS).body.items?.[0]?.metadata.ownerReferences).toBeUndefined()
  })

  test('stay while another owner lives, and forget the one that is gone', () => {
    const bench = new Bench()
    const owners = ['a', 'b'].map(name => {
      const { metadata } = bench.send('POST', MAPS, { metadata: { name } }).body as unknown as {
        metadata: { uid: string }
      }
      return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: metadata.uid }
    })
    bench.send('POST', MAPS, { metadata: { name: 'c', ownerReferences: owners } })
    bench.send('DELETE', `${MAPS}/a`)
    bench.pass(1)
    expect(bench.send('GET', `${MAPS}/c`).body.metadata.ownerReferences).toEqual([owners[1]])
    bench.send('DELETE', `${MAPS}/b`)
    bench.pass(1)
    expect(bench.count(MAPS)).toEqual([0])
  })
})

describe('a namespace', () => {
  const SHOP = '/api/v1/namespaces/shop'
  const inShop = (bench: Bench, plural: string, name: string, more: object = {}): Told =>
    bench.send('POST', `${SHOP}/${plural}`, { metadata: { name, ...more }, ...(plural === 'pods' ? POD : {}) })
  const POD = { spec: { containers: [{ name: 'a', image: 'a' }] } }

  function shop(): Bench {
    const bench = new Bench()
    bench.send('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    return bench
  }

  test('says that it is going, takes nothing new, and goes when it is empty', () => {
    const bench = shop()
    inShop(bench, 'configmaps', 'c')
    const { body } = bench.send('DELETE', SHOP)
    expect(body.status?.phase).toBe('Terminating')
    expect(body.metadata.deletionTimestamp).toBeDefined()
    expect(body.metadata.deletionGracePeriodSeconds).toBeUndefined()
    expect(body.spec).toEqual({ finalizers: ['kubernetes'] })
    const refused = inShop(bench, 'configmaps', 'd')
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'configmaps "d" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ])
    expect(refused.body.details?.causes).toEqual([
      { reason: 'NamespaceTerminating', message: 'namespace shop is being terminated', field: 'metadata.namespace' },
    ])
    expect(bench.patch(`${SHOP}/configmaps/c`, { data: { a: 'b' } }).status).toBe(200)
    bench.pass(4)
    expect(bench.count(`${SHOP}/configmaps`)).toEqual([1])
    bench.pass(2)
    expect(bench.send('GET', SHOP).status).toBe(404)
    expect(bench.count(`${SHOP}/configmaps`)).toEqual([0])
  })

  test('tells what remains, and keeps all else until its Pods are gone', () => {
    const bench = shop()
    inShop(bench, 'configmaps', 'c')
    inShop(bench, 'pods', 'p', { finalizers: ['example.com/wait'] })
    bench.send('DELETE', SHOP)
    bench.pass(6)
    expect(bench.count(`${SHOP}/pods`, `${SHOP}/configmaps`)).toEqual([1, 1])
    const told = (bench.send('GET', SHOP).body.status?.conditions ?? []).map(one => [one.status, one.message])
    expect(told).toEqual([
      ['False', 'All resources successfully discovered'],
      ['False', 'All legacy kube types successfully parsed'],
      ['False', 'All content successfully deleted, may be waiting on finalization'],
      ['True', 'Some resources are remaining: pods. has 1 resource instances'],
      ['True', 'Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances'],
    ])
    bench.patch(`${SHOP}/pods/p`, { metadata: { finalizers: null } })
    bench.pass(20)
    expect(bench.send('GET', SHOP).status).toBe(404)
  })

  test('goes at once when its finalizers are taken away by hand, and keeps them from every other write', () => {
    const bench = shop()
    expect(bench.patch(SHOP, { spec: { finalizers: [] } }).body.spec).toEqual({ finalizers: ['kubernetes'] })
    bench.send('DELETE', SHOP)
    const bare = { metadata: { name: 'shop' }, spec: { finalizers: [] } }
    expect(bench.send('PUT', `${SHOP}/finalize`, bare).status).toBe(200)
    expect(bench.send('GET', SHOP).status).toBe(404)
  })
})

describe('finalizers', () => {
  test('keep an object until the last of them is gone, through its status too', () => {
    const bench = new Bench()
    const spec = { ports: [{ port: 80 }] }
    bench.send('POST', `${CORE}/services`, { metadata: { name: 'a', finalizers: ['x.io/a', 'x.io/b'] }, spec })
    expect(bench.send('DELETE', `${CORE}/services/a`).body.metadata.deletionGracePeriodSeconds).toBe(0)
    bench.patch(`${CORE}/services/a`, { metadata: { finalizers: ['x.io/b'] } })
    expect(bench.send('GET', `${CORE}/services/a`).status).toBe(200)
    expect(bench.patch(`${CORE}/services/a/status`, { metadata: { finalizers: null } }).status).toBe(200)
    expect(bench.send('GET', `${CORE}/services/a`).status).toBe(404)
  })
})
