// `kubectl describe node`.

import { longTime } from '../age.ts'
import { listAt, mapAt, nameOf, namespaceOf, textAt, valueAt, type Fields } from '../fields.ts'
import { conditionsOf, type Page } from './page.ts'

const ROLE = 'node-role.kubernetes.io/'

/** `lease` is the text of a failure where it cannot be read. */
export function describeNode(page: Page, node: Fields, lease: Fields | string, pods: readonly unknown[]): void {
  const labels = mapAt(node, 'metadata', 'labels')
  const roles = Object.keys(labels)
    .filter(name => name.startsWith(ROLE))
    .map(name => name.slice(ROLE.length))
  page.field('Name', nameOf(node))
  page.field('Roles', roles.length === 0 ? '<none>' : roles.sort().join(','))
  page.map('Labels', labels)
  page.annotations(node)
  page.field('CreationTimestamp', longTime(textAt(node, 'metadata', 'creationTimestamp')))
  page.list('Taints', listAt(node, 'spec', 'taints').map(taintText).sort())
  page.field('Unschedulable', String(valueAt(node, 'spec', 'unschedulable') === true))
  describeLease(page, lease)
  const conditions = conditionsOf(node)
  if (conditions.length > 0) {
    page.line(0, 'Conditions:')
    page.line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage')
    page.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
    for (const one of conditions) page.line(1, conditionRow(one))
  }
  page.line(0, 'Addresses:')
  for (const one of listAt(node, 'status', 'addresses')) page.field(textAt(one, 'type'), textAt(one, 'address'), 1)
  resources(page, 'Capacity', mapAt(node, 'status', 'capacity'))
  resources(page, 'Allocatable', mapAt(node, 'status', 'allocatable'))
  systemInfo(page, mapAt(node, 'status', 'nodeInfo'))
  if (textAt(node, 'spec', 'podCIDR') !== '') page.field('PodCIDR', textAt(node, 'spec', 'podCIDR'))
  const cidrs = listAt(node, 'spec', 'podCIDRs')
  if (cidrs.length > 0) page.field('PodCIDRs', cidrs.map(String).join(','))
  if (textAt(node, 'spec', 'providerID') !== '') page.field('ProviderID', textAt(node, 'spec', 'providerID'))
  podTable(page, node, pods)
}

function taintText(taint: unknown): string {
  const value = textAt(taint, 'value')
  return `${textAt(taint, 'key')}${value === '' ? '' : `=${value}`}:${textAt(taint, 'effect')}`
}

function describeLease(page: Page, lease: Fields | string): void {
  if (typeof lease === 'string') return page.field('Lease', `Failed to get lease: ${lease}`)
  page.line(0, 'Lease:')
  page.field('HolderIdentity', textAt(lease, 'spec', 'holderIdentity') || '<unset>', 1)
  const time = (name: string): string => longTime(textAt(lease, 'spec', name)) || '<unset>'
  page.field('AcquireTime', time('acquireTime'), 1)
  page.field('RenewTime', time('renewTime'), 1)
}

function conditionRow(one: unknown): string {
  const [heartbeat, transition] = [
    longTime(textAt(one, 'lastHeartbeatTime')),
    longTime(textAt(one, 'lastTransitionTime')),
  ]
  return `${textAt(one, 'type')} \t${textAt(one, 'status')} \t${heartbeat} \t${transition} \t${textAt(one, 'reason')} \t${textAt(one, 'message')}`
}

function resources(page: Page, head: string, amounts: Fields): void {
  const names = Object.keys(amounts).sort()
  if (names.length === 0) return
  page.line(0, `${head}:`)
  for (const name of names) page.field(name, String(amounts[name]), 1)
}

const INFO = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const

function systemInfo(page: Page, info: Fields): void {
  page.line(0, 'System Info:')
  for (const [name, key] of INFO) page.field(name, textAt(info, key), 1)
}

function podTable(page: Page, node: Fields, pods: readonly unknown[]): void {
  const allocatable = mapAt(node, 'status', 'allocatable')
  const share = (sum: number, name: string): number => {
    const all = quantity(textAt(allocatable, name))
    return all === 0 ? 0 : Math.trunc((sum / all) * 100)
  }
  const total = (of: readonly unknown[], kind: string, name: string): number =>
    of
      .flatMap(pod => listAt(pod, 'spec', 'containers'))
      .reduce<number>((sum, one) => sum + quantity(textAt(one, 'resources', kind, name)), 0)
  const cell = (of: readonly unknown[], kind: string, name: string): string => {
    const sum = total(of, kind, name)
    return `${amountText(sum, name)} (${share(sum, name)}%)`
  }
  page.line(0, `Non-terminated Pods:\t(${pods.length} in total)`)
  page.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge')
  page.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---')
  for (const pod of pods) {
    const cells = (['cpu', 'memory'] as const).flatMap(name => [
      cell([pod], 'requests', name),
      cell([pod], 'limits', name),
    ])
    page.line(
      1,
      `${namespaceOf(pod)}\t${nameOf(pod)}\t\t${cells.join('\t')}\t${page.age(textAt(pod, 'metadata', 'creationTimestamp'))}`,
    )
  }
  page.line(0, 'Allocated resources:')
  page.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)')
  page.line(1, 'Resource\tRequests\tLimits')
  page.line(1, '--------\t--------\t------')
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    page.line(1, `${name}\t${cell(pods, 'requests', name)}\t${cell(pods, 'limits', name)}`)
  }
}

const FACTORS: { readonly [suffix: string]: number } = {
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

function quantity(text: string): number {
  const [, number = '0', suffix = ''] = /^([\d.]+)(\w*)$/.exec(text) ?? []
  return Number(number) * (FACTORS[suffix] ?? 1)
}

function amountText(amount: number, name: string): string {
  if (amount === 0) return '0'
  if (name === 'cpu') return Number.isInteger(amount) ? String(amount) : `${Math.round(amount * 1_000)}m`
  const unit = (['Gi', 'Mi', 'Ki'] as const).find(suffix => Number.isInteger(amount / (FACTORS[suffix] ?? 1)))
  return unit ? `${amount / (FACTORS[unit] ?? 1)}${unit}` : String(amount)
}
