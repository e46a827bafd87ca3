// Reading: one object, a collection, a page of one. What is read is the current state, unless a version of before is asked
// for exactly (also by the token of a next page); that is answered as long as the store's history reaches back so far.
// Left out: waiting for a version that is not reached yet, which is refused at once.

import { notFound, type ApiStatus } from '../api/api-status.ts'
import { KINDS, type AnyObject } from '../api/kind-registry.ts'
import { jsonAnswer, jsonTextAnswer, statusAnswer } from './answer.ts'
import { AnswerForm, type ListMeta } from './answer-form.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiBody } from './api-request.ts'
import { decodeContinue, encodeContinue } from './continue-token.ts'
import { versionNumber, type ListOptions } from './list-options.ts'
import { badRequest, expired, expiredToken, tooLargeVersion, unclassified } from './refusals.ts'
import { scaleOf } from './scale-view.ts'

export function readObject(call: ApiCall, nowMs: () => number): ApiBody {
  const { info, namespace, name, store } = call
  const form = AnswerForm.of(call, false, nowMs)
  if (!(form instanceof AnswerForm)) return statusAnswer(form)
  const version = versionNumber(call.query.get('resourceVersion') ?? '')
  if (typeof version !== 'number') return statusAnswer(unclassified(version.wrong))
  if (version > store.revision) return statusAnswer(tooLargeVersion(version, store.revision))
  const object = store.objects.get(info.kind, namespace, name)
  if (!object) return statusAnswer(notFound(info, name))
  // A Scale has no columns of its own and is given as it is.
  return call.subresource === 'scale' ? jsonAnswer(200, scaleOf(object)) : jsonTextAnswer(200, form.object(object))
}

export function listObjects(call: ApiCall, options: ListOptions, nowMs: () => number): ApiBody {
  const form = AnswerForm.of(call, true, nowMs)
  if (!(form instanceof AnswerForm)) return statusAnswer(form)
  const moment = momentOf(call, options)
  if ('status' in moment) return statusAnswer(moment)
  const { objects, metadata } = pageOf(moment, options)
  return jsonTextAnswer(200, form.list(objects, metadata))
}

/** The state that a list is made from: all objects in its scope at a version, those behind a place only. */
interface Moment {
  readonly revision: number
  readonly objects: readonly AnyObject[]
  readonly limit: number
}

function momentOf(call: ApiCall, options: ListOptions): Moment | ApiStatus {
  const { revision: current } = call.store
  const { resourceVersion, versionMatch, limit, continueToken } = options
  if (continueToken !== '') return continuedMoment(call, options)
  const version = versionNumber(resourceVersion)
  if (typeof version !== 'number') return badRequest(`invalid resource version: ${version.wrong}`)
  if (version > current) return tooLargeVersion(version, current)
  // Any state will do; the server then gives what it has at hand, whole.
  if (resourceVersion === '0') return { revision: current, objects: objectsNow(call), limit: 0 }
  const isExact = version > 0 && (versionMatch === 'Exact' || (versionMatch === '' && limit > 0))
  if (!isExact) return { revision: current, objects: objectsNow(call), limit }
  const objects = objectsAt(call, version)
  return objects
    ? { revision: version, objects, limit }
    : expired('The resourceVersion for the provided list is too old.')
}

const TOKEN_TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.'

function continuedMoment(call: ApiCall, options: ListOptions): Moment | ApiStatus {
  const { revision: current } = call.store
  const { resourceVersion, limit, continueToken } = options
  if (resourceVersion !== '' && resourceVersion !== '0') {
    return badRequest('specifying resource version is not allowed when using continue')
  }
  const token = decodeContinue(continueToken)
  if (!token.ok) return badRequest(`invalid continue token: ${token.message}`)
  const { revision, after } = token.value
  if (revision > current) return tooLargeVersion(revision, current)
  const objects = revision < 0 ? objectsNow(call) : objectsAt(call, revision)
  if (!objects) return expiredToken(TOKEN_TOO_OLD, encodeContinue({ revision: -1, after }))
  return {
    revision: revision < 0 ? current : revision,
    objects: objects.filter(object => placeOf(object) > after),
    limit,
  }
}

function pageOf(
  { revision, objects, limit }: Moment,
  { matches, isSelective }: ListOptions,
): {
  readonly objects: readonly AnyObject[]
  readonly metadata: ListMeta
} {
  const resourceVersion = String(revision)
  if (limit === 0) return { objects: objects.filter(matches), metadata: { resourceVersion } }
  const page: AnyObject[] = []
  let seen = 0
  while (seen < objects.length && page.length < limit) {
    const object = objects[seen++] as AnyObject
    if (matches(object)) page.push(object)
  }
  const last = objects[seen - 1]
  if (!last || seen === objects.length) return { objects: page, metadata: { resourceVersion } }
  const metadata = {
    resourceVersion,
    continue: encodeContinue({ revision, after: placeOf(last) }),
    // How many of the rest a selector would choose is not counted.
    ...(!isSelective && { remainingItemCount: objects.length - seen }),
  }
  return { objects: page, metadata }
}

/** All objects in the scope of a collection, in the order of the store's keys. */
export function objectsNow({ info, namespace, store }: ApiCall): readonly AnyObject[] {
  return store.objects.table(info.kind).list(namespace === '' ? undefined : namespace)
}

function objectsAt({ info, namespace, store }: ApiCall, revision: number): readonly AnyObject[] | undefined {
  const current = store.objects.table(info.kind).list(undefined)
  const objects = store.history.stateAt(info.kind, revision, current)
  return namespace === '' ? objects : objects?.filter(object => object.metadata.namespace === namespace)
}

function placeOf(object: AnyObject): string {
  const namespace = KINDS[object.kind as keyof typeof KINDS].namespaced ? (object.metadata.namespace ?? '') : ''
  return `${namespace}/${object.metadata.name}`
}
