// Resources that can be read here and never written: two that are made of what is stored (which addresses are taken, and
// from which ranges), and kinds of Kubernetes that this cluster does not have but that clients list beside those they
// are asked for, as `kubectl get all` does. Those are always empty. What is derived has no uid, since it is no object.

import { KINDS } from '../api/kind-registry.ts'
import type { Service } from '../api/service/service.ts'
import { compareText } from '../kernel/json.ts'
import type { ClusterStore } from '../store/index.ts'
import type { ServedResource } from './served-resource.ts'

/** What is shown of one object, in its own form and as cells of a table. */
export interface ReadOnlyObject {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: {
    readonly name: string
    readonly labels?: { readonly [key: string]: string }
    readonly creationTimestamp: string
    readonly resourceVersion: string
  }
  readonly spec: object
  readonly status?: object
}

export interface ReadOnlyResource extends ServedResource {
  /** What the table shows between name and age, and how. */
  readonly columns: readonly { readonly name: string; readonly cell: (object: ReadOnlyObject) => string }[]
  /** All there are, by name. */
  readonly objects: (store: ClusterStore) => readonly ReadOnlyObject[]
}

const NETWORKING = 'networking.k8s.io'

export const READ_ONLY_RESOURCES: readonly ReadOnlyResource[] = [
  none('', 'v1', 'ReplicationController', { shortNames: ['rc'], categories: ['all'] }),
  none('', 'v1', 'ResourceQuota', { shortNames: ['quota'] }),
  none('', 'v1', 'LimitRange', { shortNames: ['limits'] }),
  none('', 'v1', 'PersistentVolumeClaim', { shortNames: ['pvc'] }),
  none('', 'v1', 'PersistentVolume', { shortNames: ['pv'], namespaced: false }),
  none('autoscaling', 'v2', 'HorizontalPodAutoscaler', { shortNames: ['hpa'], categories: ['all'] }),
  none('batch', 'v1', 'CronJob', { shortNames: ['cj'], categories: ['all'] }),
  none('batch', 'v1', 'Job', { categories: ['all'] }),
  none(NETWORKING, 'v1', 'Ingress', { resource: 'ingresses', shortNames: ['ing'] }),
  none('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', {
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
  }),
  {
    ...none(NETWORKING, 'v1', 'IPAddress', { resource: 'ipaddresses', shortNames: ['ip'], namespaced: false }),
    verbs: ['get', 'list'],
    columns: [{ name: 'ParentRef', cell: ({ spec }) => parentText(spec as AddressSpec) }],
    objects: takenAddresses,
  },
  {
    ...none(NETWORKING, 'v1', 'ServiceCIDR', { namespaced: false }),
    verbs: ['get', 'list'],
    columns: [{ name: 'CIDRs', cell: ({ spec }) => (spec as RangeSpec).cidrs.join(',') }],
    objects: store => [ranges(store)],
  },
]

interface AddressSpec {
  readonly parentRef: { readonly resource: string; readonly namespace: string; readonly name: string }
}

interface RangeSpec {
  readonly cidrs: readonly string[]
}

interface Names {
  readonly resource?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced?: boolean
}

function none(group: string, version: string, kind: string, names: Names): ReadOnlyResource {
  const { resource = `${kind.toLowerCase()}s`, shortNames = [], categories = [], namespaced = true } = names
  return {
    group,
    version,
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced,
    verbs: ['get', 'list', 'watch'],
    shortNames,
    categories,
    subresources: [],
    columns: [],
    objects: () => [],
  }
}

function takenAddresses(store: ClusterStore): readonly ReadOnlyObject[] {
  return store.objects
    .table('Service')
    .list(undefined)
    .flatMap(service => addressesOf(service).map(address => addressObject(address, service)))
    .toSorted((a, b) => compareText(a.metadata.name, b.metadata.name))
}

function addressesOf({ spec }: Service): readonly string[] {
  return spec.type === 'ExternalName' ? [] : (spec.clusterIPs ?? []).filter(ip => ip !== '' && ip !== 'None')
}

function addressObject(address: string, { metadata }: Service): ReadOnlyObject {
  const labels = {
    'ipaddress.kubernetes.io/ip-family': address.includes(':') ? 'IPv6' : 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  }
  const { name, namespace = '', creationTimestamp, resourceVersion } = metadata
  const spec: AddressSpec = { parentRef: { resource: KINDS.Service.resource, namespace, name } }
  return {
    kind: 'IPAddress',
    apiVersion: `${NETWORKING}/v1`,
    metadata: { name: address, labels, creationTimestamp, resourceVersion },
    spec,
  }
}

function parentText({ parentRef: { resource, namespace, name } }: AddressSpec): string {
  return `${resource}/${namespace}/${name}`
}

// The ranges that the cluster was made with.
function ranges(store: ClusterStore): ReadOnlyObject {
  const since = store.objects.get('Namespace', '', 'default')?.metadata
  const { creationTimestamp = '', resourceVersion = '' } = since ?? {}
  const ready = {
    type: 'Ready',
    status: 'True',
    lastTransitionTime: creationTimestamp,
    reason: '',
    message: 'Kubernetes Service CIDR is ready',
  }
  const spec: RangeSpec = { cidrs: store.settings['service-cluster-ip-range'].split(',') }
  return {
    kind: 'ServiceCIDR',
    apiVersion: `${NETWORKING}/v1`,
    metadata: { name: 'kubernetes', creationTimestamp, resourceVersion },
    spec,
    status: { conditions: [ready] },
  }
}
