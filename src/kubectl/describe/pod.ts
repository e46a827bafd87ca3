// `kubectl describe pod`.

import { longTime } from '../age.ts'
import { listAt, mapAt, nameOf, namespaceOf, numberAt, textAt, valueAt, type Fields } from '../fields.ts'
import { conditionsOf, type Page } from './page.ts'
import { containers, tolerations, volumes } from './pod-parts.ts'

export function describePod(page: Page, pod: Fields): void {
  head(page, pod)
  const podIP = textAt(pod, 'status', 'podIP')
  const init = listAt(pod, 'spec', 'initContainers')
  const shared = { depth: 0, podIP }
  if (init.length > 0) {
    containers(page, 'Init Containers', init, { ...shared, statuses: listAt(pod, 'status', 'initContainerStatuses') })
  }
  containers(page, 'Containers', listAt(pod, 'spec', 'containers'), {
    ...shared,
    statuses: listAt(pod, 'status', 'containerStatuses'),
  })
  const gates = listAt(pod, 'spec', 'readinessGates')
  if (gates.length > 0) {
    page.line(0, 'Readiness Gates:')
    page.line(1, 'Type\tStatus')
    for (const gate of gates) {
      const type = textAt(gate, 'conditionType')
      const told = conditionsOf(pod).find(one => textAt(one, 'type') === type)
      page.line(1, `${type} \t${textAt(told, 'status') || '<none>'} `)
    }
  }
  const conditions = conditionsOf(pod)
  if (conditions.length > 0) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type\tStatus')
    for (const one of conditions) page.line(1, `${textAt(one, 'type')} \t${textAt(one, 'status')} `)
  }
  volumes(page, listAt(pod, 'spec', 'volumes'), 0)
  const qos = textAt(pod, 'status', 'qosClass')
  if (qos !== '') page.field('QoS Class', qos)
  page.map('Node-Selectors', mapAt(pod, 'spec', 'nodeSelector'))
  page.list('Tolerations', tolerations(listAt(pod, 'spec', 'tolerations')))
}

function head(page: Page, pod: Fields): void {
  page.field('Name', nameOf(pod))
  page.field('Namespace', namespaceOf(pod))
  page.field('Priority', String(numberAt(pod, 'spec', 'priority')))
  const priorityClass = textAt(pod, 'spec', 'priorityClassName')
  if (priorityClass !== '') page.field('Priority Class Name', priorityClass)
  const account = textAt(pod, 'spec', 'serviceAccountName')
  if (account !== '') page.field('Service Account', account)
  const node = textAt(pod, 'spec', 'nodeName')
  page.field('Node', node === '' ? '<none>' : `${node}/${textAt(pod, 'status', 'hostIP')}`)
  const start = textAt(pod, 'status', 'startTime')
  if (start !== '') page.field('Start Time', longTime(start))
  page.map('Labels', mapAt(pod, 'metadata', 'labels'))
  page.annotations(pod)
  const deleted = textAt(pod, 'metadata', 'deletionTimestamp')
  const phase = textAt(pod, 'status', 'phase')
  if (deleted !== '' && phase !== 'Failed' && phase !== 'Succeeded') {
    page.field('Status', `Terminating (lasts ${page.age(deleted)})`)
    page.field('Termination Grace Period', `${numberAt(pod, 'metadata', 'deletionGracePeriodSeconds')}s`)
  } else page.field('Status', phase)
  for (const [name, key] of [
    ['Reason', 'reason'],
    ['Message', 'message'],
  ] as const) {
    const value = textAt(pod, 'status', key)
    if (value !== '') page.field(name, value)
  }
  page.field('IP', textAt(pod, 'status', 'podIP'))
  const ips = listAt(pod, 'status', 'podIPs')
  if (ips.length === 0) page.field('IPs', '<none>')
  else {
    page.line(0, 'IPs:')
    for (const one of ips) page.field('IP', textAt(one, 'ip'), 1)
  }
  const owner = listAt(pod, 'metadata', 'ownerReferences').find(one => valueAt(one, 'controller') === true)
  if (owner !== undefined) page.field('Controlled By', `${textAt(owner, 'kind')}/${textAt(owner, 'name')}`)
}
