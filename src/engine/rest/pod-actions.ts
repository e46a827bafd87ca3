// What one asks of a Pod by POST: to be bound to a Node (a scheduler's write) and to be evicted (`kubectl drain`), which its
// disruption budget may forbid.

import { conflict, invalid, notFound, refused, type Result } from '../api/api-status.ts'
import { notSupported, required, type FieldError } from '../api/field-error.ts'
import type { Condition, DraftMeta } from '../api/meta.ts'
import type { Pod } from '../api/pod/pod.ts'
import { formatTimestamp } from '../kernel/timestamp.ts'
import type { ApiBody } from './api-request.ts'
import { deleteOne } from './delete-object.ts'
import { deleteWish, type RawDeleteOptions } from './delete-options.ts'
import { askBudget, markEvicted } from './eviction.ts'
import { readBody, type WantedBody } from './read-body.ts'
import { tried } from './update-object.ts'
import { refusalAnswer, successAnswer, type WriteCall } from './write-answer.ts'
import { readWriteOptions } from './write-options.ts'
import { nameProblem, namespaceProblem } from './write-rules.ts'

interface Binding {
  readonly metadata?: DraftMeta
  readonly target?: { readonly kind?: string; readonly name?: string }
}

interface Eviction {
  readonly metadata?: DraftMeta
  readonly deleteOptions?: RawDeleteOptions
}

const BINDING: WantedBody = { kind: 'Binding', group: '', version: 'v1', apiVersion: 'v1' }
const EVICTION: WantedBody = { kind: 'Eviction', group: 'policy', version: 'v1', apiVersion: 'policy/v1' }

export function bindPod(call: WriteCall): ApiBody {
  const read = readWriteOptions('CreateOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const body = readBody<Binding>(call.request, BINDING, read.options.fieldValidation)
  if (!body.ok) return refusalAnswer(body.status)
  const { metadata, target = {} } = body.value
  const misplaced = (metadata?.name ? nameProblem(call, metadata) : undefined) ?? namespaceProblem(call, metadata)
  if (misplaced) return refusalAnswer(misplaced)
  const errors = targetErrors(target)
  if (errors.length > 0) return refusalAnswer(invalid({ kind: 'Binding', group: '' }, call.name, errors))
  const result = tried(call, read.options, () => bind(call, target.name ?? ''))
  return result.ok ? successAnswer(201) : refusalAnswer(result.status)
}

export function evictPod(call: WriteCall): ApiBody {
  const read = readWriteOptions('CreateOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const body = readBody<Eviction>(call.request, EVICTION, read.options.fieldValidation)
  if (!body.ok) return refusalAnswer(body.status)
  const { metadata, deleteOptions = {} } = body.value
  const misplaced = (metadata?.name ? nameProblem(call, metadata) : undefined) ?? namespaceProblem(call, metadata)
  if (misplaced) return refusalAnswer(misplaced)
  const wished = deleteWish(deleteOptions)
  if (!wished.ok) return refusalAnswer(wished.status)
  const dryRun = read.options.dryRun || wished.wish.dryRun
  const result = tried(call, { dryRun }, () => {
    const pod = podOf(call)
    if (!pod) return refused(notFound(call.info, call.name))
    const onAsked = dryRun ? undefined : call.onEviction
    const eviction = { client: call.store.client('kube-apiserver'), pod, nowMs: call.nowMs(), onAsked }
    const refusal = askBudget(eviction)
    if (refusal) return refused(refusal)
    const marked = markEvicted(eviction)
    return marked.ok ? deleteOne(call, call.name, wished.wish) : marked
  })
  return result.ok ? successAnswer(201) : refusalAnswer(result.status)
}

function targetErrors({ kind = '', name = '' }: NonNullable<Binding['target']>): readonly FieldError[] {
  const errors: FieldError[] = []
  if (kind !== '' && kind !== 'Node') errors.push(notSupported('target.kind', kind, ['Node', '<empty>']))
  if (name === '') errors.push(required('target.name'))
  return errors
}

function bind(call: WriteCall, nodeName: string): Result<Pod> {
  const { info, name, store } = call
  const pod = podOf(call)
  if (!pod) return refused(notFound(info, name))
  const refuse = (why: string): Result<Pod> => refused(conflict({ ...info, resource: 'pods/binding' }, name, why))
  if (pod.metadata.deletionTimestamp !== undefined) {
    return refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  }
  if (pod.spec.nodeName) return refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`)
  const bound = store.update('Pod', { ...pod, spec: { ...pod.spec, nodeName } })
  return bound.ok ? writeCondition(call, bound.value, { type: 'PodScheduled', status: 'True' }) : bound
}

function writeCondition({ store, nowMs }: WriteCall, pod: Pod, condition: Condition): Result<Pod> {
  const others = pod.status?.conditions?.filter(one => one.type !== condition.type) ?? []
  const conditions = [...others, { ...condition, lastTransitionTime: formatTimestamp(nowMs()) }]
  return store.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions } })
}

function podOf({ namespace, name, store }: WriteCall): Pod | undefined {
  return store.objects.get('Pod', namespace, name)
}
