// A cluster's log, replayed on a new cluster, gives the same bytes: of sessions in which requests at the API's door, texts
// and commands come as they like, at odd times and several at one.

import { describe, expect, test } from 'vitest'
import {
  apiOf,
  createCluster,
  replay,
  restoreCluster,
  type ApiRequest,
  type Cluster,
  type ExecutableCommand,
  type FaultSpec,
} from './index.ts'
import { Random } from './kernel/rng.ts'
import { MY_SERVICE_AND_APP } from './testing/example-texts.ts'

type Draw = (below: number) => number

const SERVICES = '/api/v1/namespaces/default/services'
const PODS = '/api/v1/namespaces/default/pods'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

function json(method: string, path: string, body: unknown, type = 'application/json', query = ''): ApiRequest {
  const headers = { 'content-type': type, accept: 'application/json', 'user-agent': 'test', 'x-of-no-matter': 'a' }
  return { method, path, query, headers, body: body === undefined ? '' : JSON.stringify(body) }
}

function randomRequest(draw: Draw): ApiRequest {
  const name = `s${draw(4)}`
  const service = { metadata: { name }, spec: { selector: { app: 'my-app' }, ports: [{ port: 80 + draw(3) }] } }
  const pod = { metadata: { generateName: 'p-' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
  const scale = { spec: { replicas: draw(6) } }
  const merge = 'application/merge-patch+json'
  const requests: readonly (() => ApiRequest)[] = [
    () => json('POST', SERVICES, service),
    () => json('POST', SERVICES, { ...service, spec: { ...service.spec, type: 'NodePort' } }),
    () => json('POST', SERVICES, service, 'application/json', 'dryRun=All'),
    () => json('PUT', `${SERVICES}/${name}`, service),
    () => json('PATCH', `${SERVICES}/${name}`, { metadata: { labels: { a: String(draw(9)) } } }, merge),
    () => json('DELETE', `${SERVICES}/${name}`, undefined),
    () => json('POST', PODS, pod),
    () => json('DELETE', PODS, undefined, 'application/json', 'labelSelector=app%3Dmy-app&limit=1'),
    () => json('PATCH', `${DEPLOYMENTS}/my-app/scale`, scale, merge),
    () => json('POST', SERVICES, { spec: { ports: 'none' } }),
    () => json('GET', SERVICES, undefined),
  ]
  return (requests[draw(requests.length)] as () => ApiRequest)()
}

function randomCommand(draw: Draw): ExecutableCommand {
  const node = `n${1 + draw(4)}`
  const commands: readonly ExecutableCommand[] = [
    { type: 'set-cordon', node, cordoned: draw(2) === 0 },
    { type: 'set-power', node, on: draw(3) > 0 },
    { type: 'scale', kind: 'Deployment', namespace: 'default', name: 'my-app', replicas: draw(5) },
    { type: 'drain', node },
    { type: 'start-traffic', spec: { from: `Client/c${draw(3)}`, node, to: 'my-service', port: 80, rate: 5 } },
    { type: 'stop-traffic', id: 'c1' },
    { type: 'inject-fault', fault: { ...randomFault(draw, node), atMs: draw(3) * 3_000, forMs: 1 + draw(20_000) } },
    { type: 'inject-fault', fault: randomFault(draw, node) },
    { type: 'heal-fault', id: `fault-${1 + draw(9)}` },
  ]
  return commands[draw(commands.length)] as ExecutableCommand
}

function randomFault(draw: Draw, node: string): FaultSpec {
  const target = `Node/${node}`
  const faults: readonly FaultSpec[] = [
    { type: 'node-crash', target },
    { type: 'zone-outage', target: 'Zone/zone-a' },
    { type: 'kubelet-stop', target },
    { type: 'proxy-stop', target },
    { type: 'proxy-lag', target, lagMs: draw(5_000) },
    { type: 'partition', target },
    { type: 'partition', target: [target, 'Zone/zone-b'] },
    { type: 'packet-loss', target, percent: 1 + draw(99) },
    { type: 'pod-crash-loop', target },
    { type: 'readiness-fail', target },
    { type: 'pod-slow', target, addMs: draw(500) },
    { type: 'dns-down' },
  ]
  return faults[draw(faults.length)] as FaultSpec
}

function randomText(draw: Draw): string {
  if (draw(4) === 0) return 'kind: [broken'
  return MY_SERVICE_AND_APP.replace('replicas: 3', `replicas: ${draw(6)}`)
}

function play(cluster: Cluster, seed: number, deeds: number): void {
  const stream = new Random(seed).stream('session')
  const draw: Draw = below => stream.int(below)
  const door = apiOf(cluster)
  for (let done = 0; done < deeds; done++) {
    const choice = draw(12)
    if (choice < 5) door.handle(randomRequest(draw))
    else if (choice < 7) cluster.execute(randomCommand(draw))
    else if (choice === 7) cluster.apply(randomText(draw))
    else if (choice === 8) cluster.step()
    else if (choice === 9) cluster.trip({ from: `Node/n${1 + draw(4)}`, to: 'my-service' })
    else cluster.advanceTo(cluster.nowMs + [0, 0.125, 7, 4_000][draw(4)]!)
  }
}

function started(): Cluster {
  const cluster = createCluster({ seed: 5 })
  cluster.execute({ type: 'create-nodes', count: 3 })
  cluster.apply(MY_SERVICE_AND_APP)
  return cluster
}

describe('a log', () => {
  test.each([1, 2, 3, 4, 5, 6])('of session %d replays to the same bytes', seed => {
    const cluster = started()
    play(cluster, seed, 300)
    const again = createCluster({ seed: 5 })
    replay(again, cluster.log.entries)
    again.advanceTo(cluster.nowMs)
    cluster.advanceTo(cluster.nowMs)
    expect(again.save()).toBe(cluster.save())
  })

  test('holds what is typed into commands in containers', () => {
    const cluster = started()
    cluster.advanceTo(10_000)
    const pod = cluster.store.list('Pod').find(({ metadata }) => metadata.namespace === 'default')?.metadata.name
    const path = `${PODS}/${pod}/exec`
    const query = 'command=sh&stdin=true&stdout=true'
    const exec = apiOf(cluster).handle({ method: 'GET', path, query, headers: {}, body: '' })
    if (exec.type !== 'stream') throw new Error('the exec was refused')
    let said = ''
    const input = exec.open({ send: (_, text) => (said += text), end: () => {} })
    input.write('wget -qO- http://my-service\n')
    cluster.advanceTo(11_000)
    input.write('echo hello\n')
    input.closeInput()
    cluster.advanceTo(12_000)
    expect(said).toContain('hello')
    const types = cluster.log.entries.map(({ command }) => command.type)
    expect(types.slice(2)).toEqual(['exec', 'exec-input', 'exec-input', 'exec-input'])
    const again = createCluster({ seed: 5 })
    replay(again, cluster.log.entries)
    again.advanceTo(cluster.nowMs)
    expect(again.save()).toBe(cluster.save())
  })

  test('goes on in a restored cluster', () => {
    const cluster = started()
    play(cluster, 7, 100)
    const restored = restoreCluster(cluster.save())
    play(restored, 8, 100)
    const again = createCluster({ seed: 5 })
    replay(again, restored.log.entries)
    again.advanceTo(restored.nowMs)
    restored.advanceTo(restored.nowMs)
    expect(again.save()).toBe(restored.save())
  })

  test('holds the writes at the door with their moment, and of their headers those that matter', () => {
    const cluster = createCluster({ seed: 1 })
    cluster.advanceTo(12)
    const door = apiOf(cluster)
    door.handle(json('GET', SERVICES, undefined))
    door.handle(json('DELETE', `${SERVICES}/none`, undefined))
    const headers = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'test' }
    const request = { method: 'DELETE', path: `${SERVICES}/none`, query: '', headers, body: '' }
    expect(cluster.log.entries).toMatchObject([{ atMs: 12, command: { type: 'request', request } }])
  })

  test('forgets its first half when it grows too large, and says how much', () => {
    const cluster = createCluster({ seed: 1 })
    const door = apiOf(cluster)
    const body = ' '.repeat(1_048_576)
    for (let sent = 0; sent < 40; sent++) door.handle({ ...json('POST', SERVICES, undefined), body })
    expect(cluster.log.entries.length).toBeLessThan(17)
    expect(cluster.log.entries.length + cluster.log.forgotten).toBe(40)
    const restored = restoreCluster(cluster.save())
    expect(restored.log.forgotten).toBe(cluster.log.forgotten)
    expect(restored.save()).toBe(cluster.save())
  })
})
