import { expect, it } from 'vitest'
import type { PodDisruptionBudget } from '../../api/poddisruptionbudget/poddisruptionbudget.ts'
import { ControllerFixture, webDeployment, webPod } from '../../testing/controller-fixture.ts'

type Spec = PodDisruptionBudget['spec']

function withBudget(fixture: ControllerFixture, spec: Spec): ControllerFixture {
  fixture.create('PodDisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  })
  return fixture.runTo(20)
}

/** `3 of 4 healthy, 2 needed, 1 spare SufficientPods`. */
function summary(fixture: ControllerFixture): string {
  const { status, metadata } = fixture.get('PodDisruptionBudget', 'budget')
  if (!status) return 'none'
  expect(status.observedGeneration).toBe(metadata.generation)
  const { currentHealthy, expectedPods, desiredHealthy, disruptionsAllowed, conditions } = status
  return `${currentHealthy} of ${expectedPods} healthy, ${desiredHealthy} needed, ${disruptionsAllowed} spare ${conditions?.[0]?.reason}`
}

function ofDeployment(replicas: number, spec: Spec): string {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(replicas))
  return summary(withBudget(fixture, spec))
}

it.each<[Spec, string]>([
  [{ minAvailable: 2 }, '4 of 4 healthy, 2 needed, 2 spare SufficientPods'],
  [{ minAvailable: 4 }, '4 of 4 healthy, 4 needed, 0 spare InsufficientPods'],
  [{ minAvailable: 9 }, '4 of 4 healthy, 9 needed, 0 spare InsufficientPods'],
  [{ minAvailable: '51%' }, '4 of 4 healthy, 3 needed, 1 spare SufficientPods'],
  [{ maxUnavailable: 1 }, '4 of 4 healthy, 3 needed, 1 spare SufficientPods'],
  [{ maxUnavailable: '30%' }, '4 of 4 healthy, 2 needed, 2 spare SufficientPods'],
  [{ maxUnavailable: 9 }, '4 of 4 healthy, 0 needed, 4 spare SufficientPods'],
  [{}, '4 of 0 healthy, 0 needed, 0 spare InsufficientPods'],
])('keeps %j of a Deployment of four as: %s', (spec, expected) => {
  expect(ofDeployment(4, spec)).toBe(expected)
})

it.each<[Spec, string]>([
  [{ minAvailable: '50%' }, '3 of 3 healthy, 2 needed, 1 spare SufficientPods'],
  [{ maxUnavailable: '50%' }, '3 of 3 healthy, 1 needed, 2 spare SufficientPods'],
])('rounds %j of a Deployment of three up: %s', (spec, expected) => {
  expect(ofDeployment(3, spec)).toBe(expected)
})

it('counts what terminates among the Pods that are expected by a number, and not by a share', () => {
  const counted = (spec: Spec): string => {
    const fixture = new ControllerFixture({ nodes: 3 })
    fixture.create('Deployment', webDeployment(3))
    fixture.runTo(10)
    const [first] = fixture.pods()
    if (first)
      fixture.user.update('Pod', { ...first, metadata: { ...first.metadata, finalizers: ['example.com/hold'] } })
    fixture.user.delete('Pod', 'default', first?.metadata.name ?? '')
    return summary(withBudget(fixture, spec))
  }
  expect(counted({ minAvailable: 2 })).toBe('3 of 4 healthy, 2 needed, 1 spare SufficientPods')
  expect(counted({ minAvailable: '50%' })).toBe('3 of 3 healthy, 2 needed, 1 spare SufficientPods')
})

it('counts nothing of Pods that nobody owns unless it is given a number', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('alone'))
  expect(summary(withBudget(fixture, { maxUnavailable: 1 }))).toBe('1 of 0 healthy, 0 needed, 0 spare InsufficientPods')
  const said = fixture.user.list('Event').find(({ reason }) => reason === 'UnmanagedPods')
  expect(said?.message).toContain(
    'selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}',
  )
})

it('says when it selects no Pod, and when their owner has no scale', () => {
  const fixture = withBudget(new ControllerFixture({ nodes: 1 }), { maxUnavailable: 1 })
  expect(fixture.eventsAbout('budget')).toContain('NoPods')
  const { template, selector } = webDeployment(1).spec
  fixture.create('DaemonSet', {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector, template, revisionHistoryLimit: 10, updateStrategy: { type: 'OnDelete' } },
  })
  fixture.runTo(40)
  expect(fixture.get('PodDisruptionBudget', 'budget').status?.conditions?.[0]).toMatchObject({
    status: 'False',
    reason: 'SyncFailed',
    message: 'daemonsets.apps does not implement the scale subresource',
  })
})

it('stops waiting for a granted eviction after two minutes', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(2))
  withBudget(fixture, { minAvailable: 1 })
  const budget = fixture.get('PodDisruptionBudget', 'budget')
  const [pod] = fixture.pods()
  const name = pod?.metadata.name ?? ''
  const disruptedPods = { [name]: '2026-01-01T00:00:20Z' }
  if (budget.status) {
    const status = { ...budget.status, disruptionsAllowed: 0, disruptedPods }
    fixture.user.updateStatus('PodDisruptionBudget', { ...budget, status })
  }
  fixture.runTo(100)
  expect(summary(fixture)).toBe('1 of 2 healthy, 1 needed, 0 spare InsufficientPods')
  fixture.runTo(150)
  expect(summary(fixture)).toBe('2 of 2 healthy, 1 needed, 1 spare SufficientPods')
  expect(fixture.get('PodDisruptionBudget', 'budget').status?.disruptedPods).toBeUndefined()
  expect(fixture.eventsAbout(name)).toContain('NotDeleted')
})

function target(fixture: ControllerFixture, reason = 'EvictionByEvictionAPI'): void {
  const pod = fixture.get('Pod', 'p')
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason,
    message: 'Eviction API: evicting',
    lastTransitionTime: '2026-01-01T00:00:20Z',
  } as const
  fixture.user.updateStatus('Pod', {
    ...pod,
    status: { ...pod.status, conditions: [...(pod.status?.conditions ?? []), condition] },
  })
}

function targetOf(fixture: ControllerFixture): string {
  const { status, reason, message, lastTransitionTime } =
    fixture.get('Pod', 'p').status?.conditions?.find(({ type }) => type === 'DisruptionTarget') ?? {}
  return [status, reason, message, lastTransitionTime].join()
}

it('no longer believes after two minutes that a Pod is about to go which nobody deletes', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p'))
  target(fixture.runTo(20))
  fixture.runTo(139.999)
  expect(targetOf(fixture)).toBe('True,EvictionByEvictionAPI,Eviction API: evicting,2026-01-01T00:00:20Z')
  fixture.runTo(140)
  expect(targetOf(fixture)).toBe('False,,,2026-01-01T00:02:20Z')
})

it('believes a kubelet that ends a Pod, and leaves alone what is being deleted or has ended', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p'))
  target(fixture.runTo(20), 'TerminationByKubelet')
  fixture.runTo(300)
  expect(targetOf(fixture)).toContain('True,TerminationByKubelet')
  for (const phase of ['Running', 'Failed'] as const) {
    const other = new ControllerFixture()
    const pod = other.create('Pod', webPod('p', { nodeName: 'elsewhere' }))
    other.user.updateStatus('Pod', { ...pod, status: { phase } })
    target(other.runTo(20))
    if (phase === 'Running') other.user.delete('Pod', 'default', 'p')
    other.runTo(300)
    expect(targetOf(other)).toContain('True,EvictionByEvictionAPI')
  }
})
