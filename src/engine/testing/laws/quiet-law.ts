// That nothing is written while nothing happens. What goes on for ever by its nature is let pass: Leases, the heartbeats in a
// Node's status, Events (which say again what fails again, and come to their end), and all that follows from containers which start and fail over and over.

import { ALL_KINDS, type AnyObject, type Kind } from '../../api/kind-registry.ts'
import type { Node } from '../../api/node/node.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'

/** Notes each write from now on that has no reason of its own. */
export function noteRestlessWrites(store: StoreClient, nowMs: () => number): () => readonly string[] {
  const written: { readonly namespace: string; readonly text: string }[] = []
  const before = restartsOf(store)
  store.watch(ALL_KINDS, event => {
    if (isHeartbeat(event) || isOfEndingOwner(store, event.object)) return
    const { metadata, kind } = event.object
    const { namespace = '', name } = metadata
    const change = changed(event.previous, event.object)
    written.push({ namespace, text: `${nowMs()} ms: ${event.type} ${kind} ${namespace}/${name}: ${change}` })
  })
  return () => {
    const after = restartsOf(store)
    const failing = new Set(
      [...after].flatMap(([pod, count]) => (before.get(pod) === count ? [] : [pod.split('/')[0]])),
    )
    return written.flatMap(({ namespace, text }) => (failing.has(namespace) ? [] : [text]))
  }
}

function restartsOf(store: StoreClient): ReadonlyMap<string, number> {
  return new Map(
    store.list('Pod').map(({ metadata, status }) => {
      const restarts = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0)
      return [`${metadata.namespace}/${metadata.name}`, restarts]
    }),
  )
}

function isHeartbeat({ type, kind, object, previous }: WatchEvent): boolean {
  if (kind === 'Lease' || kind === 'Event') return true
  return kind === 'Node' && type === 'MODIFIED' && bare(object) === bare(previous as Node)
}

/** A workload that waits in the foreground makes its revision whenever it is looked at, and the collector takes it away. */
function isOfEndingOwner(store: StoreClient, { kind, metadata }: AnyObject): boolean {
  const owner = metadata.ownerReferences?.[0]
  if (kind !== 'ControllerRevision' || !owner) return false
  return store.get(owner.kind as Kind, metadata.namespace ?? '', owner.name)?.metadata.deletionTimestamp !== undefined
}

/** A Node without what every heartbeat changes. */
function bare({ metadata, spec, status }: Node): string {
  const conditions = status?.conditions?.map(condition => ({ ...condition, lastHeartbeatTime: undefined }))
  const kept = { ...metadata, resourceVersion: '', managedFields: [] }
  return canonicalJson({ metadata: kept, spec, status: { ...status, conditions } })
}

/** The parts that are otherwise than before, in short. */
function changed(before: AnyObject | undefined, after: AnyObject): string {
  const parts = Object.entries(after).filter(
    ([key, value]) =>
      canonicalJson(value) !== canonicalJson((before as unknown as Record<string, unknown> | undefined)?.[key]),
  )
  return parts
    .map(([key, value]) => `${key} ${canonicalJson(value)}`)
    .join('; ')
    .slice(0, 600)
}
