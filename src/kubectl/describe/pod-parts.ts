// The parts of a Pod's description that a Pod template's has as well: containers, volumes, tolerations.

import { longTime } from '../age.ts'
import { isFields, listAt, mapAt, numberAt, textAt, valueAt, type Fields } from '../fields.ts'
import type { Page } from './page.ts'

/** `Containers:` and below. `statuses` are of a Pod; a template has none. */
export function containers(
  page: Page,
  head: string,
  list: readonly unknown[],
  {
    depth,
    statuses,
    podIP,
  }: { readonly depth: number; readonly statuses: readonly unknown[] | null; readonly podIP: string },
): void {
  page.line(depth, `${head}:`)
  for (const container of list) {
    const name = textAt(container, 'name')
    const status = statuses?.find(one => textAt(one, 'name') === name)
    // A container's name stands one space further in a template, two in a Pod.
    page.line(depth, `${depth === 0 ? '  ' : ' '}${name}:`)
    const field = (label: string, value: string, more = 0): void =>
      page.line(depth, `${'  '.repeat(more)}${depth === 0 ? '    ' : '  '}${label}:\t${value}`)
    basics(container, status, field)
    words(page, depth, 'Command', listAt(container, 'command'))
    words(page, depth, 'Args', listAt(container, 'args'))
    if (status !== undefined) state(status, field)
    amounts(page, depth, 'Limits', mapAt(container, 'resources', 'limits'))
    amounts(page, depth, 'Requests', mapAt(container, 'resources', 'requests'))
    for (const [label, key] of PROBES)
      if (isFields(valueAt(container, key))) field(label, probeText(mapAt(container, key)))
    environment(page, depth, container, podIP)
    mounts(page, depth, container)
  }
}

const PROBES = [
  ['Liveness', 'livenessProbe'],
  ['Readiness', 'readinessProbe'],
  ['Startup', 'startupProbe'],
] as const

type Field = (label: string, value: string, more?: number) => void

function basics(container: unknown, status: unknown, field: Field): void {
  if (status !== undefined) field('Container ID', textAt(status, 'containerID'))
  field('Image', textAt(container, 'image'))
  if (status !== undefined) field('Image ID', textAt(status, 'imageID'))
  const ports = listAt(container, 'ports')
  const many = ports.length > 1 ? 's' : ''
  field(`Port${many}`, ports.length === 0 ? '<none>' : ports.map(one => portText(one, 'containerPort')).join(', '))
  field(`Host Port${many}`, ports.length === 0 ? '<none>' : ports.map(one => portText(one, 'hostPort')).join(', '))
}

function portText(port: unknown, key: string): string {
  const name = textAt(port, 'name')
  return `${numberAt(port, key)}/${textAt(port, 'protocol')}${name === '' ? '' : ` (${name})`}`
}

function words(page: Page, depth: number, label: string, list: readonly unknown[]): void {
  if (list.length === 0) return
  const pad = depth === 0 ? '    ' : '  '
  page.line(depth, `${pad}${label}:`)
  for (const word of list) for (const line of String(word).split('\n')) page.line(depth, `${pad}  ${line}`)
}

function state(status: unknown, field: Field): void {
  stateOf('State', mapAt(status, 'state'), field)
  if (Object.keys(mapAt(status, 'lastState')).length > 0) stateOf('Last State', mapAt(status, 'lastState'), field)
  field('Ready', valueAt(status, 'ready') === true ? 'True' : 'False')
  field('Restart Count', String(numberAt(status, 'restartCount')))
}

function stateOf(label: string, told: Fields, field: Field): void {
  const ended = mapAt(told, 'terminated')
  if (isFields(told['running'])) {
    field(label, 'Running')
    field('Started', longTime(textAt(told, 'running', 'startedAt')), 1)
  } else if (isFields(told['waiting'])) {
    field(label, 'Waiting')
    if (textAt(told, 'waiting', 'reason') !== '') field('Reason', textAt(told, 'waiting', 'reason'), 1)
  } else if (isFields(told['terminated'])) {
    field(label, 'Terminated')
    if (textAt(ended, 'reason') !== '') field('Reason', textAt(ended, 'reason'), 1)
    if (textAt(ended, 'message') !== '') field('Message', textAt(ended, 'message'), 1)
    field('Exit Code', String(numberAt(ended, 'exitCode')), 1)
    if (numberAt(ended, 'signal') > 0) field('Signal', String(numberAt(ended, 'signal')), 1)
    field('Started', longTime(textAt(ended, 'startedAt')), 1)
    field('Finished', longTime(textAt(ended, 'finishedAt')), 1)
  } else field(label, 'Waiting')
}

function amounts(page: Page, depth: number, label: string, amount: Fields): void {
  const names = Object.keys(amount).sort()
  if (names.length === 0) return
  const pad = depth === 0 ? '    ' : '  '
  page.line(depth, `${pad}${label}:`)
  for (const name of names) page.line(depth, `${pad}  ${name}:\t${String(amount[name])}`)
}

function probeText(probe: Fields): string {
  const numbers = `delay=${numberAt(probe, 'initialDelaySeconds')}s timeout=${numberAt(probe, 'timeoutSeconds')}s period=${numberAt(probe, 'periodSeconds')}s #success=${numberAt(probe, 'successThreshold')} #failure=${numberAt(probe, 'failureThreshold')}`
  if (isFields(probe['exec'])) return `exec [${listAt(probe, 'exec', 'command').map(String).join(' ')}] ${numbers}`
  if (isFields(probe['httpGet'])) {
    const get = mapAt(probe, 'httpGet')
    const scheme = textAt(get, 'scheme').toLowerCase() || 'http'
    return `http-get ${scheme}://${textAt(get, 'host')}:${textAt(get, 'port')}${textAt(get, 'path')} ${numbers}`
  }
  if (isFields(probe['tcpSocket']))
    return `tcp-socket ${textAt(probe, 'tcpSocket', 'host')}:${textAt(probe, 'tcpSocket', 'port')} ${numbers}`
  if (isFields(probe['grpc']))
    return `grpc <pod>:${textAt(probe, 'grpc', 'port')} ${textAt(probe, 'grpc', 'service')} ${numbers}`
  return `unknown ${numbers}`
}

function environment(page: Page, depth: number, container: unknown, podIP: string): void {
  const pad = depth === 0 ? '    ' : '  '
  const env = listAt(container, 'env')
  if (env.length === 0) return page.line(depth, `${pad}Environment:\t<none>`)
  page.line(depth, `${pad}Environment:`)
  for (const one of env) page.line(depth, `${pad}  ${textAt(one, 'name')}:\t${valueText(one, podIP)}`)
}

function valueText(env: unknown, podIP: string): string {
  const from = mapAt(env, 'valueFrom')
  if (isFields(from['fieldRef'])) {
    const path = textAt(from, 'fieldRef', 'fieldPath')
    const known = path === 'status.podIP' ? podIP : ''
    return `${known} (${textAt(from, 'fieldRef', 'apiVersion') || 'v1'}:${path})`
  }
  for (const [key, what] of [
    ['secretKeyRef', 'secret'],
    ['configMapKeyRef', 'config map'],
  ] as const) {
    if (!isFields(from[key])) continue
    const name = textAt(from, key, 'name')
    const optional = valueAt(from, key, 'optional') === true
    return `<set to the key '${textAt(from, key, 'key')}' ${key === 'secretKeyRef' ? 'in' : 'of'} ${what} '${name}'>  Optional: ${optional}`
  }
  return textAt(env, 'value')
}

function mounts(page: Page, depth: number, container: unknown): void {
  const pad = depth === 0 ? '    ' : '  '
  const list = [...listAt(container, 'volumeMounts')].sort((a, b) =>
    textAt(a, 'mountPath') < textAt(b, 'mountPath') ? -1 : 1,
  )
  if (list.length === 0) return page.line(depth, `${pad}Mounts:\t<none>`)
  page.line(depth, `${pad}Mounts:`)
  for (const one of list) {
    const mode = valueAt(one, 'readOnly') === true ? 'ro' : 'rw'
    const sub = textAt(one, 'subPath')
    page.line(
      depth,
      `${pad}  ${textAt(one, 'mountPath')} from ${textAt(one, 'name')} (${mode}${sub === '' ? '' : `,path="${sub}"`})`,
    )
  }
}

export function volumes(page: Page, list: readonly unknown[], depth: number): void {
  if (list.length === 0) return page.field('Volumes', '<none>', depth)
  page.line(depth, 'Volumes:')
  for (const volume of list) {
    page.line(depth, `${depth === 0 ? '  ' : ' '}${textAt(volume, 'name')}:`)
    const field = (label: string, value: string): void =>
      page.line(depth, `${depth === 0 ? '    ' : '  '}${label}:\t${value}`)
    volume1(volume, field)
  }
}

function volume1(volume: unknown, field: Field): void {
  const optional = (key: string): string => String(valueAt(volume, key, 'optional') === true)
  if (isFields(valueAt(volume, 'emptyDir'))) {
    field('Type', "EmptyDir (a temporary directory that shares a pod's lifetime)")
    field('Medium', textAt(volume, 'emptyDir', 'medium'))
    field('SizeLimit', textAt(volume, 'emptyDir', 'sizeLimit') || '<unset>')
  } else if (isFields(valueAt(volume, 'configMap'))) {
    field('Type', 'ConfigMap (a volume populated by a ConfigMap)')
    field('Name', textAt(volume, 'configMap', 'name'))
    field('Optional', optional('configMap'))
  } else if (isFields(valueAt(volume, 'secret'))) {
    field('Type', 'Secret (a volume populated by a Secret)')
    field('SecretName', textAt(volume, 'secret', 'secretName'))
    field('Optional', optional('secret'))
  } else if (isFields(valueAt(volume, 'hostPath'))) {
    field('Type', 'HostPath (bare host directory volume)')
    field('Path', textAt(volume, 'hostPath', 'path'))
    field('HostPathType', textAt(volume, 'hostPath', 'type'))
  } else if (isFields(valueAt(volume, 'persistentVolumeClaim'))) {
    field('Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)')
    field('ClaimName', textAt(volume, 'persistentVolumeClaim', 'claimName'))
    field('ReadOnly', String(valueAt(volume, 'persistentVolumeClaim', 'readOnly') === true))
  } else field('Type', '<unknown>')
}

export function tolerations(list: readonly unknown[]): readonly string[] {
  return list
    .map(one => {
      const effect = textAt(one, 'effect')
      const operator = textAt(one, 'operator')
      const value = textAt(one, 'value')
      const seconds = valueAt(one, 'tolerationSeconds')
      return `${textAt(one, 'key')}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}${operator === 'Exists' && value === '' ? ' op=Exists' : ''}${typeof seconds === 'number' ? ` for ${seconds}s` : ''}`
    })
    .sort()
}
