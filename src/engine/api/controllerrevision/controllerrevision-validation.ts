// Rules on ControllerRevisions (apps validation): there is data, it never changes, and revisions count up from 0.

import { required, type FieldError } from '../field-error.ts'
import { immutable, nonNegative, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import type { ControllerRevision } from './controllerrevision.ts'

export function validateControllerRevision(revision: ControllerRevision): FieldError[] {
  return [...validateMeta(revision.metadata, dnsSubdomain), ...validateContents(revision)]
}

export function validateControllerRevisionUpdate(revision: ControllerRevision, old: ControllerRevision): FieldError[] {
  return [
    ...validateMetaUpdate(revision.metadata, old.metadata),
    ...validateContents(revision),
    ...immutable('data', revision.data, old.data),
  ]
}

function validateContents({ data, revision }: ControllerRevision): FieldError[] {
  const errors = data === undefined ? [required('data', 'data is mandatory')] : []
  return [...errors, ...nonNegative('revision', revision)]
}
