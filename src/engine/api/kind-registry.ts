// The kinds this cluster knows: their TypeScript type, API group, resource name and scope. Everything that has to ask
// "what is a Pod called in a path" asks here.

import type { ConfigMap } from './configmap/configmap.ts'
import type { ControllerRevision } from './controllerrevision/controllerrevision.ts'
import type { DaemonSet } from './daemonset/daemonset.ts'
import type { Deployment } from './deployment/deployment.ts'
import type { Endpoints } from './endpoints/endpoints.ts'
import type { EndpointSlice } from './endpointslice/endpointslice.ts'
import type { Event } from './event/event.ts'
import type { Lease } from './lease/lease.ts'
import type { Namespace } from './namespace/namespace.ts'
import type { Node } from './node/node.ts'
import type { Pod } from './pod/pod.ts'
import type { PodDisruptionBudget } from './poddisruptionbudget/poddisruptionbudget.ts'
import type { ReplicaSet } from './replicaset/replicaset.ts'
import type { Secret } from './secret/secret.ts'
import type { Service } from './service/service.ts'
import type { ServiceAccount } from './serviceaccount/serviceaccount.ts'
import type { StatefulSet } from './statefulset/statefulset.ts'

export interface KindMap {
  readonly Namespace: Namespace
  readonly Node: Node
  readonly Lease: Lease
  readonly Pod: Pod
  readonly Service: Service
  readonly Endpoints: Endpoints
  readonly EndpointSlice: EndpointSlice
  readonly ReplicaSet: ReplicaSet
  readonly Deployment: Deployment
  readonly Event: Event
  readonly ConfigMap: ConfigMap
  readonly Secret: Secret
  readonly ServiceAccount: ServiceAccount
  readonly StatefulSet: StatefulSet
  readonly DaemonSet: DaemonSet
  readonly ControllerRevision: ControllerRevision
  readonly PodDisruptionBudget: PodDisruptionBudget
}

export type Kind = keyof KindMap
export type AnyObject = KindMap[Kind]

export interface KindInfo {
  readonly kind: Kind
  readonly apiVersion: string
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  /** Plural and lower case, as in a path: `endpointslices`. */
  readonly resource: string
  readonly namespaced: boolean
  /** Whether status is a subresource of its own. */
  readonly hasStatus: boolean
}

export const KINDS: { readonly [K in Kind]: KindInfo } = {
  Namespace: info('Namespace', '', 'v1', 'namespaces', false, true),
  Node: info('Node', '', 'v1', 'nodes', false, true),
  Lease: info('Lease', 'coordination.k8s.io', 'v1', 'leases', true, false),
  Pod: info('Pod', '', 'v1', 'pods', true, true),
  Service: info('Service', '', 'v1', 'services', true, true),
  Endpoints: info('Endpoints', '', 'v1', 'endpoints', true, false),
  EndpointSlice: info('EndpointSlice', 'discovery.k8s.io', 'v1', 'endpointslices', true, false),
  ReplicaSet: info('ReplicaSet', 'apps', 'v1', 'replicasets', true, true),
  Deployment: info('Deployment', 'apps', 'v1', 'deployments', true, true),
  Event: info('Event', '', 'v1', 'events', true, false),
  ConfigMap: info('ConfigMap', '', 'v1', 'configmaps', true, false),
  Secret: info('Secret', '', 'v1', 'secrets', true, false),
  ServiceAccount: info('ServiceAccount', '', 'v1', 'serviceaccounts', true, false),
  StatefulSet: info('StatefulSet', 'apps', 'v1', 'statefulsets', true, true),
  DaemonSet: info('DaemonSet', 'apps', 'v1', 'daemonsets', true, true),
  ControllerRevision: info('ControllerRevision', 'apps', 'v1', 'controllerrevisions', true, false),
  PodDisruptionBudget: info('PodDisruptionBudget', 'policy', 'v1', 'poddisruptionbudgets', true, true),
}

export const ALL_KINDS: readonly Kind[] = Object.keys(KINDS) as Kind[]

/** The kind of that name and version, or undefined when the cluster does not serve it. */
export function findKind(apiVersion: string, kind: string): KindInfo | undefined {
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind as Kind] : undefined
  return found?.apiVersion === apiVersion ? found : undefined
}

function info(
  kind: Kind,
  group: string,
  version: string,
  resource: string,
  namespaced: boolean,
  hasStatus: boolean,
): KindInfo {
  return {
    kind,
    group,
    version,
    apiVersion: group === '' ? version : `${group}/${version}`,
    resource,
    namespaced,
    hasStatus,
  }
}
