import { describe, expect, it } from 'vitest'
import type { View } from '../../protocol/index.ts'
import { translator, word } from '../i18n/index.ts'
import { sentence, type SentenceInput } from './sentence.ts'
import {
  PODS,
  RUNNING,
  sampleClient,
  sampleCluster,
  sampleMark,
  sampleNode,
  samplePod,
  sampleService,
  sampleSlice,
  sampleWorkload,
  viewsOf,
} from './testing/sample-cluster.ts'

const t = translator('en')

function said(input: Partial<SentenceInput>): string {
  const { tone, bold, plain, actions } = sentence({
    connected: true,
    views: sampleCluster(),
    clock: RUNNING,
    marks: [],
    selected: null,
    errors: 0,
    ...input,
  })
  const words = [t(bold.key, bold.values), plain === null ? '' : word(t, plain)].join(' ').trim()
  return `${tone === 'alarm' ? '× ' : ''}${words} [${actions.map(action => action.type).join(', ')}]`
}

function check(input: Partial<SentenceInput>, expected: string): void {
  expect(said(input)).toBe(expected)
}

const withChanges = (...changes: readonly View[]): Partial<SentenceInput> => ({ views: sampleCluster(...changes) })
const deadN2 = sampleNode('n2', { power: false, powerSinceMs: 70_000 })
const [x8k2p, m4t7q, q9w6z] = PODS as [(typeof PODS)[0], (typeof PODS)[0], (typeof PODS)[0]]

describe('the sentence at rest', () => {
  it('says how many Pods answer and offers the three first things to do', () => {
    check({}, 'Three Pods answer behind one address. Clients never learn which one. [kill-node, edit-yaml, ask-why]')
  })
  it('says that nobody calls when nobody does', () => {
    const views = new Map([...sampleCluster()].filter(([, view]) => view.kind !== 'Client'))
    check({ views }, 'Three Pods answer behind one address. Nobody is calling it yet. [kill-node, edit-yaml, ask-why]')
  })
  it('says that it is paused, and offers the same', () => {
    check(
      { clock: { ...RUNNING, running: false } },
      'Three Pods answer behind one address. Paused: the past waits, nothing moves. [kill-node, edit-yaml, ask-why]',
    )
  })
  it('waits in words while nothing is known', () => {
    check(
      { connected: false, views: new Map() },
      'The cluster is starting. It runs in this page; nothing is sent anywhere. []',
    )
  })
  it('does not offer twice what the selected card offers', () => {
    check(
      { selected: x8k2p.id },
      'Three Pods answer behind one address. Clients never learn which one. [edit-yaml, ask-why]',
    )
  })
  it('speaks about the selected Service rather than the most called one', () => {
    const other = sampleService({ name: 'other', readyEndpoints: 1 })
    check(
      { ...withChanges(other), selected: other.id },
      'One Pod answers behind one address. Nobody is calling it yet. [kill-node, edit-yaml, ask-why]',
    )
  })
})

describe('the sentence about a text that is not applied', () => {
  it('comes before everything else', () => {
    check(
      { ...withChanges(deadN2), errors: 1 },
      'The cluster keeps running on the last good text. One error to mend. [go-to-problem, last-good-text]',
    )
  })
  it('counts the errors in words', () => {
    check(
      { errors: 3 },
      'The cluster keeps running on the last good text. Three errors to mend. [go-to-problem, last-good-text]',
    )
  })
})

describe('the sentence about a node without power', () => {
  it('tells that nobody knows, and how often a connection is lost', () => {
    check(
      withChanges(deadN2),
      '× Node n2 is dead, and nobody knows. Every third new connection times out. [revive-node, go-to-not-ready]',
    )
  })
  it('gives counts where they are no plain fraction', () => {
    const pods = [x8k2p, m4t7q, { ...q9w6z, node: 'n2' }]
    check(
      withChanges(deadN2, sampleSlice(pods)),
      '× Node n2 is dead, and nobody knows. 2 of 3 endpoints no longer answer. [revive-node, go-to-not-ready]',
    )
  })
  it('tells that everything is lost when it is', () => {
    check(
      withChanges(deadN2, sampleSlice([m4t7q])),
      '× Node n2 is dead, and nobody knows. Every new connection times out. [revive-node, go-to-not-ready]',
    )
  })
  it('tells that nobody is hit when no endpoint was on it', () => {
    check(
      withChanges(deadN2, sampleSlice([x8k2p, q9w6z])),
      '× Node n2 is dead, and nobody knows. No endpoint of my-service was on it. [revive-node, go-to-not-ready]',
    )
  })
  it('after NotReady counts down to the eviction', () => {
    const pod = { ...m4t7q, ready: false }
    check(
      withChanges(
        { ...deadN2, ready: 'Unknown', evictsAtMs: 382_000 },
        pod,
        sampleSlice([x8k2p, pod, q9w6z]),
        sampleService({ readyEndpoints: 2 }),
      ),
      '× Node n2 is NotReady: its endpoint gets nothing new. Two Pods serve all; eviction in 4 min 52 s. [revive-node, go-to-eviction]',
    )
  })
  it('after the eviction waits for the replacement', () => {
    check(
      withChanges(
        { ...deadN2, ready: 'Unknown' },
        { ...m4t7q, ready: false, terminating: true },
        sampleWorkload({ readyReplicas: 2 }),
      ),
      '× The Pod on n2 is evicted, its replacement is starting. It is another Pod, and will have another IP. [revive-node]',
    )
  })
  it('after the replacement says what changed and what did not', () => {
    check(
      withChanges(
        { ...deadN2, ready: 'Unknown' },
        { ...m4t7q, ready: false, terminating: true },
        samplePod('t5nv8', { node: 'n3' }),
      ),
      'Another Pod took its place, with another IP. 10.96.0.20 stayed, and traffic recovered. n2 is still down. [revive-node, ask-why]',
    )
  })
  it('does not offer to revive the node that is selected', () => {
    check(
      { ...withChanges(deadN2), selected: 'Node//n2' },
      '× Node n2 is dead, and nobody knows. Every third new connection times out. [go-to-not-ready]',
    )
  })
  it('with power again it is still NotReady for a while', () => {
    check(
      withChanges(sampleNode('n2', { powerSinceMs: 80_000, ready: 'Unknown' })),
      'Node n2 has power again. Kubernetes calls it NotReady until its kubelet reports. [ask-why]',
    )
  })
  it('once back it is said for a while', () => {
    const marks = [sampleMark('node-ready', 85_000, { about: 'Node//n2' })]
    check(
      { ...withChanges(sampleNode('n2', { powerSinceMs: 80_000 })), marks },
      'Node n2 is Ready again. Pods do not move back by themselves. [kill-node, edit-yaml, ask-why]',
    )
  })
})

describe('the sentence about Services and Pods', () => {
  it('says why nobody answers', () => {
    check(
      withChanges(sampleService({ endpoints: 0, readyEndpoints: 0, emptyReason: 'no-pod-matches' })),
      '× Nobody answers at my-service: no Pod matches its selector. Every request is refused. [ask-why, edit-yaml]',
    )
    check(
      withChanges(sampleService({ readyEndpoints: 0, emptyReason: 'none-ready' })),
      '× Nobody answers at my-service: none of its Pods is ready. They match the selector; only readiness is missing. [ask-why, edit-yaml]',
    )
    check(
      withChanges(
        sampleService({ selector: null, endpoints: 0, readyEndpoints: 0, emptyReason: 'no-endpoints-by-hand' }),
      ),
      '× my-service has no selector and no endpoints. Write Endpoints or an EndpointSlice for it by hand. [ask-why, edit-yaml]',
    )
  })
  it('does not cry while the Pods are still to come', () => {
    const pending = PODS.map(pod => ({
      ...pod,
      phase: 'Pending' as const,
      ready: false,
      alive: false,
      createdMs: 89_000,
    }))
    check(
      withChanges(
        ...pending,
        sampleService({ readyEndpoints: 0, emptyReason: 'none-ready' }),
        sampleWorkload({ readyReplicas: 0 }),
      ),
      'The Pods are starting: 0 of 3 ready. A Pod becomes an endpoint the moment it is ready. [ask-why]',
    )
  })
  it('tells of Pods that no Node has room for', () => {
    check(
      withChanges(samplePod('abcde', { node: '', ip: '', phase: 'Pending', ready: false, createdMs: 10_000 })),
      '× One Pod waits for a Node with room. The scheduler tries again whenever something changes. [ask-why]',
    )
  })
  it('tells of a probe that fails before and after Kubernetes believes it', () => {
    check(
      withChanges({ ...m4t7q, readinessFails: true }),
      '× The readiness probe of m4t7q fails, and it still counts as ready. Kubernetes wants three failures in a row. [restore-readiness, ask-why]',
    )
    check(
      withChanges({ ...m4t7q, readinessFails: true, ready: false }, sampleService({ readyEndpoints: 2 })),
      '× m4t7q is not ready: it gets nothing new. It still runs; two Pods answer in its place. [restore-readiness, ask-why]',
    )
  })
  it('tells of Pods that leave', () => {
    check(
      withChanges({ ...m4t7q, terminating: true }),
      'One Pod is leaving: it gets nothing new. What they hold is still answered. [ask-why]',
    )
  })
  it('counts what fills several slices', () => {
    const many = Array.from({ length: 250 }, (_, index) => samplePod(String(index), { ip: `10.244.1.${index}` }))
    const slices = [0, 1, 2].map(index =>
      sampleSlice(many.slice(index * 100, index * 100 + 100), { name: `my-service-${index}` }),
    )
    const views = viewsOf(
      sampleNode('n1'),
      sampleService({ endpoints: 250, readyEndpoints: 250 }),
      ...slices,
      sampleWorkload({ replicas: 250, readyReplicas: 250, currentReplicas: 250 }),
    )
    check(
      { views },
      '250 endpoints fill three slices: 100, 100, 50. A slice never holds more than 100. [scale, scale, ask-why]',
    )
  })
  it('knows names, addresses by hand, headless Services and several ports', () => {
    check(
      withChanges(
        sampleService({
          type: 'ExternalName',
          clusterIP: '',
          externalName: 'db.example.com',
          selector: null,
          endpoints: 0,
          readyEndpoints: 0,
        }),
      ),
      'my-service is only a name. DNS answers with db.example.com: no address, no proxy, no endpoints. [edit-yaml, ask-why]',
    )
    check(
      withChanges(sampleService({ selector: null, readyEndpoints: 1 })),
      'One address, written by hand, answers behind my-service. No selector: Kubernetes looks for no Pods here. [edit-yaml, ask-why]',
    )
    check(
      withChanges(sampleService({ clusterIP: 'None' })),
      'Three Pods answer behind one name. Headless: the name gives every Pod’s own address. [kill-node, edit-yaml, ask-why]',
    )
    const ports = ['http', 'https'].map(name => ({
      name,
      protocol: 'TCP' as const,
      port: 80,
      targetPort: name,
      nodePort: null,
    }))
    check(
      withChanges(sampleService({ ports })),
      'Three Pods answer on two ports of one address. Each port has a name and a targetPort of its own. [kill-node, edit-yaml, ask-why]',
    )
  })
  it('knows an empty cluster, and Pods without a Service', () => {
    check(
      { views: viewsOf(sampleNode('n1')) },
      'The cluster is empty. Write a Service in the YAML, or choose a scenario. [edit-yaml]',
    )
    check(
      { views: viewsOf(sampleNode('n1'), ...PODS, sampleClient('c')) },
      'Three Pods, and no Service before them. Who wants to call them has to know their addresses. [edit-yaml]',
    )
  })
})
