// Everything the API server holds: one table for each kind, and beside them what is derived from the objects alone, so
// that it can never disagree with them: which addresses and ports Services hold, and which podCIDRs Nodes have.

import { ALL_KINDS, KINDS, type AnyObject, type Kind, type KindMap } from '../api/kind-registry.ts'
import { SERVICE_NAME_LABEL } from '../api/endpointslice/endpointslice.ts'
import type { KubeObject, Labels } from '../api/meta.ts'
import type { Service } from '../api/service/service.ts'
import { ObjectTable, tableKey, type ObjectTableKey } from './object-table.ts'

/** Which objects hold a scarce thing. One object may hold it; two only when an older setting let them. */
export class Holders<T> {
  readonly #holders = new Map<T, Set<ObjectTableKey>>()

  get size(): number {
    return this.#holders.size
  }

  isFree(thing: T): boolean {
    return !this.#holders.has(thing)
  }

  /** Whether someone other than `key` holds it. */
  heldByOther(thing: T, key: ObjectTableKey): boolean {
    const holders = this.#holders.get(thing)
    return holders !== undefined && (holders.size > 1 || !holders.has(key))
  }

  hold(thing: T, key: ObjectTableKey): void {
    const holders = this.#holders.get(thing)
    if (holders) holders.add(key)
    else this.#holders.set(thing, new Set([key]))
  }

  release(thing: T, key: ObjectTableKey): void {
    const holders = this.#holders.get(thing)
    if (holders?.delete(key) && holders.size === 0) this.#holders.delete(thing)
  }
}

type Tables = { readonly [K in Kind]: ObjectTable<KindMap[K]> }

export class ObjectSet {
  readonly clusterIPs = new Holders<string>()
  readonly nodePorts = new Holders<number>()
  readonly podCIDRs = new Holders<string>()
  readonly #tables: Tables

  constructor() {
    this.#tables = Object.fromEntries(ALL_KINDS.map(kind => [kind, newTable(kind)])) as unknown as Tables
  }

  table<K extends Kind>(kind: K): ObjectTable<KindMap[K]> {
    return this.#tables[kind]
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): KindMap[K] | undefined {
    return this.#tables[kind].get(tableKey(namespace, name))
  }

  /** Writes or (undefined) takes out one object; gives back what was there before. */
  put<K extends Kind>(kind: K, key: ObjectTableKey, object: KindMap[K] | undefined): KindMap[K] | undefined {
    const before = this.table(kind).put(key, object)
    this.#holdThings(kind, key, before, object)
    return before
  }

  podsWithLabels(namespace: string, labels: Labels): readonly KindMap['Pod'][] {
    const pairs = Object.entries(labels)
    const pods = this.table('Pod')
    let rarest: string | undefined
    let rarestKey = ''
    for (const [key, value] of pairs) {
      const term = labelTerm(namespace, key, value)
      if (rarest !== undefined && pods.countOf(term) >= pods.countOf(rarest)) continue
      rarest = term
      rarestKey = key
    }
    if (rarest === undefined) return []
    const found = pods.withTerm(rarest)
    if (pairs.length === 1) return found
    const others = pairs.filter(([key]) => key !== rarestKey)
    return found.filter(pod => others.every(([key, value]) => ownLabel(pod, key) === value))
  }

  /** All objects of all kinds, in one fixed order. */
  all(): readonly AnyObject[] {
    return ALL_KINDS.flatMap(kind => this.table(kind).list(undefined))
  }

  #holdThings(kind: Kind, key: ObjectTableKey, before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (kind === 'Service') {
      const old = before as Service | undefined
      const now = after as Service | undefined
      for (const ip of addressesOf(old)) this.clusterIPs.release(ip, key)
      for (const ip of addressesOf(now)) this.clusterIPs.hold(ip, key)
      for (const port of nodePortsOf(old)) this.nodePorts.release(port, key)
      for (const port of nodePortsOf(now)) this.nodePorts.hold(port, key)
    } else if (kind === 'Node') {
      const old = (before as KindMap['Node'] | undefined)?.spec.podCIDR
      const now = (after as KindMap['Node'] | undefined)?.spec.podCIDR
      if (old !== undefined) this.podCIDRs.release(old, key)
      if (now !== undefined) this.podCIDRs.hold(now, key)
    }
  }
}

export function nodeTerm(nodeName: string): string {
  return `node\0${nodeName}`
}

export function ownerTerm(uid: string): string {
  return `owner\0${uid}`
}

/** For references that do not manage the dependent. */
export function otherOwnerTerm(uid: string): string {
  return `other-owner\0${uid}`
}

export function sliceTerm(namespace: string, service: string): string {
  return `service\0${namespace}\0${service}`
}

/** The addresses a Service holds: none when it is headless or ExternalName. */
function addressesOf(service: Service | undefined): readonly string[] {
  return (service?.spec.clusterIPs ?? []).filter(ip => ip !== 'None')
}

/** The node ports a Service holds, that for health checks among them. */
function nodePortsOf(service: Service | undefined): readonly number[] {
  if (!service) return []
  const ports = (service.spec.ports ?? []).map(port => port.nodePort ?? 0)
  return [...ports, service.spec.healthCheckNodePort ?? 0].filter(port => port !== 0)
}

function labelTerm(namespace: string, key: string, value: string): string {
  return `label\0${namespace}\0${key}\0${value}`
}

function ownLabel(object: KubeObject, key: string): string | undefined {
  const { labels } = object.metadata
  return labels && Object.hasOwn(labels, key) ? labels[key] : undefined
}

function newTable<K extends Kind>(kind: K): ObjectTable<KindMap[K]> {
  return new ObjectTable<KindMap[K]>(object => termsOf(kind, object))
}

function termsOf(kind: Kind, object: KubeObject): readonly string[] {
  const terms: string[] = []
  const { namespace = '', labels, ownerReferences } = object.metadata
  for (const owner of ownerReferences ?? []) {
    terms.push(owner.controller ? ownerTerm(owner.uid) : otherOwnerTerm(owner.uid))
  }
  if (kind === 'Pod') {
    const nodeName = (object as KindMap['Pod']).spec.nodeName
    if (nodeName !== undefined) terms.push(nodeTerm(nodeName))
    for (const key of Object.keys(labels ?? {})) terms.push(labelTerm(namespace, key, labels?.[key] as string))
  } else if (kind === 'EndpointSlice') {
    const service = ownLabel(object, SERVICE_NAME_LABEL)
    if (service !== undefined) terms.push(sliceTerm(namespace, service))
  }
  return terms
}

/** Namespace of an object as its table has it: '' for cluster-wide kinds. */
export function namespaceOf(
  kind: Kind,
  object: { readonly metadata: { readonly namespace?: string | undefined } },
): string {
  return KINDS[kind].namespaced ? (object.metadata.namespace ?? '') : ''
}
