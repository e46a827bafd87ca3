// All that changes something: create, replace, patch, delete, of an object, its status, its scale or a whole collection,
// and the two things that can be asked of a Pod. Which of them a request is stands in its method and path.

import { statusAnswer } from './answer.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiBody } from './api-request.ts'
import { createObject } from './create-object.ts'
import { deleteCollection, deleteObject } from './delete-object.ts'
import { finalizeNamespace } from './finalize-namespace.ts'
import { patchObject } from './patch-object.ts'
import { bindPod, evictPod } from './pod-actions.ts'
import { methodNotAllowed } from './refusals.ts'
import { writeScale } from './scale-object.ts'
import { replaceObject } from './update-object.ts'
import type { WriteCall } from './write-answer.ts'

/** Carries out a POST, PUT, PATCH or DELETE. `nowMs`: milliseconds since 1970 in virtual time. */
export function writeVerb(call: ApiCall, by: Pick<WriteCall, 'nowMs' | 'onEviction'>): ApiBody {
  const write: WriteCall = { ...call, nowMs: by.nowMs, onEviction: by.onEviction }
  switch (call.subresource) {
    case '':
      return writeWhole(write)
    case 'status':
      return writePart(write, replaceObject, patchObject)
    case 'scale':
      return writePart(write, writeScale, writeScale)
    case 'finalize':
      return call.request.method === 'PUT' ? finalizeNamespace(write) : refuse()
    case 'binding':
      return call.request.method === 'POST' ? bindPod(write) : refuse()
    case 'eviction':
      return call.request.method === 'POST' ? evictPod(write) : refuse()
    default:
      return refuse()
  }
}

function writeWhole(call: WriteCall): ApiBody {
  const { info, namespace, name, request } = call
  if (name !== '') {
    switch (request.method) {
      case 'PUT':
        return replaceObject(call)
      case 'PATCH':
        return patchObject(call)
      case 'DELETE':
        return deleteObject(call)
      default:
        return refuse()
    }
  }
  // Nothing is made, and no collection deleted, in all namespaces at once.
  if (info.namespaced && namespace === '') return refuse()
  if (request.method === 'POST') return createObject(call)
  return request.method === 'DELETE' && info.kind !== 'Namespace' ? deleteCollection(call) : refuse()
}

function writePart(call: WriteCall, put: (call: WriteCall) => ApiBody, patch: (call: WriteCall) => ApiBody): ApiBody {
  if (call.request.method === 'PUT') return put(call)
  return call.request.method === 'PATCH' ? patch(call) : refuse()
}

function refuse(): ApiBody {
  return statusAnswer(methodNotAllowed())
}
