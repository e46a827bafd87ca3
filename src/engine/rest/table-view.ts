// Objects as the table that `kubectl get` prints (meta.k8s.io Table): columns, one row for each object, and as much of the
// object as the client asks for. All columns are always sent, those of priority 1 being for `-o wide`; the client chooses.

import type { AnyObject, Kind, KindInfo } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/meta.ts'
import type { Pod } from '../api/pod/pod.ts'
import { toPartialMetadata, type MetaVersion } from './content.ts'
import { ageSince } from './human-age.ts'
import type { Scale } from './scale-view.ts'
import { CELLS, type Cell, type CellsOf } from './table-cells.ts'

/** What each row carries of its object: nothing, its metadata, or all of it. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export interface TableOptions {
  /** What ages are told by: milliseconds since 1970 in the cluster's virtual time. */
  readonly nowMs: number
  /** `Metadata` when absent. */
  readonly includeObject?: IncludeObject | undefined
  /** `v1` when absent. */
  readonly version?: MetaVersion | undefined
  /** The list's own metadata (resourceVersion, continue, remainingItemCount); for a single object, its resourceVersion. */
  readonly metadata?: object | undefined
  /** False for the events of a watch after the first, which leave the columns out. */
  readonly columns?: boolean | undefined
}

export interface TableColumn {
  readonly name: string
  readonly type: 'string' | 'integer'
  readonly format: '' | 'name'
  readonly description: string
  readonly priority: 0 | 1
}

export interface TableRow {
  readonly cells: readonly Cell[]
  readonly conditions?: readonly object[]
  readonly object: object | null
}

export interface Table {
  readonly kind: 'Table'
  readonly apiVersion: string
  readonly metadata: object
  readonly columnDefinitions: readonly TableColumn[] | null
  readonly rows: readonly TableRow[]
}

/** What a column shows, for clients that offer help; columns of one name show the same thing in every kind. */
const DESCRIPTIONS: { readonly [column: string]: string } = {
  Name: 'The name of the object.',
  Age: 'Time since the object was created.',
  Status: 'What the object is up to, in one word.',
  Type: 'The type of the object.',
  Roles: 'Roles named by labels of the node.',
  Version: 'The version of the kubelet.',
  'Internal-IP': 'The first internal address of the node.',
  'External-IP': 'Addresses by which it is reached from outside the cluster.',
  'OS-Image': 'The operating system of the node.',
  'Kernel-Version': 'The kernel of the node.',
  'Container-Runtime': 'What runs the containers of the node.',
  Holder: 'Who holds the lease.',
  Ready: 'How many are ready.',
  Restarts: 'How often containers were started again, and how long ago the last time was.',
  IP: 'The first address of the Pod.',
  Node: 'The node that the Pod is bound to.',
  'Nominated Node': 'The node on which room is being made for the Pod.',
  'Readiness Gates': 'How many conditions of the readiness gates are true.',
  'Cluster-IP': 'The virtual address inside the cluster.',
  'Port(s)': 'Ports, node ports and protocols.',
  Selector: 'Labels of the Pods that are meant.',
  Endpoints: 'Addresses behind the Service.',
  AddressType: 'The kind of address that the slice holds.',
  Ports: 'Ports of every endpoint in the slice.',
  Desired: 'How many Pods are wanted.',
  Current: 'How many Pods there are.',
  'Up-to-date': 'How many Pods are made from the current template.',
  Available: 'How many Pods have been ready for long enough.',
  Containers: 'Names of the containers in the template.',
  Images: 'Images of the containers in the template.',
  'Last Seen': 'Time since it happened last.',
  Reason: 'Why it happened, in one word.',
  Object: 'What it is about.',
  Subobject: 'The part of the object that it is about.',
  Source: 'Who reports it, and from where.',
  Message: 'What happened, in words.',
  Data: 'How many entries it holds.',
  Secrets: 'How many secrets it names.',
  'Node Selector': 'Labels of the nodes that are meant.',
  Controller: 'The object whose past state it is.',
  Revision: 'The number of the state.',
  'Min Available': 'How many Pods must stay.',
  'Max Unavailable': 'How many Pods may be missing.',
  'Allowed Disruptions': 'How many Pods may be evicted now.',
  'First Seen': 'Time since it happened first.',
  Count: 'How often it happened.',
}

// `*` after a name is for wide tables, `#` for a column of whole numbers.
const COLUMNS: { readonly [K in Kind]: readonly TableColumn[] } = {
  Namespace: columns('Name,Status,Age'),
  Node: columns('Name,Status,Roles,Age,Version,Internal-IP*,External-IP*,OS-Image*,Kernel-Version*,Container-Runtime*'),
  Lease: columns('Name,Holder,Age'),
  Pod: columns('Name,Ready,Status,Restarts,Age,IP*,Node*,Nominated Node*,Readiness Gates*'),
  Service: columns('Name,Type,Cluster-IP,External-IP,Port(s),Age,Selector*'),
  Endpoints: columns('Name,Endpoints,Age'),
  EndpointSlice: columns('Name,AddressType,Ports,Endpoints,Age'),
  ReplicaSet: columns('Name,Desired#,Current#,Ready#,Age,Containers*,Images*,Selector*'),
  Deployment: columns('Name,Ready,Up-to-date,Available,Age,Containers*,Images*,Selector*'),
  ConfigMap: columns('Name,Data,Age'),
  Secret: columns('Name,Type,Data,Age'),
  ServiceAccount: columns('Name,Secrets,Age'),
  StatefulSet: columns('Name,Ready,Age,Containers*,Images*'),
  DaemonSet: columns(
    'Name,Desired#,Current#,Ready#,Up-to-date#,Available#,Node Selector,Age,Containers*,Images*,Selector*',
  ),
  ControllerRevision: columns('Name,Controller,Revision,Age'),
  PodDisruptionBudget: columns('Name,Min Available,Max Unavailable,Allowed Disruptions#,Age'),
  Event: columns('Last Seen,Type,Reason,Object,Subobject*,Source*,Message,First Seen*,Count*,Name*'),
}

/** A table of objects of one kind, in the order given. */
export function toTable(info: KindInfo, objects: readonly AnyObject[], options: TableOptions): Table {
  const { nowMs, includeObject = 'Metadata', version = 'v1', metadata = {} } = options
  // The registry gives each object the cells of its own kind; the type of the pair is lost on the way.
  const cellsOf = CELLS[info.kind] as CellsOf<Kind>
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: options.columns === false ? null : COLUMNS[info.kind],
    rows: objects.map(object => ({
      cells: cellsOf(object, nowMs),
      ...(info.kind === 'Pod' && rowConditions(object as Pod)),
      object: includedObject(object, includeObject, version),
    })),
  }
}

const SCALE_COLUMNS = columns('Name,Desired#,Available#,Age')

/** The table of a single Scale. */
export function toScaleTable(scale: Scale, { nowMs, includeObject = 'Metadata', version = 'v1' }: TableOptions): Table {
  const { metadata, spec, status } = scale
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: { resourceVersion: metadata.resourceVersion },
    columnDefinitions: SCALE_COLUMNS,
    rows: [
      {
        cells: [metadata.name, spec.replicas ?? 0, status.replicas, ageSince(metadata.creationTimestamp, nowMs)],
        object: includedObject(scale, includeObject, version),
      },
    ],
  }
}

function includedObject(object: KubeObject, include: IncludeObject, version: MetaVersion): object | null {
  switch (include) {
    case 'None':
      return null
    case 'Metadata':
      return toPartialMetadata(object, version)
    case 'Object':
      return object
  }
}

// A Pod that has ended says so beside its cells, for clients that hide such rows.
function rowConditions({ status }: Pod): { readonly conditions?: readonly object[] } {
  if (status?.phase === 'Succeeded') return completed('Succeeded', 'The pod has completed successfully.')
  return status?.phase === 'Failed' ? completed('Failed', 'The pod failed.') : {}
}

function completed(reason: string, message: string): { readonly conditions: readonly object[] } {
  return { conditions: [{ type: 'Completed', status: 'True', reason, message }] }
}

function columns(notation: string): readonly TableColumn[] {
  return notation.split(',').map(text => {
    const name = text.replace(/[*#]$/, '')
    return {
      name,
      type: text.endsWith('#') ? 'integer' : 'string',
      format: name === 'Name' ? 'name' : '',
      description: DESCRIPTIONS[name] ?? '',
      priority: text.endsWith('*') ? 1 : 0,
    }
  })
}
