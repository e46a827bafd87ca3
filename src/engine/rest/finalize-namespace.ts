// PUT of a Namespace's `finalize` part: the one way to change `spec.finalizers`, which keep a Namespace that is being deleted
// until its contents are gone. The namespace controller takes its own away; whoever is stuck may do so by hand.

import { invalid, notFound, refused } from '../api/api-status.ts'
import { broken } from '../api/meta-validation.ts'
import { qualifiedName } from '../api/name-rules.ts'
import type { Namespace } from '../api/namespace/namespace.ts'
import type { ApiBody } from './api-request.ts'
import { shown } from './create-object.ts'
import { readBody } from './read-body.ts'
import { tried } from './update-object.ts'
import { objectAnswer, refusalAnswer, type WriteCall } from './write-answer.ts'
import { readWriteOptions } from './write-options.ts'
import { insistedVersion, nameProblem } from './write-rules.ts'

export function finalizeNamespace(call: WriteCall): ApiBody {
  const { info, name, request, store } = call
  const read = readWriteOptions('UpdateOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const body = readBody<Namespace>(request, info, read.options.fieldValidation)
  if (!body.ok) return refusalAnswer(body.status)
  const { value, warnings } = body
  const misplaced = nameProblem(call, value.metadata)
  if (misplaced) return refusalAnswer(misplaced, warnings)
  const old = store.objects.get('Namespace', '', name)
  if (!old) return refusalAnswer(notFound(info, name), warnings)
  const resourceVersion = insistedVersion(value.metadata)
  if (typeof resourceVersion !== 'string') return refusalAnswer(resourceVersion, warnings)
  const finalizers = value.spec?.finalizers ?? []
  const errors = finalizers.flatMap((one, index) => broken(`spec.finalizers[${index}]`, one, qualifiedName))
  const changed = tried(call, read.options, () =>
    errors.length > 0
      ? refused<Namespace>(invalid(info, name, errors))
      : store.finalizeNamespace({ ...old, metadata: { ...old.metadata, resourceVersion }, spec: { finalizers } }),
  )
  if (!changed.ok) return refusalAnswer(changed.status, warnings)
  return objectAnswer(call, 200, shown(changed.value, read.options, old), warnings)
}
