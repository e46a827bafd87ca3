// The cluster → views, kept up to date. Listens to every change of objects and of the truth, notes which views it may
// touch, and looks at those only when a frame is due: what one Pod's change costs does not depend on how many there are.
// The law it keeps: views kept up to date equal views made from scratch.

import {
  compareText,
  sameJson,
  SERVICE_NAME_LABEL,
  type Cluster,
  type EndpointSlice,
  type Kind,
  type Pod,
  type Service,
  type WatchEvent,
} from '../../engine/index.ts'
import type { View, ViewId } from '../../protocol/index.ts'
import type { Hues } from './hues.ts'
import {
  clientView,
  daemonSetView,
  endpointsView,
  hasUnnamedEndpoint,
  nodeView,
  podOwner,
  podView,
  serviceView,
  sliceView,
  workloadView,
} from './view-of.ts'
import { isHidden, parseViewId, viewId } from './view-ids.ts'

const WATCHED = [
  'Node',
  'Lease',
  'Pod',
  'Service',
  'Endpoints',
  'EndpointSlice',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
] as const
type Watched = (typeof WATCHED)[number]

const LEASE_NAMESPACE = 'kube-node-lease'

export interface ViewChanges {
  /** New and changed views, by id. */
  readonly set: readonly View[]
  readonly removed: readonly ViewId[]
}

/** Follows one cluster for its whole life: a watch cannot be taken back. */
export class Projector {
  readonly #cluster: Cluster
  readonly #hues: Hues
  readonly #views = new Map<ViewId, View>()
  readonly #dirty = new Set<ViewId>()
  #clientsVersion: number | undefined
  /** Slices whose endpoints must be looked up by address. */
  readonly #unnamed = new Set<ViewId>()
  /** Services whose emptiness depends on whether a Pod matches. */
  readonly #empty = new Set<ViewId>()
  /** Nodes that evict: their next eviction changes without a change of any object. */
  readonly #evicting = new Set<ViewId>()
  /** uid → id of the Pod whose process that is. */
  readonly #podOfProcess = new Map<string, ViewId>()

  constructor(cluster: Cluster, hues: Hues) {
    this.#cluster = cluster
    this.#hues = hues
    for (const kind of WATCHED) {
      for (const object of cluster.store.list(kind)) this.#note({ type: 'ADDED', kind, object } as WatchEvent<Watched>)
    }
    cluster.store.watch(WATCHED, event => this.#note(event))
    cluster.world.onChange(change => {
      if (change.type === 'machine') this.#noteMachine(change.name)
      else this.#noteProcess(change.uid)
    })
  }

  /** To be told when something was done to what this view shows that no watch tells of. */
  touch(id: ViewId): void {
    this.#dirty.add(id)
  }

  /** What changed since the last call. */
  take(): ViewChanges {
    for (const id of this.#evicting) this.#dirty.add(id)
    const set: View[] = []
    const removed: ViewId[] = []
    const look = (id: ViewId, view: View | undefined): void => {
      const before = this.#views.get(id)
      if (view === undefined) {
        if (this.#views.delete(id)) removed.push(id)
      } else if (!sameJson(before, view)) {
        this.#views.set(id, view)
        set.push(view)
      }
    }
    for (const id of [...this.#dirty].sort(compareText)) look(id, this.#project(id))
    this.#dirty.clear()
    const { clientsVersion } = this.#cluster.traffic
    if (clientsVersion !== this.#clientsVersion) this.#lookAtClients(look)
    this.#clientsVersion = clientsVersion
    return { set, removed }
  }

  /** Every view there is, by id. Call after `take`. */
  all(): readonly View[] {
    return [...this.#views.values()].sort((a, b) => compareText(a.id, b.id))
  }

  view(id: ViewId): View | undefined {
    return this.#views.get(id)
  }

  #lookAtClients(look: (id: ViewId, view: View | undefined) => void): void {
    const views = this.#cluster.traffic.clients().map(clientView)
    const now = new Set(views.map(view => view.id))
    for (const { kind, id } of this.#views.values()) if (kind === 'Client' && !now.has(id)) look(id, undefined)
    for (const view of views) look(view.id, view)
  }

  #note(event: WatchEvent<Watched>): void {
    const { kind, object } = event
    const { namespace, name } = object.metadata
    if (kind === 'Lease') {
      if (namespace === LEASE_NAMESPACE) this.#dirty.add(viewId('Node', '', name))
      return
    }
    if (isHidden(kind, namespace, name)) return
    this.#dirty.add(viewId(kind, namespace, name))
    if (event.kind === 'Pod') this.#notePod(event)
    if (event.kind === 'EndpointSlice') this.#noteSlice(event)
    if (event.kind === 'ReplicaSet') this.#noteOwned(event)
  }

  #notePod({ type, object, previous }: WatchEvent<'Pod'>): void {
    const { namespace, name, uid } = object.metadata
    const id = viewId('Pod', namespace, name)
    if (type === 'DELETED') {
      this.#podOfProcess.delete(uid)
      this.#hues.forget(uid)
    } else {
      this.#podOfProcess.set(uid, id)
      this.#hues.of(uid)
    }
    if (type !== 'MODIFIED' || !sameJson(object.metadata.labels, previous?.metadata.labels)) {
      for (const service of this.#empty) if (parseViewId(service)?.namespace === namespace) this.#dirty.add(service)
    }
  }

  #noteSlice({ type, object, previous }: WatchEvent<'EndpointSlice'>): void {
    const id = viewId('EndpointSlice', object.metadata.namespace, object.metadata.name)
    if (type !== 'DELETED' && hasUnnamedEndpoint(object)) this.#unnamed.add(id)
    else this.#unnamed.delete(id)
    for (const slice of [object, previous]) {
      const service = slice?.metadata.labels?.[SERVICE_NAME_LABEL]
      if (service !== undefined) this.#dirty.add(viewId('Service', object.metadata.namespace, service))
    }
  }

  // Pods are told by the Deployment above their ReplicaSet; that changes with the ReplicaSet's own owner only.
  #noteOwned({ object, previous }: WatchEvent<'ReplicaSet'>): void {
    if (previous && sameJson(object.metadata.ownerReferences, previous.metadata.ownerReferences)) return
    for (const pod of this.#cluster.store.ownedBy('Pod', object.metadata.uid)) {
      this.#dirty.add(viewId('Pod', pod.metadata.namespace, pod.metadata.name))
    }
  }

  #noteMachine(name: string): void {
    this.#dirty.add(viewId('Node', '', name))
    for (const pod of this.#cluster.store.podsOnNode(name)) {
      this.#dirty.add(viewId('Pod', pod.metadata.namespace, pod.metadata.name))
    }
  }

  #noteProcess(uid: string): void {
    const id = this.#podOfProcess.get(uid)
    if (id !== undefined) this.#dirty.add(id)
    for (const slice of this.#unnamed) this.#dirty.add(slice)
  }

  #project(id: ViewId): View | undefined {
    const named = parseViewId(id)
    if (!named || isHidden(named.kind, named.namespace, named.name)) return undefined
    const { namespace, name } = named
    const { store, epochMs, settings } = this.#cluster
    switch (named.kind as Kind) {
      case 'Node':
        return this.#projectNode(id, name)
      case 'Pod':
        return this.#projectPod(store.get('Pod', namespace, name))
      case 'Service':
        return this.#projectService(id, store.get('Service', namespace, name))
      case 'EndpointSlice': {
        const slice = store.get('EndpointSlice', namespace, name)
        return slice && this.#projectSlice(slice, epochMs, settings['max-endpoints-per-slice'])
      }
      case 'Endpoints': {
        const endpoints = store.get('Endpoints', namespace, name)
        return endpoints && endpointsView(endpoints)
      }
      case 'Deployment': {
        const deployment = store.get('Deployment', namespace, name)
        return deployment && workloadView('Deployment', deployment)
      }
      case 'ReplicaSet': {
        const replicaSet = store.get('ReplicaSet', namespace, name)
        return replicaSet && workloadView('ReplicaSet', replicaSet)
      }
      case 'StatefulSet': {
        const statefulSet = store.get('StatefulSet', namespace, name)
        return statefulSet && workloadView('StatefulSet', statefulSet)
      }
      case 'DaemonSet': {
        const daemonSet = store.get('DaemonSet', namespace, name)
        return daemonSet && daemonSetView(daemonSet)
      }
      default:
        return undefined
    }
  }

  #projectNode(id: ViewId, name: string): View | undefined {
    const { store, world, epochMs } = this.#cluster
    const node = store.get('Node', '', name)
    if (node?.spec.taints?.some(taint => taint.effect === 'NoExecute')) this.#evicting.add(id)
    else this.#evicting.delete(id)
    return (
      node &&
      nodeView(node, {
        epochMs,
        lease: store.get('Lease', LEASE_NAMESPACE, name),
        machine: world.machine(name),
        evictsAtMs: this.#cluster.podEvictionMs(name),
      })
    )
  }

  #projectPod(pod: Pod | undefined): View | undefined {
    if (!pod) return undefined
    const { store, world, epochMs } = this.#cluster
    const { namespace = '', name, uid, ownerReferences } = pod.metadata
    const owner = ownerReferences?.find(reference => reference.controller && reference.kind === 'ReplicaSet')
    return podView(pod, {
      epochMs,
      hue: this.#hues.of(uid),
      owner: podOwner(pod, owner && store.get('ReplicaSet', namespace, owner.name)),
      process: world.process(uid),
      machine: world.machine(pod.spec.nodeName ?? ''),
      readinessFails: world.readinessFails(namespace, name),
    })
  }

  #projectService(id: ViewId, service: Service | undefined): View | undefined {
    this.#empty.delete(id)
    if (!service) return undefined
    const { store, epochMs, settings } = this.#cluster
    const { namespace = '', name } = service.metadata
    return serviceView(service, {
      epochMs,
      clusterDomain: settings['cluster-domain'],
      slices: store.slicesOfService(namespace, name),
      matchingPods: () => {
        this.#empty.add(id)
        return store.podsWithLabels(namespace, service.spec.selector ?? {})
      },
    })
  }

  #projectSlice(slice: EndpointSlice, epochMs: number, maxEndpoints: number): View {
    return sliceView(slice, { epochMs, maxEndpoints, podAt: address => this.#podAt(address) })
  }

  #podAt(address: string): ViewId | null {
    const process = this.#cluster.world.processAt(address)
    return process ? viewId('Pod', process.namespace, process.name) : null
  }
}
