// Server-side apply: PATCH with a configuration of which every field is meant. It is laid over what is stored, fields that the
// applier named before and names no longer go, and what others set differently is a conflict unless forced.

import { notFound, type ApiStatus } from '../api/api-status.ts'
import { decodeObject } from '../api/decode/decode-object.ts'
import type { AnyObject } from '../api/kind-registry.ts'
import type { ManagedFieldsEntry } from '../api/meta.ts'
import { canonicalJson, compareText } from '../kernel/json.ts'
import { configProblem } from './apply-config.ts'
import { mergeConfig, withoutFields } from './apply-merge.ts'
import type { ApiBody } from './api-request.ts'
import { createFrom } from './create-object.ts'
import { isWithin, orderedPaths, pathText, type FieldPath, type FieldSet } from './field-paths.ts'
import { fieldValues } from './field-set.ts'
import { afterApply, changedFields, decodeManagers, encodeManagers, isSame, type Ownership } from './field-managers.ts'
import { isRecord, own, type JsonRecord } from './patch-outcome.ts'
import { isOn } from './query-options.ts'
import { parseConfig, textOf, type WantedBody } from './read-body.ts'
import { badRequest, unclassified } from './refusals.ts'
import { entryTime, ownedPart, writerOf } from './track-fields.ts'
import { changeObject } from './update-object.ts'
import { refusalAnswer, type WriteCall } from './write-answer.ts'
import { readWriteOptions, type WriteOptions } from './write-options.ts'
import { nameProblem, namespaceProblem, storedObject } from './write-rules.ts'

/** The annotation in which kubectl's older way of applying keeps what it applied. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** The owner of all that was there before anybody's fields were noted. */
const BEFORE_FIRST_APPLY = 'before-first-apply'

export function applyObject(call: WriteCall): ApiBody {
  const read = readWriteOptions('PatchOptions', call.query, true)
  if (!read.ok) return refusalAnswer(read.status)
  const parsed = parseConfig(call.request.body)
  if (!parsed.ok) return refusalAnswer(parsed.status)
  const config = parsed.value
  const refusal = configRefusal(call, config, call.info)
  if (refusal) return refusalAnswer(refusal)
  const old = storedObject(call)
  if (!old && call.subresource !== '') return refusalAnswer(notFound(call.info, call.name))
  return old ? applyTo(call, old, config, read.options) : createApplied(call, config, read.options)
}

/** Why a configuration cannot be applied at that path, to a thing of the wanted kind. */
export function configRefusal(call: WriteCall, config: JsonRecord, info: WantedBody): ApiStatus | undefined {
  const metadata = own(config, 'metadata')
  const meta = isRecord(metadata) ? metadata : {}
  if ((own(meta, 'managedFields') ?? null) !== null) return badRequest('metadata.managedFields must be nil')
  const [apiVersion, kind] = [textOf(config, 'apiVersion'), textOf(config, 'kind')]
  if (kind !== info.kind || apiVersion !== info.apiVersion) {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    return badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`)
  }
  const problem = configProblem(info.kind, config)
  if (problem !== undefined) {
    const about = `(${textOf(meta, 'namespace')}/${textOf(meta, 'name')}; ${info.group}/${info.version}, Kind=${info.kind})`
    return unclassified(`failed to create typed patch object ${about}: ${problem}`)
  }
  const named = { name: call.name, ...meta }
  return nameProblem(call, named) ?? namespaceProblem(call, named)
}

function createApplied(call: WriteCall, config: JsonRecord, options: WriteOptions): ApiBody {
  const applied = new Set(fieldValues(config, ownedPart(call)).keys())
  const owner: Ownership = { ...writerOf(call, 'Apply'), time: entryTime(call), fields: applied }
  return createFrom(call, decoded(call, named(call, config)), {
    options,
    warnings: [],
    hasVersion: false,
    managedFields: encodeManagers([owner]),
  })
}

function applyTo(call: WriteCall, old: AnyObject, config: JsonRecord, options: WriteOptions): ApiBody {
  const plan = planApply(call, old, config)
  if (!plan.ok) return refusalAnswer(plan.status)
  return changeObject(call, old, decoded(call, plan.object), {
    options,
    warnings: [],
    managedFields: plan.managedFields,
  })
}

type ApplyPlan =
  | { readonly ok: true; readonly object: JsonRecord; readonly managedFields: readonly ManagedFieldsEntry[] }
  | { readonly ok: false; readonly status: ApiStatus }

/** What applying a configuration would make of an object and its owners, or the conflicts that forbid it. */
export function planApply(call: WriteCall, old: AnyObject, given: JsonRecord): ApplyPlan {
  const part = ownedPart(call)
  const applier = writerOf(call, 'Apply')
  const config = ownPart(call, given)
  const owners = ownersOf(call, old)
  const applied = new Set(fieldValues(config, part).keys())
  const live = old as unknown as JsonRecord
  const merged = mergeConfig(call.info.kind, live, config)
  const before = fieldValues(old, part)
  const changes = changedFields(before, fieldValues(merged, part))
  const conflicts = conflictsWith(owners, applier, {
    set: changes.set,
    applied,
    excused: excusedBy(applier.manager, old, part, before),
  })
  if (conflicts.length > 0 && !isOn(call.query, 'force')) return { ok: false, status: conflictStatus(conflicts) }
  const others = owners.filter(owner => !isSame(owner, applier))
  const dropped = droppedFields(owners.find(owner => isSame(owner, applier))?.fields, applied, others)
  const othersOwn = (path: FieldPath): boolean =>
    others.some(({ fields }) => [...fields].some(one => isWithin(one, path)))
  const pruned = withoutFields(call.info.kind, merged, dropped, othersOwn)
  const after = afterApply(owners, applier, {
    applied,
    changes: changedFields(before, fieldValues(pruned, part)),
    time: entryTime(call),
  })
  const object = withLastApplied(applier.manager, pruned, config)
  return { ok: true, object, managedFields: encodeManagers(after) }
}

/** Of a configuration, the part that the path is about. */
function ownPart({ info, subresource }: WriteCall, config: JsonRecord): JsonRecord {
  const foreign = info.hasStatus ? (subresource === 'status' ? 'spec' : 'status') : ''
  return Object.fromEntries(Object.entries(config).filter(([field]) => field !== foreign))
}

function named(call: WriteCall, config: JsonRecord): JsonRecord {
  const metadata = own(config, 'metadata')
  return { ...config, metadata: { name: call.name, ...(isRecord(metadata) ? metadata : {}) } }
}

// The schema was checked, so what decoding would say is known already; nulls go.
function decoded({ info }: WriteCall, value: JsonRecord): unknown {
  return decodeObject(info.kind, value).value
}

function ownersOf(call: WriteCall, old: AnyObject): readonly Ownership[] {
  const owners = decodeManagers(old.metadata.managedFields) ?? []
  if (owners.length > 0) return owners
  const fields = new Set(fieldValues(old, { ...ownedPart(call), subresource: '' }).keys())
  return [
    {
      manager: BEFORE_FIRST_APPLY,
      operation: 'Update',
      apiVersion: call.info.apiVersion,
      subresource: '',
      time: entryTime(call),
      fields,
    },
  ]
}

/** What the applier named before, names no longer and shares with nobody. */
function droppedFields(last: FieldSet | undefined, applied: FieldSet, others: readonly Ownership[]): FieldSet {
  const isShared = (path: FieldPath): boolean => others.some(({ fields }) => fields.has(path))
  return new Set([...(last ?? [])].filter(path => !applied.has(path) && !isShared(path)))
}

// ── conflicts ──

interface Conflict {
  readonly owner: Ownership
  readonly path: FieldPath
}

function conflictsWith(
  owners: readonly Ownership[],
  applier: Ownership | ReturnType<typeof writerOf>,
  { set, applied, excused }: { readonly set: FieldSet; readonly applied: FieldSet; readonly excused: FieldSet },
): readonly Conflict[] {
  return owners
    .filter(owner => !isSame(owner, applier))
    .flatMap(owner => {
      const paths = [...owner.fields].filter(path => set.has(path) && applied.has(path) && !excused.has(path))
      return orderedPaths(paths).map(path => ({ owner, path }))
    })
}

function conflictStatus(conflicts: readonly Conflict[]): ApiStatus {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${ownerText(owner)}`,
    field: pathText(path),
  }))
  const [only] = conflicts
  const count = conflicts.length
  const said =
    count === 1 && only ? `conflict with ${ownerText(only.owner)}: ${pathText(only.path)}` : listedByOwner(conflicts)
  return {
    ...badRequest(`Apply failed with ${count} conflict${count === 1 ? '' : 's'}: ${said}`),
    reason: 'Conflict',
    code: 409,
    details: { causes },
  }
}

function listedByOwner(conflicts: readonly Conflict[]): string {
  const owners = [...new Set(conflicts.map(({ owner }) => ownerText(owner)))].toSorted(compareText)
  return owners
    .flatMap(name => {
      const theirs = conflicts.filter(({ owner }) => ownerText(owner) === name)
      return [`conflicts with ${name}:`, ...theirs.map(({ path }) => `- ${pathText(path)}`)]
    })
    .join('\n')
}

function ownerText({ manager, operation, apiVersion, subresource }: Ownership): string {
  const part = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}

// ── what kubectl applied in its older way ──

/** Fields that still are as kubectl's older way of applying left them: kubectl itself may take those over. */
function excusedBy(
  manager: string,
  old: AnyObject,
  part: ReturnType<typeof ownedPart>,
  before: ReturnType<typeof fieldValues>,
): FieldSet {
  const last = manager === 'kubectl' ? lastApplied(old) : undefined
  if (!last) return new Set()
  return new Set(
    [...fieldValues(last, part)].filter(([path, value]) => before.get(path) === value).map(([path]) => path),
  )
}

function lastApplied(old: AnyObject): JsonRecord | undefined {
  const text = old.metadata.annotations?.[LAST_APPLIED]
  if (text === undefined) return undefined
  const parsed = parseConfig(text)
  return parsed.ok ? parsed.value : undefined
}

// Whoever applies in the older way later finds what was applied last.
function withLastApplied(manager: string, object: JsonRecord, config: JsonRecord): JsonRecord {
  const metadata = own(object, 'metadata')
  const annotations = isRecord(metadata) ? own(metadata, 'annotations') : undefined
  if (manager !== 'kubectl' || !isRecord(metadata) || !isRecord(annotations)) return object
  if (annotations[LAST_APPLIED] === undefined) return object
  const text = `${canonicalJson(withoutLastApplied(config))}\n`
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } }
}

function withoutLastApplied(config: JsonRecord): JsonRecord {
  const metadata = own(config, 'metadata')
  const annotations = isRecord(metadata) ? own(metadata, 'annotations') : undefined
  if (!isRecord(metadata) || !isRecord(annotations)) return config
  const { [LAST_APPLIED]: _, ...others } = annotations
  return { ...config, metadata: { ...metadata, annotations: others } }
}
