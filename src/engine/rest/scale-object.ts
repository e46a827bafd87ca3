// The `scale` part of Deployments and ReplicaSets: autoscaling/v1 Scale, a narrow view of how many Pods are wanted and are
// there. It has no life of its own: its version, conflicts and absence are those of the object behind it.

import { invalid, notFound, type ApiStatus } from '../api/api-status.ts'
import { nonNegative } from '../api/meta-validation.ts'
import type { KindMap } from '../api/kind-registry.ts'
import type { DraftMeta, ManagedFieldsEntry } from '../api/meta.ts'
import { jsonAnswer } from './answer.ts'
import { configRefusal, planApply } from './apply-object.ts'
import type { ApiBody } from './api-request.ts'
import { APPLY_TYPE, patchedBody, patchForm } from './patch-object.ts'
import { mediaTypeOf, parseConfig, readBody, type BodyOutcome, type WantedBody } from './read-body.ts'
import { scaleOf, type Scalable } from './scale-view.ts'
import { shown } from './create-object.ts'
import { fieldsOfChange } from './track-fields.ts'
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
  if (isPatch && mediaTypeOf(call.request) === APPLY_TYPE) return applyScale(call)
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

// What is applied of a scale is the number of Pods that its object wants.
function applyScale(call: WriteCall): ApiBody {
  const read = readWriteOptions('PatchOptions', call.query, true)
  if (!read.ok) return refusalAnswer(read.status)
  const parsed = parseConfig(call.request.body)
  if (!parsed.ok) return refusalAnswer(parsed.status)
  const refusal = configRefusal(call, parsed.value, SCALE)
  if (refusal) return refusalAnswer(refusal)
  const old = storedObject(call) as Scalable | undefined
  if (!old) return refusalAnswer(notFound(call.info, call.name))
  const { metadata, spec } = parsed.value as Scale
  const plan = planApply(call, old, spec?.replicas === undefined ? {} : { spec: { replicas: spec.replicas } })
  if (!plan.ok) return refusalAnswer(plan.status)
  const replicas = (plan.object as unknown as Scalable).spec.replicas ?? 1
  const value = { metadata: { ...metadata, name: call.name }, spec: { replicas } }
  return changeScale(call, old, { value, warnings: [], managedFields: plan.managedFields }, read.options)
}

function readScale(call: WriteCall, validation: FieldValidation): BodyOutcome<Scale> {
  return readBody<Scale>(call.request, SCALE, validation)
}

interface ScaleChange {
  readonly value: Scale
  readonly warnings: readonly string[]
  /** Who owns what, where the scale was applied. */
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

function changeScale(
  call: WriteCall,
  old: Scalable,
  { value, warnings, managedFields }: ScaleChange,
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
  const scaled = { ...old, spec: { ...old.spec, replicas } } as KindMap['Deployment']
  const owners = managedFields ?? fieldsOfChange(call, { old, object: scaled, sent: undefined })
  const metadata = { ...old.metadata, resourceVersion: resourceVersion as string, managedFields: owners }
  const wanted = { ...scaled, metadata }
  const changed = tried(call, options, () => store.update(info.kind as 'Deployment', wanted))
  if (!changed.ok) return refusalAnswer(changed.status, warnings)
  return jsonAnswer(200, scaleOf(shown(changed.value, options, old)), warningHeaders(warnings))
}

function scaleProblem({ info, name }: WriteCall, replicas: number): ApiStatus | undefined {
  const errors = nonNegative('spec.replicas', replicas)
  return errors.length === 0 ? undefined : invalid({ ...info, kind: 'Scale', group: 'autoscaling' }, name, errors)
}
