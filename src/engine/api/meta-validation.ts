// Rules on metadata and on label selectors (apimachinery validation, objectmeta.go and meta/v1 validation). Maps are gone
// through by key, so that messages come in one order; the real server's order is random.

import { compareText, sameJson } from '../kernel/json.ts'
import { utf8Length } from '../kernel/utf8.ts'
import { addAll, forbiddenField, invalidValue, required, tooLong, type FieldError } from './field-error.ts'
import type { Labels, LabelSelector, LabelSelectorRequirement, ObjectMeta, OwnerReference } from './meta.ts'
import { asPrefix, labelValue, qualifiedName, type NameRule } from './name-rules.ts'

const ANNOTATIONS_MAX_BYTES = 262_144
const STANDARD_FINALIZERS = new Set(['foregroundDeletion', 'orphan', 'kubernetes'])

export function validateMeta(metadata: ObjectMeta, nameRule: NameRule): FieldError[] {
  const errors: FieldError[] = []
  const { name, generateName } = metadata
  if (generateName) errors.push(...broken('metadata.generateName', generateName, asPrefix(nameRule)))
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'))
  else errors.push(...broken('metadata.name', name, nameRule))
  return [...errors, ...validateCommonMeta(metadata)]
}

/** A change of metadata. Names are not looked at again; what the server set cannot differ any more. */
export function validateMetaUpdate(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors = validateCommonMeta(metadata, old)
  if (metadata.deletionTimestamp === undefined) return errors
  const before = new Set(old.finalizers)
  const added = (metadata.finalizers ?? []).filter(one => !before.has(one))
  if (added.length > 0) {
    const list = added.map(one => JSON.stringify(one)).join(', ')
    const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`
    errors.push(forbiddenField('metadata.finalizers', why))
  }
  return errors
}

export function validateLabels(labels: Labels | undefined, field: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of sortedKeys(labels)) {
    errors.push(...broken(field, key, qualifiedName), ...broken(field, labels?.[key] ?? '', labelValue))
  }
  return errors
}

export function validateAnnotations(annotations: Labels | undefined, field: string): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const key of sortedKeys(annotations)) {
    errors.push(...qualifiedName(key.toLowerCase()).map(why => invalidValue(field, key, why)))
    bytes += utf8Length(key) + utf8Length(annotations?.[key] ?? '')
  }
  if (bytes > ANNOTATIONS_MAX_BYTES) errors.push(tooLong(field, ANNOTATIONS_MAX_BYTES))
  return errors
}

export function validateSelector(selector: LabelSelector, field: string): FieldError[] {
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`)
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries()) {
    addAll(errors, validateRequirement(requirement, `${field}.matchExpressions[${index}]`))
  }
  return errors
}

export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
}

/** What a rule finds wrong with a value, as errors of its field. */
export function broken(field: string, value: string, rule: NameRule): FieldError[] {
  return rule(value).map(why => invalidValue(field, value, why))
}

export function nonNegative(field: string, value: number | undefined): FieldError[] {
  return value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : []
}

export function portNumber(field: string, value: number | undefined): FieldError[] {
  const port = value ?? 0
  return port >= 1 && port <= 65_535 ? [] : [invalidValue(field, port, 'must be between 1 and 65535, inclusive')]
}

export function immutable(field: string, value: unknown, old: unknown): FieldError[] {
  return sameJson(value, old) ? [] : [invalidValue(field, value, 'field is immutable')]
}

/** What is shared with `old`, which was found good, is not looked at again. */
function validateCommonMeta(metadata: ObjectMeta, old?: ObjectMeta): FieldError[] {
  const { labels, annotations, ownerReferences, finalizers } = metadata
  const errors: FieldError[] = []
  if (labels !== old?.labels) addAll(errors, validateLabels(labels, 'metadata.labels'))
  if (annotations !== old?.annotations) addAll(errors, validateAnnotations(annotations, 'metadata.annotations'))
  if (ownerReferences !== old?.ownerReferences)
    addAll(errors, validateOwners(ownerReferences ?? [], 'metadata.ownerReferences'))
  if (finalizers !== old?.finalizers) addAll(errors, validateFinalizers(finalizers ?? [], 'metadata.finalizers'))
  return errors
}

function validateOwners(owners: readonly OwnerReference[], field: string): FieldError[] {
  const errors: FieldError[] = []
  for (const owner of owners) {
    if (!owner.apiVersion)
      errors.push(invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'))
    if (!owner.kind) errors.push(invalidValue(`${field}.kind`, owner.kind ?? '', 'must not be empty'))
    if (!owner.name) errors.push(invalidValue(`${field}.name`, owner.name ?? '', 'must not be empty'))
    if (!owner.uid) errors.push(invalidValue(`${field}.uid`, owner.uid ?? '', 'must not be empty'))
  }
  const controllers = owners.filter(owner => owner.controller)
  const [first, second] = controllers
  if (first && second) {
    const who = `${first.kind}/${first.name} and ${second.kind}/${second.name}`
    errors.push(
      invalidValue(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${who}`,
      ),
    )
  }
  return errors
}

function validateFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [index, finalizer] of finalizers.entries()) {
    errors.push(...broken(field, finalizer, qualifiedName))
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) continue
    const why = 'name is neither a standard finalizer name nor is it fully qualified'
    errors.push(invalidValue(`${field}[${index}]`, finalizer, why))
  }
  return errors
}

function validateRequirement({ key, operator, values = [] }: LabelSelectorRequirement, field: string): FieldError[] {
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(
        forbiddenField(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      )
    }
  } else errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'))
  errors.push(...broken(`${field}.key`, key ?? '', qualifiedName))
  for (const [index, value] of values.entries()) errors.push(...broken(`${field}.values[${index}]`, value, labelValue))
  return errors
}

function sortedKeys(map: Labels | undefined): readonly string[] {
  return map ? Object.keys(map).sort(compareText) : []
}
