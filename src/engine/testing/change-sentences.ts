// What changed in a cluster, as short sentences with the time and who wrote it, for tests that tell a whole story: conditions
// and taints of Nodes, the course of Pods, Events, and endpoints by the Pod behind them. Names of Pods are put as the test
// likes to call them. What is written again without one of these changes is passed over.

import type { Pod } from '../api/pod/pod.ts'
import type { Condition } from '../api/meta.ts'
import type { WatchEvent } from '../store/index.ts'
import type { Written } from './controller-fixture.ts'

/** Calls a Pod by another name than its own. */
export type Alias = (podName: string) => string

/** `47.002 node-controller: Node n2 +unreachable:NoSchedule`, in the order of the writes; times are seconds since `sinceMs`. */
export function sentences(writes: readonly Written[], sinceMs: number, alias: Alias = name => name): readonly string[] {
  return writes.flatMap(({ atMs, actor, event }) =>
    changes(event, alias).map(change => `${Math.round(atMs - sinceMs) / 1000} ${actor}: ${change}`),
  )
}

function changes(event: WatchEvent, alias: Alias): readonly string[] {
  switch (event.kind) {
    case 'Node':
      return nodeChanges(event)
    case 'Pod':
      return podChanges(event, alias)
    case 'Event': {
      const { involvedObject, type, reason, message } = event.object
      const { kind, name = '' } = involvedObject
      if (event.type !== 'ADDED') return []
      const called = kind === 'Pod' ? alias(name) : name
      return [`${type} ${reason} on ${kind} ${called} "${message.replaceAll(name, called)}"`]
    }
    case 'EndpointSlice':
      return differences(sliceStates(event.previous, alias), sliceStates(after(event), alias), 'slice')
    case 'Endpoints':
      return differences(endpointsStates(event.previous, alias), endpointsStates(after(event), alias), 'endpoints')
    case 'Deployment': {
      const ready = event.object.status?.readyReplicas ?? 0
      return event.previous?.status?.readyReplicas === event.object.status?.readyReplicas
        ? []
        : [`Deployment ${event.object.metadata.name} has ${ready} of ${event.object.spec.replicas} ready`]
    }
    default:
      return []
  }
}

function after<K extends 'EndpointSlice' | 'Endpoints'>(event: WatchEvent<K>): WatchEvent<K>['object'] | undefined {
  return event.type === 'DELETED' ? undefined : event.object
}

function nodeChanges({ object, previous }: WatchEvent<'Node'>): readonly string[] {
  const { name } = object.metadata
  const byStatus = new Map<string, string[]>()
  for (const { type, status, reason = '' } of changed(previous?.status?.conditions, object.status?.conditions)) {
    const what = `${status} ${reason}`
    byStatus.set(what, [...(byStatus.get(what) ?? []), type])
  }
  const conditions = [...byStatus].map(([what, types]) => `Node ${name} ${types.join(' ')} ${what}`)
  const taints = (node: typeof object | undefined): readonly string[] =>
    (node?.spec.taints ?? []).map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`)
  const [before, now] = [taints(previous), taints(object)]
  return [
    ...conditions,
    ...now.filter(taint => !before.includes(taint)).map(taint => `Node ${name} +${taint}`),
    ...before.filter(taint => !now.includes(taint)).map(taint => `Node ${name} -${taint}`),
  ]
}

function podChanges({ type, object, previous }: WatchEvent<'Pod'>, alias: Alias): readonly string[] {
  const name = `Pod ${alias(object.metadata.name)}`
  if (type === 'ADDED') return [`${name} created`]
  if (type === 'DELETED') return [`${name} gone`]
  const { metadata, spec, status } = object
  const is = <T>(pick: (pod: Pod) => T): boolean => previous !== undefined && pick(previous) !== pick(object)
  return [
    ...(is(pod => pod.spec.nodeName) ? [`${name} bound to ${spec.nodeName}`] : []),
    ...(is(pod => pod.status?.phase) ? [`${name} ${status?.phase}`] : []),
    ...changed(previous?.status?.conditions, status?.conditions)
      .filter(({ type: condition }) => condition === 'Ready' || condition === 'DisruptionTarget')
      .map(
        ({ type: condition, status: value, reason }) => `${name} ${condition}=${value}${reason ? ` ${reason}` : ''}`,
      ),
    ...(is(pod => pod.metadata.deletionGracePeriodSeconds)
      ? [`${name} deleted with grace ${metadata.deletionGracePeriodSeconds}`]
      : []),
  ]
}

function changed(before: readonly Condition[] = [], now: readonly Condition[] = []): readonly Condition[] {
  return now.filter(({ type, status }) => before.find(condition => condition.type === type)?.status !== status)
}

type States = ReadonlyMap<string, string>

function sliceStates(slice: WatchEvent<'EndpointSlice'>['object'] | undefined, alias: Alias): States {
  return new Map(
    (slice?.endpoints ?? []).map(({ targetRef, addresses, conditions = {} }) => {
      const words = (['ready', 'serving', 'terminating'] as const).filter(word => conditions[word])
      return [targetRef?.name ? alias(targetRef.name) : addresses.join(), words.join(' ') || 'not ready']
    }),
  )
}

function endpointsStates(endpoints: WatchEvent<'Endpoints'>['object'] | undefined, alias: Alias): States {
  const states = new Map<string, string>()
  for (const { addresses = [], notReadyAddresses = [] } of endpoints?.subsets ?? []) {
    for (const { targetRef, ip } of addresses) states.set(targetRef?.name ? alias(targetRef.name) : ip, 'ready')
    for (const { targetRef, ip } of notReadyAddresses)
      states.set(targetRef?.name ? alias(targetRef.name) : ip, 'not ready')
  }
  return states
}

function differences(before: States, now: States, where: string): readonly string[] {
  return [
    ...[...now]
      .filter(([name, state]) => before.get(name) !== state)
      .map(([name, state]) => `${where} has ${name} ${state}`),
    ...[...before.keys()].filter(name => !now.has(name)).map(name => `${where} has no ${name}`),
  ]
}
