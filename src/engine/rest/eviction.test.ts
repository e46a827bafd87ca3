import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import type { Draft } from '../api/meta.ts'
import type { Pod } from '../api/pod/pod.ts'
import type { PodDisruptionBudget } from '../api/poddisruptionbudget/poddisruptionbudget.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import { createApiDoor } from './handle.ts'

type Status = NonNullable<PodDisruptionBudget['status']>
type Policy = PodDisruptionBudget['spec']['unhealthyPodEvictionPolicy']

interface Given {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded'
  readonly ready?: boolean
  readonly budget?: Partial<Status>
  readonly policy?: Policy
  readonly budgets?: number
  readonly query?: string
}

const ENOUGH = { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 }
const NONE_LEFT = { ...ENOUGH, disruptionsAllowed: 0, currentHealthy: 2 }
const PENDING: Draft<Pod> = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'web' }], nodeName: 'n1' },
}

/** Asks for the eviction of one Pod under budgets as they stand. */
function evicted({ phase = 'Running', ready = true, budget = ENOUGH, policy, budgets = 1, query = '' }: Given): {
  readonly answer: { readonly code: number; readonly body: unknown; readonly retryAfter: unknown }
  readonly store: ClusterStore
} {
  const nowMs = (): number => DEFAULT_EPOCH_MS
  const store = new ClusterStore({ random: new Random(1), settings: () => DEFAULT_SETTINGS, wallMs: nowMs })
  store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  const pod = store.create('Pod', PENDING)
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' } as const]
  if (pod.ok) store.updateStatus('Pod', { ...pod.value, status: { phase, conditions } })
  for (let index = 0; index < budgets; index++) {
    const made = store.create('PodDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: `b${index}`, namespace: 'default' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } }, unhealthyPodEvictionPolicy: policy },
    })
    const status = { ...ENOUGH, ...budget }
    if (made.ok) store.updateStatus('PodDisruptionBudget', { ...made.value, status })
  }
  const path = '/api/v1/namespaces/default/pods/p/eviction'
  const body = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } })
  const door = createApiDoor({ store, nowMs, version: 'v1.34.4' })
  const answer = door.handle({ method: 'POST', path, query, headers: { 'content-type': 'application/json' }, body })
  if (answer.type !== 'body') throw new Error('a stream')
  const told = {
    code: answer.status,
    body: JSON.parse(answer.body) as unknown,
    retryAfter: answer.headers['retry-after'],
  }
  return { answer: told, store }
}

test('refuses in the words that kubectl drain waits on, and changes nothing', () => {
  const { answer, store } = evicted({ budget: NONE_LEFT })
  expect(answer.body).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: {
      causes: [
        { reason: 'DisruptionBudget', message: 'The disruption budget b0 needs 2 healthy pods and has 2 currently' },
      ],
    },
    code: 429,
  })
  expect(store.objects.get('Pod', 'default', 'p')?.metadata.deletionTimestamp).toBeUndefined()
})

test('takes the disruption it grants from the budget, and notes the Pod as gone', () => {
  const { answer, store } = evicted({})
  expect(answer.code).toBe(201)
  expect(store.objects.get('PodDisruptionBudget', 'default', 'b0')?.status).toMatchObject({
    disruptionsAllowed: 0,
    disruptedPods: { p: '2026-01-01T00:00:00Z' },
  })
  expect(store.objects.get('Pod', 'default', 'p')?.metadata.deletionTimestamp).toBeDefined()
})

test('takes nothing when it is only tried', () => {
  const { answer, store } = evicted({ query: 'dryRun=All' })
  expect(answer.code).toBe(201)
  expect(store.objects.get('PodDisruptionBudget', 'default', 'b0')?.status?.disruptionsAllowed).toBe(1)
})

test('asks to come back when the budget was not looked at since it changed', () => {
  const { answer } = evicted({ budget: { observedGeneration: 0 } })
  expect(answer).toMatchObject({
    code: 429,
    retryAfter: '10',
    body: {
      details: {
        retryAfterSeconds: 10,
        causes: [{ message: 'The disruption budget b0 is still being processed by the server.' }],
      },
    },
  })
})

test('gives up where two budgets select the Pod', () => {
  expect(evicted({ budgets: 2 }).answer.body).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    code: 500,
  })
})

test.each<[string, Given, number]>([
  ['one that has not begun', { phase: 'Pending', budget: NONE_LEFT }, 201],
  ['one that has ended', { phase: 'Succeeded', budget: NONE_LEFT }, 201],
  ['an ailing one while there are healthy ones enough', { ready: false, budget: NONE_LEFT }, 201],
  ['an ailing one of too few', { ready: false, budget: { ...NONE_LEFT, currentHealthy: 1 } }, 429],
  [
    'an ailing one of too few that may always go',
    { ready: false, budget: { ...NONE_LEFT, currentHealthy: 1 }, policy: 'AlwaysAllow' },
    201,
  ],
  ['a healthy one of a budget that lets ailing ones go', { budget: NONE_LEFT, policy: 'AlwaysAllow' }, 429],
])('answers for %s', (_, given, code) => {
  expect(evicted(given).answer.code).toBe(code)
})
