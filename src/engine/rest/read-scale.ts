// A Scale that is read: as itself, or as the table that is its own and not that of its workload.

import type { ApiCall } from './api-call.ts'
import type { ApiBody } from './api-request.ts'
import { jsonAnswer } from './answer.ts'
import { responseForm } from './content.ts'
import { readObject } from './read-verbs.ts'
import { scaleOf } from './scale-view.ts'
import { toScaleTable, type IncludeObject } from './table-view.ts'

export function readScale(call: ApiCall, nowMs: () => number): ApiBody {
  const { info, namespace, name, store, query, request } = call
  const answer = readObject(call, nowMs)
  const form = responseForm(request.headers['accept'], false)
  const object = store.objects.get(info.kind, namespace, name)
  if (answer.status !== 200 || form?.as !== 'Table' || !object) return answer
  const includeObject = (query.get('includeObject') || 'Metadata') as IncludeObject
  return jsonAnswer(200, toScaleTable(scaleOf(object), { includeObject, version: form.version, nowMs: nowMs() }))
}
