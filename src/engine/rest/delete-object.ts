// DELETE of an object or of a collection. What becomes of an object is the store's to say; here is what the request adds
// (preconditions, a dry run) and what it is told: the object, or for most kinds that go at once a Status with the uid.

import { conflict, refused, type Result } from '../api/api-status.ts'
import type { AnyObject, Kind } from '../api/kind-registry.ts'
import { jsonTextAnswer, statusAnswer } from './answer.ts'
import { AnswerForm } from './answer-form.ts'
import type { ApiBody } from './api-request.ts'
import { readDeleteWish, type DeleteWish } from './delete-options.ts'
import { readListOptions } from './list-options.ts'
import { objectsNow } from './read-verbs.ts'
import { tried } from './update-object.ts'
import { objectAnswer, refusalAnswer, successAnswer, type WriteCall } from './write-answer.ts'

/** Kinds that are answered with themselves even when they are gone at once. */
const ANSWERED_WITH_OBJECT: ReadonlySet<Kind> = new Set<Kind>(['Pod', 'Service', 'ServiceAccount', 'Namespace'])

export function deleteObject(call: WriteCall): ApiBody {
  const { info, name, namespace, store } = call
  const read = readDeleteWish(call.request, call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const { wish } = read
  let stays = false
  const result = tried(call, wish, () => {
    const deleted = deleteOne(call, name, wish)
    stays = store.objects.get(info.kind, namespace, name) !== undefined
    return deleted
  })
  if (!result.ok) return refusalAnswer(result.status)
  if (stays || ANSWERED_WITH_OBJECT.has(info.kind)) {
    return objectAnswer(call, 200, result.value)
  }
  const group = info.group === '' ? {} : { group: info.group }
  return successAnswer(200, { name, ...group, kind: info.resource, uid: result.value.metadata.uid })
}

/** Deletes all that the selectors choose, in the order of a list, and answers with what was there. */
export function deleteCollection(call: WriteCall): ApiBody {
  const form = AnswerForm.of(call, true, call.nowMs)
  if (!(form instanceof AnswerForm)) return statusAnswer(form)
  const read = readDeleteWish(call.request, call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const options = readListOptions(call.info.kind, call.query, { watched: false, name: '' })
  if (!options.ok) return refusalAnswer(options.status)
  const chosen = objectsNow(call).filter(options.value.matches)
  const result = tried(call, read.wish, (): Result<readonly AnyObject[]> => {
    for (const { metadata } of chosen) {
      const scoped = { ...call, namespace: metadata.namespace ?? '' }
      const deleted = deleteOne(scoped, metadata.name, read.wish)
      if (!deleted.ok && deleted.status.code !== 404) return deleted
    }
    return { ok: true, value: chosen }
  })
  if (!result.ok) return refusalAnswer(result.status)
  return jsonTextAnswer(200, form.list(result.value, { resourceVersion: String(call.store.revision) }))
}

/** Deletes one object inside a transaction, after its preconditions. */
export function deleteOne(call: WriteCall, name: string, wish: DeleteWish): Result<AnyObject> {
  const { info, namespace, store } = call
  const object = store.objects.get(info.kind, namespace, name)
  const version = object?.metadata.resourceVersion
  const hasUid = wish.preconditionUid === undefined || wish.preconditionUid === object?.metadata.uid
  if (object && hasUid && wish.preconditionVersion !== undefined && wish.preconditionVersion !== version) {
    const why = `the ResourceVersion in the precondition (${wish.preconditionVersion}) does not match the ResourceVersion in record (${version}). The object might have been modified`
    return refused(conflict({ ...info, resource: info.kind }, name, why))
  }
  const { gracePeriodSeconds, preconditionUid, propagationPolicy } = wish
  return store.delete(info.kind, namespace, name, { gracePeriodSeconds, preconditionUid, propagationPolicy })
}
