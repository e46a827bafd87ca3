// The `scale` part of Deployments and ReplicaSets: autoscaling/v1 Scale, a narrow view of how many Pods are wanted and are
// there. It has no life of its own: its version, conflicts and absence are those of the object behind it.

import { invalid, notFound, type ApiStatus } from '../api/api-status.ts'
import { nonNegative } from '../api/meta-validation.ts'
import type { KindMap } from '../api/kind-registry.ts'
import type { DraftMeta } from '../api/meta.ts'
import { jsonAnswer } from './answer.ts'
import type { ApiBody } from './api-request.ts'
import { patchedBody, patchForm } from './patch-object.ts'
import { readBody, type BodyOutcome, type WantedBody } from './read-body.ts'
import { scaleOf, type Scalable } from './scale-view.ts'
import { shown } from './create-object.ts'
import { tried } from './update-object.ts'
import { refusalAnswer, warningHeaders, type WriteCall } from './write-answer.ts'
import { readWriteOptions, type FieldValidation, type WriteOptions } from './write-options.ts'
import { insistedVersion, nameProblem, namespaceProblem, storedObject } from './write-rules.ts'

interface Scale {
  readonly metadata?: DraftMeta
  readonly spec?: { readonly replicas?: number }
}

const SCALE: WantedBody = { kind: 'Scale', group: 'autoscaling', version: 'v1', apiVersion: 'autoscaling/v1' }

/** PUT or PATCH of the scale. */
export function writeScale(call: WriteCall): ApiBody {
  const isPatch = call.request.method === 'PATCH'
  const form = isPatch ? patchForm(call) : undefined
  if (typeof form === 'object') return refusalAnswer(form)
  const read = readWriteOptions(isPatch ? 'PatchOptions' : 'UpdateOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const old = storedObject(call) as Scalable | undefined
  if (!old) return refusalAnswer(notFound(call.info, call.name))
  const { fieldValidation } = read.options
  const body: BodyOutcome<Scale> = form
    ? (patchedBody(call, {
        form,
        target: scaleOf(old),
        wanted: SCALE,
        validation: fieldValidation,
      }) as BodyOutcome<Scale>)
    : readScale(call, fieldValidation)
  if (!body.ok) return refusalAnswer(body.status)
  return changeScale(call, old, body, read.options)
}

function readScale(call: WriteCall, validation: FieldValidation): BodyOutcome<Scale> {
  return readBody<Scale>(call.request, SCALE, validation)
}

function changeScale(
  call: WriteCall,
  old: Scalable,
  { value, warnings }: { readonly value: Scale; readonly warnings: readonly string[] },
  options: WriteOptions,
): ApiBody {
  const { info, store } = call
  const resourceVersion = insistedVersion(value.metadata)
  const problem =
    nameProblem(call, value.metadata) ??
    namespaceProblem(call, value.metadata) ??
    (typeof resourceVersion === 'string' ? undefined : resourceVersion)
  if (problem) return refusalAnswer(problem, warnings)
  const replicas = value.spec?.replicas ?? 0
  const wrong = scaleProblem(call, replicas)
  if (wrong) return refusalAnswer(wrong, warnings)
  const metadata = { ...old.metadata, resourceVersion: resourceVersion as string }
  const wanted = { ...old, metadata, spec: { ...old.spec, replicas } } as KindMap['Deployment']
  const changed = tried(call, options, () => store.update(info.kind as 'Deployment', wanted))
  if (!changed.ok) return refusalAnswer(changed.status, warnings)
  return jsonAnswer(200, scaleOf(shown(changed.value, options, old)), warningHeaders(warnings))
}

function scaleProblem({ info, name }: WriteCall, replicas: number): ApiStatus | undefined {
  const errors = nonNegative('spec.replicas', replicas)
  return errors.length === 0 ? undefined : invalid({ ...info, kind: 'Scale', group: 'autoscaling' }, name, errors)
}
