// What kube-proxy wrote on a real node for given objects, in each of its modes, beside what is written here for the same
// objects: equal line for line, but for what no two runs have in common (counters, blank lines, how elements are laid out).

import { expect, describe, test } from 'vitest'
import { apiOf, createCluster, type Cluster, type IpvsScheduler, type ProxyMode } from '../engine/index.ts'
import { readProxyVectors, type ProxyObject, type ProxyVector } from './read-vectors.ts'

const COLLECTIONS: { readonly [kind: string]: string } = {
  Node: '/api/v1/nodes',
  Service: '/api/v1/namespaces/NAMESPACE/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/namespaces/NAMESPACE/endpointslices',
}
const HIDDEN = JSON.stringify({ metadata: { labels: { 'service.kubernetes.io/service-proxy-name': 'none' } } })

describe.each(['proxy-rules', 'proxy-dual'] as const)('%s', file => {
  const vectors = readProxyVectors(file)
  const views = vectors.flatMap(vector => Object.keys(vector.expect).map(mode => [vector.name, mode, vector] as const))

  test.each(views)('%s %s', (_, mode, vector) => {
    const cluster = clusterOf(vector, file === 'proxy-dual')
    expect(canonical(mode, rulesOf(cluster, vector.node, mode))).toBe(vector.expect[mode])
  })
})

function clusterOf(vector: ProxyVector, dualStack: boolean): Cluster {
  const cluster = createCluster({ seed: 1, empty: true, dualStack })
  const send = (method: string, path: string, body: string, type = 'application/json'): void => {
    const answer = apiOf(cluster).handle({ method, path, query: '', headers: { 'content-type': type }, body })
    if (answer.type !== 'body' || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
  }
  send('PATCH', '/api/v1/namespaces/default/services/kubernetes', HIDDEN, 'application/merge-patch+json')
  const namespaces = new Set(vector.objects.flatMap(({ metadata }) => metadata.namespace ?? []))
  for (const name of namespaces) {
    if (name !== 'default') send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name } }))
  }
  for (const object of vector.objects) {
    const path = (COLLECTIONS[object.kind] ?? '').replace('NAMESPACE', object.metadata.namespace ?? '')
    if (object.subresource === undefined) send('POST', path, JSON.stringify(object))
    else sendPart(send, path, object, object.subresource)
  }
  return cluster
}

function sendPart(
  send: (method: string, path: string, body: string, type: string) => void,
  path: string,
  object: ProxyObject,
  part: string,
): void {
  const body = JSON.stringify({ [part]: object[part] })
  send('PATCH', `${path}/${object.metadata.name}/${part}`, body, 'application/merge-patch+json')
}

/** `mode` as the recordings name it: `iptables`, `nftables6`, `ipvs-lc`. */
function rulesOf(cluster: Cluster, node: string, mode: string): string {
  const [, name = '', six = '', scheduler = 'rr'] = /^([a-z]+)(6?)(?:-(\w+))?$/.exec(mode) ?? []
  const form = {
    mode: name as ProxyMode,
    family: six === '' ? 'IPv4' : 'IPv6',
    scheduler: scheduler as IpvsScheduler,
  } as const
  return cluster.proxyRules(node, form) ?? 'no rules'
}

function canonical(mode: string, text: string): string {
  if (mode.startsWith('iptables')) return text.replaceAll(' [0:0]', '')
  if (!mode.startsWith('nftables')) return text
  return text
    .replaceAll(/\t\telements = \{ (.*?) \}\n/gs, (_, list: string) => {
      const elements = list.split(/,\n\s*/).map(element => `\t\t\t${element}`)
      return `\t\telements = {\n${elements.join(',\n')}\n\t\t}\n`
    })
    .replaceAll('\n\n', '\n')
}
