// `kubectl describe` of what makes Pods: Deployment, ReplicaSet, StatefulSet, DaemonSet.

import { longTime } from '../age.ts'
import { listAt, mapAt, nameOf, namespaceOf, numberAt, textAt, valueAt, type Fields } from '../fields.ts'
import { conditionsOf, type Page } from './page.ts'
import { containers, tolerations, volumes } from './pod-parts.ts'
import { pairsText } from './service.ts'

export function selectorText(object: unknown): string {
  const pairs = pairsText(mapAt(object, 'spec', 'selector', 'matchLabels'))
  const expressions = listAt(object, 'spec', 'selector', 'matchExpressions').map(one => {
    const values = listAt(one, 'values').map(String).join(',')
    const key = textAt(one, 'key')
    switch (textAt(one, 'operator')) {
      case 'In':
        return `${key} in (${values})`
      case 'NotIn':
        return `${key} notin (${values})`
      case 'DoesNotExist':
        return `!${key}`
      default:
        return key
    }
  })
  return [...(pairs === '<none>' && expressions.length > 0 ? [] : [pairs]), ...expressions].join(',')
}

/** Those of a Deployment, with the ReplicaSets that it owns. */
export function describeDeployment(page: Page, deployment: Fields, sets: readonly unknown[]): void {
  const status = mapAt(deployment, 'status')
  page.field('Name', nameOf(deployment))
  page.field('Namespace', namespaceOf(deployment))
  page.field('CreationTimestamp', longTime(textAt(deployment, 'metadata', 'creationTimestamp')))
  page.map('Labels', mapAt(deployment, 'metadata', 'labels'))
  page.annotations(deployment)
  page.field('Selector', selectorText(deployment))
  const counts = [
    `${numberAt(deployment, 'spec', 'replicas')} desired`,
    `${numberAt(status, 'updatedReplicas')} updated`,
    `${numberAt(status, 'replicas')} total`,
    `${numberAt(status, 'availableReplicas')} available`,
    `${numberAt(status, 'unavailableReplicas')} unavailable`,
  ]
  page.field('Replicas', counts.join(' | '))
  page.field('StrategyType', textAt(deployment, 'spec', 'strategy', 'type'))
  page.field('MinReadySeconds', String(numberAt(deployment, 'spec', 'minReadySeconds')))
  const rolling = mapAt(deployment, 'spec', 'strategy', 'rollingUpdate')
  if (Object.keys(rolling).length > 0) {
    const [most, surge] = [textAt(rolling, 'maxUnavailable'), textAt(rolling, 'maxSurge')]
    page.field('RollingUpdateStrategy', `${most} max unavailable, ${surge} max surge`)
  }
  podTemplate(page, deployment)
  const conditions = conditionsOf(deployment)
  if (conditions.length > 0) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type\tStatus\tReason')
    page.line(1, '----\t------\t------')
    for (const one of conditions)
      page.line(1, `${textAt(one, 'type')} \t${textAt(one, 'status')}\t${textAt(one, 'reason')}`)
  }
  const [current, old] = currentAndOld(deployment, sets)
  page.field('OldReplicaSets', old.length === 0 ? '<none>' : old.map(setText).join(', '))
  page.field('NewReplicaSet', current === undefined ? '<none>' : setText(current))
}

const REVISION = 'deployment.kubernetes.io/revision'

function currentAndOld(deployment: Fields, sets: readonly unknown[]): readonly [unknown, readonly unknown[]] {
  const revision = textAt(deployment, 'metadata', 'annotations', REVISION)
  const current = sets.find(set => textAt(set, 'metadata', 'annotations', REVISION) === revision)
  return [current, sets.filter(set => set !== current && numberAt(set, 'spec', 'replicas') >= 0)]
}

function setText(set: unknown): string {
  return `${nameOf(set)} (${numberAt(set, 'status', 'replicas')}/${numberAt(set, 'spec', 'replicas')} replicas created)`
}

export function describeReplicaSet(page: Page, set: Fields, pods: readonly unknown[]): void {
  page.field('Name', nameOf(set))
  page.field('Namespace', namespaceOf(set))
  page.field('Selector', selectorText(set))
  page.map('Labels', mapAt(set, 'metadata', 'labels'))
  page.annotations(set)
  const owner = listAt(set, 'metadata', 'ownerReferences').find(one => valueAt(one, 'controller') === true)
  if (owner !== undefined) page.field('Controlled By', `${textAt(owner, 'kind')}/${textAt(owner, 'name')}`)
  page.field(
    'Replicas',
    `${numberAt(set, 'status', 'replicas')} current / ${numberAt(set, 'spec', 'replicas')} desired`,
  )
  podsStatus(page, pods)
  podTemplate(page, set)
  const conditions = conditionsOf(set)
  if (conditions.length > 0) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type\tStatus\tReason')
    page.line(1, '----\t------\t------')
    for (const one of conditions)
      page.line(1, `${textAt(one, 'type')} \t${textAt(one, 'status')}\t${textAt(one, 'reason')}`)
  }
}

export function describeStatefulSet(page: Page, set: Fields, pods: readonly unknown[]): void {
  page.field('Name', nameOf(set))
  page.field('Namespace', namespaceOf(set))
  page.field('CreationTimestamp', longTime(textAt(set, 'metadata', 'creationTimestamp')))
  page.field('Selector', selectorText(set))
  page.map('Labels', mapAt(set, 'metadata', 'labels'))
  page.annotations(set)
  page.field('Replicas', `${numberAt(set, 'spec', 'replicas')} desired | ${numberAt(set, 'status', 'replicas')} total`)
  page.field('Update Strategy', textAt(set, 'spec', 'updateStrategy', 'type'))
  const partition = valueAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')
  if (typeof partition === 'number') page.field('Partition', String(partition), 1)
  podsStatus(page, pods)
  podTemplate(page, set)
  const claims = listAt(set, 'spec', 'volumeClaimTemplates')
  if (claims.length === 0) return page.field('Volume Claims', '<none>')
  page.line(0, 'Volume Claims:')
  for (const claim of claims) page.field('Name', nameOf(claim), 1)
}

export function describeDaemonSet(page: Page, set: Fields, pods: readonly unknown[]): void {
  const status = mapAt(set, 'status')
  page.field('Name', nameOf(set))
  page.field('Namespace', namespaceOf(set))
  page.field('Selector', selectorText(set))
  page.field('Node-Selector', pairsText(mapAt(set, 'spec', 'template', 'spec', 'nodeSelector')))
  page.map('Labels', mapAt(set, 'metadata', 'labels'))
  page.annotations(set)
  page.line(0, `Desired Number of Nodes Scheduled: ${numberAt(status, 'desiredNumberScheduled')}`)
  page.line(0, `Current Number of Nodes Scheduled: ${numberAt(status, 'currentNumberScheduled')}`)
  page.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${numberAt(status, 'updatedNumberScheduled')}`)
  page.line(0, `Number of Nodes Scheduled with Available Pods: ${numberAt(status, 'numberAvailable')}`)
  page.line(0, `Number of Nodes Misscheduled: ${numberAt(status, 'numberMisscheduled')}`)
  podsStatus(page, pods)
  podTemplate(page, set)
}

function podsStatus(page: Page, pods: readonly unknown[]): void {
  const count = (phase: string): number => pods.filter(pod => textAt(pod, 'status', 'phase') === phase).length
  page.field(
    'Pods Status',
    `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
  )
}

function podTemplate(page: Page, object: Fields): void {
  const template = mapAt(object, 'spec', 'template')
  page.line(0, 'Pod Template:')
  page.map('Labels', mapAt(template, 'metadata', 'labels'), { depth: 1 })
  const annotations = mapAt(template, 'metadata', 'annotations')
  if (Object.keys(annotations).length > 0) page.map('Annotations', annotations, { depth: 1, by: ': ' })
  const account = textAt(template, 'spec', 'serviceAccountName')
  if (account !== '') page.field('Service Account', account, 1)
  const init = listAt(template, 'spec', 'initContainers')
  const form = { depth: 1, statuses: null, podIP: '' }
  if (init.length > 0) containers(page, 'Init Containers', init, form)
  containers(page, 'Containers', listAt(template, 'spec', 'containers'), form)
  volumes(page, listAt(template, 'spec', 'volumes'), 1)
  page.map('Node-Selectors', mapAt(template, 'spec', 'nodeSelector'), { depth: 1 })
  page.list('Tolerations', tolerations(listAt(template, 'spec', 'tolerations')), 1)
}
