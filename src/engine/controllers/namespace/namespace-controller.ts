// Empties a Namespace that is being deleted, after pkg/controller/namespace: first its Pods, each with its own grace, then,
// once they are gone, all else; what remains is told in conditions, and when nothing does, the controller takes away its
// finalizer, and the Namespace goes. It looks again by the clock, not by what happens inside.

import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../../api/kind-registry.ts'
import type { Namespace } from '../../api/namespace/namespace.ts'
import { DEFAULT_GRACE_SECONDS } from '../../api/pod/pod-defaults.ts'
import { sameJson } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient } from '../../store/client.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'
import { namespaceConditions } from './namespace-conditions.ts'

const FINALIZER = 'kubernetes'
/** So long other API servers have to hear of the end, before anything inside is deleted. */
const GRACE_MS = 5_000
/** How long finalizers of others are expected to take, in seconds. */
const FINALIZERS_SECONDS = 15
const AFTER_PODS: readonly Kind[] = ALL_KINDS.filter(kind => KINDS[kind].namespaced && kind !== 'Pod')

export class NamespaceController implements Part {
  readonly partName = 'namespace'
  readonly #client: StoreClient
  readonly #context: ControllerRuntime
  readonly #decide: DecisionVoice
  readonly #queue: WorkQueue

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#decide = context.decisions.voice('namespace-controller')
    this.#client = context.client('namespace-controller')
    this.#queue = new WorkQueue(context, {
      name: 'namespace',
      backOffBaseMs: 5,
      backOffMaxMs: 60_000,
      sync: name => this.#sync(name),
    })
    this.#client.watch(['Namespace'], ({ type, object }) => {
      if (type !== 'DELETED' && isTerminating(object)) this.#queue.notice(object.metadata.name, GRACE_MS)
    })
  }

  save(): SavedWorkQueue {
    return this.#queue.save()
  }

  load(saved: SavedWorkQueue): void {
    this.#queue.load(saved)
  }

  #sync(name: string): SyncOutcome {
    const namespace = this.#client.get('Namespace', '', name)
    if (!namespace || !isTerminating(namespace)) return 'done'
    const finalizers = namespace.spec?.finalizers ?? []
    if (!finalizers.includes(FINALIZER)) return 'done'
    const { remaining, againSeconds } = this.#empty(name)
    const told = this.#tell(namespace, remaining)
    this.#explain(namespace, remaining)
    if (remaining.length > 0) {
      this.#queue.add(name, (Math.floor(againSeconds / 2) + 1) * 1000)
      return 'done'
    }
    const left = finalizers.filter(one => one !== FINALIZER)
    return this.#client.finalizeNamespace({ ...told, spec: { finalizers: left } }).ok ? 'done' : 'retry'
  }

  #explain(about: Namespace, remaining: readonly AnyObject[]): void {
    this.#decide(() => {
      const kinds = [...new Set(remaining.map(({ kind }) => kind))].join(', ')
      return remaining.length > 0
        ? {
            code: 'namespace-waits',
            about,
            because: { rule: 'objects-remain', count: remaining.length, kinds },
            once: true,
          }
        : {
            code: 'namespace-emptied',
            about,
            because: { rule: 'nothing-remains', namespace: about.metadata.name },
          }
    })
  }

  /** Deletes what can be deleted now; tells what is there still, and when to look again. */
  #empty(namespace: string): { readonly remaining: readonly AnyObject[]; readonly againSeconds: number } {
    const pods = this.#client.list('Pod', namespace)
    const graces = pods
      .filter(pod => !isPodTerminal(pod))
      .map(pod => pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS)
    this.#deleteAll('Pod', pods)
    const lasting = this.#client.list('Pod', namespace)
    if (lasting.length > 0) {
      return { remaining: lasting, againSeconds: Math.max(0, ...graces) || FINALIZERS_SECONDS }
    }
    for (const kind of AFTER_PODS) this.#deleteAll(kind, this.#client.list(kind, namespace))
    const remaining = AFTER_PODS.flatMap((kind): readonly AnyObject[] => this.#client.list(kind, namespace))
    return { remaining, againSeconds: FINALIZERS_SECONDS }
  }

  #deleteAll(kind: Kind, objects: readonly AnyObject[]): void {
    for (const { metadata } of objects) {
      this.#client.delete(kind, metadata.namespace ?? '', metadata.name, { propagationPolicy: 'Background' })
    }
  }

  #tell(namespace: Namespace, remaining: readonly AnyObject[]): Namespace {
    const now = formatTimestamp(this.#context.wallMs())
    const conditions = namespaceConditions(namespace.status?.conditions, remaining, now)
    if (sameJson(conditions, namespace.status?.conditions)) return namespace
    const status = { ...namespace.status, conditions }
    const written = this.#client.updateStatus('Namespace', { ...namespace, status })
    return written.ok ? written.value : namespace
  }
}
