// The cells of each kind's row in `kubectl get`, wide ones included: what the apiserver's printers make of an object.
// Numbers stay numbers, everything else is text; what is not there is said as `<none>`, `<unset>` or `<unknown>`, each where
// the real printer says so.

import type { ConfigMap } from '../api/configmap/configmap.ts'
import type { ControllerRevision } from '../api/controllerrevision/controllerrevision.ts'
import type { DaemonSet } from '../api/daemonset/daemonset.ts'
import type { Deployment } from '../api/deployment/deployment.ts'
import type { Endpoints } from '../api/endpoints/endpoints.ts'
import type { EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Event } from '../api/event/event.ts'
import type { Kind, KindMap } from '../api/kind-registry.ts'
import type { Lease } from '../api/lease/lease.ts'
import type { Labels, LabelSelector } from '../api/meta.ts'
import type { Namespace } from '../api/namespace/namespace.ts'
import type { Node } from '../api/node/node.ts'
import type { Pod, PodTemplateSpec } from '../api/pod/pod.ts'
import type { PodDisruptionBudget } from '../api/poddisruptionbudget/poddisruptionbudget.ts'
import type { ReplicaSet } from '../api/replicaset/replicaset.ts'
import type { Secret } from '../api/secret/secret.ts'
import type { Service, ServicePort } from '../api/service/service.ts'
import type { ServiceAccount } from '../api/serviceaccount/serviceaccount.ts'
import type { StatefulSet } from '../api/statefulset/statefulset.ts'
import { compareText } from '../kernel/json.ts'
import { ageSince, humanAge } from './human-age.ts'
import { summarizePod } from './pod-summary.ts'

export type Cell = string | number
export type CellsOf<K extends Kind> = (object: KindMap[K], nowMs: number) => readonly Cell[]

/** How many of a list are shown before the rest is only counted. */
const SHOWN_MAX = 3
const ROLE_PREFIX = 'node-role.kubernetes.io/'
const ROLE_LABEL = 'kubernetes.io/role'

/** `nowMs` is milliseconds since 1970. The cells stand in the order of the kind's columns. */
export const CELLS: { readonly [K in Kind]: CellsOf<K> } = {
  Namespace: namespaceCells,
  Node: nodeCells,
  Lease: leaseCells,
  Pod: podCells,
  Service: serviceCells,
  Endpoints: endpointsCells,
  EndpointSlice: endpointSliceCells,
  ReplicaSet: replicaSetCells,
  Deployment: deploymentCells,
  Event: eventCells,
  ConfigMap: configMapCells,
  Secret: secretCells,
  ServiceAccount: serviceAccountCells,
  StatefulSet: statefulSetCells,
  DaemonSet: daemonSetCells,
  ControllerRevision: revisionCells,
  PodDisruptionBudget: budgetCells,
}

function serviceCells({ metadata, spec, status }: Service, nowMs: number): readonly Cell[] {
  return [
    metadata.name,
    spec.type,
    spec.clusterIPs?.[0] ?? '<none>',
    externalAddress(spec, status),
    spec.ports?.map(portText).join(',') || '<none>',
    ageSince(metadata.creationTimestamp, nowMs),
    labelsText(spec.selector),
  ]
}

function externalAddress(spec: Service['spec'], status: Service['status']): string {
  const external = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>'
    case 'LoadBalancer': {
      const given = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || [])
      return [...[...new Set(given)].toSorted(compareText), ...external].join(',') || '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

function portText({ port, nodePort, protocol }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`
}

function endpointsCells({ metadata, subsets = [] }: Endpoints, nowMs: number): readonly Cell[] {
  const places = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`)),
  )
  const text = subsets.length === 0 ? '<none>' : firstFew(places)
  return [metadata.name, text, ageSince(metadata.creationTimestamp, nowMs)]
}

function endpointSliceCells(slice: EndpointSlice, nowMs: number): readonly Cell[] {
  const ports = (slice.ports ?? []).map(({ port, name }) => String(port ?? name ?? ''))
  const addresses = (slice.endpoints ?? []).flatMap(endpoint => endpoint.addresses)
  return [
    slice.metadata.name,
    slice.addressType,
    firstFew(ports) || '<unset>',
    firstFew(addresses) || '<unset>',
    ageSince(slice.metadata.creationTimestamp, nowMs),
  ]
}

function podCells(pod: Pod, nowMs: number): readonly Cell[] {
  const { metadata, spec } = pod
  const status: (Pod['status'] & { readonly nominatedNodeName?: string }) | undefined = pod.status
  const { ready, status: word, restarts, lastRestartMs } = summarizePod(pod)
  const ago = restarts > 0 && lastRestartMs !== undefined ? ` (${humanAge(nowMs - lastRestartMs)} ago)` : ''
  return [
    metadata.name,
    ready,
    word,
    `${restarts}${ago}`,
    ageSince(metadata.creationTimestamp, nowMs),
    status?.podIPs?.[0]?.ip || '<none>',
    spec.nodeName || '<none>',
    status?.nominatedNodeName || '<none>',
    readinessGates(pod),
  ]
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const isTrue = (type: string): boolean =>
    status?.conditions?.some(one => one.type === type && one.status === 'True') ?? false
  return `${gates.filter(gate => isTrue(gate.conditionType)).length}/${gates.length}`
}

function nodeCells({ metadata, spec, status }: Node, nowMs: number): readonly Cell[] {
  const ready = status?.conditions?.findLast(one => one.type === 'Ready')
  const word = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  const info = status?.nodeInfo ?? {}
  const address = (type: string): string => status?.addresses?.find(one => one.type === type)?.address ?? '<none>'
  return [
    metadata.name,
    spec?.unschedulable ? `${word},SchedulingDisabled` : word,
    rolesOf(metadata.labels ?? {}) || '<none>',
    ageSince(metadata.creationTimestamp, nowMs),
    info['kubeletVersion'] ?? '',
    address('InternalIP'),
    address('ExternalIP'),
    info['osImage'] || '<unknown>',
    info['kernelVersion'] || '<unknown>',
    info['containerRuntimeVersion'] || '<unknown>',
  ]
}

function rolesOf(labels: Labels): string {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(labels)) {
    const role = key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE_LABEL ? value : ''
    if (role !== '') roles.add(role)
  }
  return [...roles].toSorted(compareText).join(',')
}

function namespaceCells({ metadata, status }: Namespace, nowMs: number): readonly Cell[] {
  return [metadata.name, status?.phase ?? '', ageSince(metadata.creationTimestamp, nowMs)]
}

function deploymentCells({ metadata, spec, status }: Deployment, nowMs: number): readonly Cell[] {
  return [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    ageSince(metadata.creationTimestamp, nowMs),
    ...templateCells(spec.template),
    selectorText(spec.selector),
  ]
}

function replicaSetCells({ metadata, spec, status }: ReplicaSet, nowMs: number): readonly Cell[] {
  return [
    metadata.name,
    spec.replicas,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageSince(metadata.creationTimestamp, nowMs),
    ...templateCells(spec.template),
    selectorText(spec.selector) || '<none>',
  ]
}

function statefulSetCells({ metadata, spec, status }: StatefulSet, nowMs: number): readonly Cell[] {
  return [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas}`,
    ageSince(metadata.creationTimestamp, nowMs),
    ...templateCells(spec.template),
  ]
}

function daemonSetCells({ metadata, spec, status }: DaemonSet, nowMs: number): readonly Cell[] {
  return [
    metadata.name,
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    labelsText(spec.template.spec.nodeSelector),
    ageSince(metadata.creationTimestamp, nowMs),
    ...templateCells(spec.template),
    selectorText(spec.selector),
  ]
}

function revisionCells({ metadata, revision }: ControllerRevision, nowMs: number): readonly Cell[] {
  const owner = metadata.ownerReferences?.find(reference => reference.controller)
  const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : ''
  const controller = owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : '<none>'
  return [metadata.name, controller, revision, ageSince(metadata.creationTimestamp, nowMs)]
}

function budgetCells({ metadata, spec, status }: PodDisruptionBudget, nowMs: number): readonly Cell[] {
  return [
    metadata.name,
    String(spec.minAvailable ?? 'N/A'),
    String(spec.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    ageSince(metadata.creationTimestamp, nowMs),
  ]
}

function configMapCells({ metadata, data = {}, binaryData = {} }: ConfigMap, nowMs: number): readonly Cell[] {
  const count = Object.keys(data).length + Object.keys(binaryData).length
  return [metadata.name, count, ageSince(metadata.creationTimestamp, nowMs)]
}

function secretCells({ metadata, type, data = {} }: Secret, nowMs: number): readonly Cell[] {
  return [metadata.name, type, Object.keys(data).length, ageSince(metadata.creationTimestamp, nowMs)]
}

function serviceAccountCells({ metadata, secrets = [] }: ServiceAccount, nowMs: number): readonly Cell[] {
  return [metadata.name, secrets.length, ageSince(metadata.creationTimestamp, nowMs)]
}

function templateCells({ spec }: PodTemplateSpec): readonly Cell[] {
  return [
    spec.containers.map(container => container.name).join(','),
    spec.containers.map(container => container.image ?? '').join(','),
  ]
}

function leaseCells({ metadata, spec }: Lease, nowMs: number): readonly Cell[] {
  return [metadata.name, spec?.holderIdentity ?? '', ageSince(metadata.creationTimestamp, nowMs)]
}

function eventCells(event: Event, nowMs: number): readonly Cell[] {
  const { source, firstTimestamp, lastTimestamp } = event
  const about = event.involvedObject ?? {}
  const { series } = event as { readonly series?: { readonly count: number; readonly lastObservedTime: string } | null }
  const first = ageSince(firstTimestamp || event.eventTime, nowMs)
  const last = series
    ? ageSince(series.lastObservedTime, nowMs)
    : lastTimestamp
      ? ageSince(lastTimestamp, nowMs)
      : first
  const kind = (about.kind ?? '').toLowerCase()
  const component = source?.component || event.reportingComponent || ''
  const instance = source?.host || event.reportingInstance || ''
  return [
    last,
    event.type ?? '',
    event.reason ?? '',
    about.name ? `${kind}/${about.name}` : kind,
    about.fieldPath ?? '',
    instance === '' ? component : `${component}, ${instance}`,
    (event.message ?? '').trim(),
    first,
    series ? series.count : event.count || 1,
    event.metadata.name,
  ]
}

// ── parts ──

/** `a,b,c + 2 more...` */
function firstFew(all: readonly string[]): string {
  const shown = all.slice(0, SHOWN_MAX).join(',')
  return all.length > SHOWN_MAX ? `${shown} + ${all.length - SHOWN_MAX} more...` : shown
}

function labelsText(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).toSorted(([a], [b]) => compareText(a, b))
  return pairs.map(([key, value]) => `${key}=${value}`).join(',') || '<none>'
}

/** A LabelSelector as one would type it after `-l`, by key; '' when it selects everything. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    const list = `(${values.toSorted(compareText).join(',')})`
    switch (operator) {
      case 'In':
        return { key, text: `${key} in ${list}` }
      case 'NotIn':
        return { key, text: `${key} notin ${list}` }
      case 'Exists':
        return { key, text: key }
      case 'DoesNotExist':
        return { key, text: `!${key}` }
    }
  })
  return [...equal, ...others]
    .toSorted((a, b) => compareText(a.key, b.key))
    .map(one => one.text)
    .join(',')
}
