// Makes the cluster follow a text of manifests, as a whole or not at all: everything is parsed, decoded, and put through
// the API server's own admission in one transaction; one error, and nothing has happened. Otherwise it works as
// `kubectl apply --prune` would, with one difference: what left the text is deleted first, so that a renamed Service can
// keep its node port.

import { warningsFor } from '../api/warnings.ts'
import { fieldErrorText, type FieldError } from '../api/field-error.ts'
import type { ApiStatus } from '../api/api-status.ts'
import type { AnyObject, Kind, KindMap } from '../api/kind-registry.ts'
import type { Draft } from '../api/meta.ts'
import type { ClusterStore, StoreClient } from '../store/index.ts'
import { parseManifests, type ParsedDocument } from '../yaml/index.ts'
import { locateField, pathInText } from './locate-field.ts'
import type { AppliedChange, ManifestProblem } from './manifest-problem.ts'
import { plainSentence, shownValue, type Ranges } from './plain-sentence.ts'
import { ProblemList } from './problem-list.ts'
import { about, addYamlProblems, readObjects, type WantedObject } from './read-objects.ts'
import { fixForFieldError, onlyContainerPort } from './suggest-fix.ts'
import { mergeManifest } from './three-way.ts'

/** One object that a text brought, with its manifest as it was applied last. Plain JSON. */
interface AppliedManifest {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly manifest: Draft<AnyObject>
}

/** All that a text brought: kept by the caller between two texts. */
export type AppliedManifests = readonly AppliedManifest[]

export type ManifestOutcome =
  | {
      readonly ok: true
      /** How many objects the text holds. */
      readonly documents: number
      readonly applied: readonly AppliedChange[]
      readonly problems: readonly ManifestProblem[]
      /** To be given as `previous` with the next text. */
      readonly state: AppliedManifests
    }
  | { readonly ok: false; readonly documents: number; readonly problems: readonly ManifestProblem[] }

interface ApplyRequest {
  readonly store: ClusterStore
  readonly text: string
  readonly previous: AppliedManifests
  /** Only tells what would happen. */
  readonly dryRunOnly?: boolean | undefined
}

export function applyManifests({ store, text, previous, dryRunOnly = false }: ApplyRequest): ManifestOutcome {
  const problems = new ProblemList(text)
  const parsed = parseManifests(text)
  addYamlProblems(parsed, text, problems)
  const wanted = readObjects(parsed, text, problems)
  const documents = parsed.documents.length
  const context: ApplyContext = {
    client: store.client('kubectl-client-side-apply'),
    problems,
    previous: new Map(previous.map(one => [idOf(one), one])),
    ranges: {
      clusterIPs: store.settings['service-cluster-ip-range'],
      nodePorts: store.settings['service-node-port-range'],
    },
    containerPort: onlyContainerPort(parsed.documents.map(document => document.value)),
    namespacesInText: new Set(
      parsed.documents.filter(one => one.value.kind === 'Namespace').map(one => one.value.metadata.name ?? ''),
    ),
  }
  const applied = store.transaction(() => {
    const changes = [...pruneAll(previous, wanted, context), ...wanted.flatMap(one => applyOne(one, context))]
    return { commit: !dryRunOnly && !problems.hasErrors, value: changes }
  })
  if (problems.hasErrors) return { ok: false, documents, problems: problems.all() }
  const state = wanted.map(({ kind, namespace, name, manifest }) => ({ kind, namespace, name, manifest }))
  return { ok: true, documents, applied, problems: problems.all(), state }
}

/** More of one object than anyone mends at once. */
const ERRORS_MAX = 200

interface ApplyContext {
  readonly client: StoreClient
  readonly problems: ProblemList
  readonly previous: ReadonlyMap<string, AppliedManifest>
  readonly ranges: Ranges
  readonly containerPort: number | undefined
  readonly namespacesInText: ReadonlySet<string>
}

interface ObjectId {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

function idOf({ kind, namespace, name }: ObjectId): string {
  return `${kind}/${namespace}/${name}`
}

// What the last text brought and this one lacks. What is gone already, or may not be deleted (a lasting namespace), is left.
function pruneAll(
  previous: AppliedManifests,
  wanted: readonly WantedObject[],
  { client }: ApplyContext,
): AppliedChange[] {
  const kept = new Set(wanted.map(idOf))
  const changes: AppliedChange[] = []
  for (const { kind, namespace, name } of previous) {
    if (kept.has(idOf({ kind, namespace, name }))) continue
    if (client.delete(kind, namespace, name, { withContents: true }).ok)
      changes.push({ kind, namespace, name, result: 'deleted' })
  }
  return changes
}

function applyOne(wanted: WantedObject, context: ApplyContext): AppliedChange[] {
  const { kind, namespace, name, manifest, document } = wanted
  const live = context.client.get(kind, namespace, name)
  const written = live ? update(kind, live, wanted, context) : context.client.create(kind, manifest)
  if (!written.ok) {
    addRefusal(written.status, document, context)
    return []
  }
  for (const warning of warningsFor(kind, written.value)) {
    context.problems.add({
      ...about(document),
      severity: 'warning',
      field: warning.field,
      range: document.rangeOf(warning.field === '' ? ['kind'] : pathInText(warning.field, document)),
      message: warning.message,
      plain: warningSentence(warning.type, kind, warning.field),
    })
  }
  return [{ kind, namespace, name, result: !live ? 'created' : written.value === live ? 'unchanged' : 'configured' }]
}

function update(kind: Kind, live: AnyObject, wanted: WantedObject, { client, previous }: ApplyContext) {
  const last = previous.get(idOf(wanted))?.manifest
  return client.update(kind, mergeManifest(last, wanted.manifest, live) as KindMap[Kind])
}

function warningSentence(type: 'deprecated' | 'ignored' | 'other', kind: Kind, field: string) {
  if (type === 'ignored') return { key: 'problem.ignored', values: { field } } as const
  if (type === 'deprecated' && kind === 'Endpoints') {
    return { key: 'problem.deprecated', values: { kind, instead: 'EndpointSlice' } } as const
  }
  return { key: 'problem.other', values: {} } as const
}

function addRefusal(status: ApiStatus, document: ParsedDocument, context: ApplyContext): void {
  const causes = status.reason === 'Invalid' ? (status.details?.causes ?? []) : []
  if (causes.length === 0) return addWholeRefusal(status, document, context)
  const errors = distinct(
    causes.map(({ reason, message, field }) => ({ type: reason as FieldError['type'], field, detail: message })),
  )
  for (const error of errors.slice(0, ERRORS_MAX)) {
    if (isEchoOfPort(error, errors, document)) continue
    const range = locateField(document, error.field, shownValue(error))
    const stands = document.placeOf(pathInText(error.field, document)) !== undefined
    context.problems.add({
      ...about(document),
      field: error.field,
      range,
      message: fieldErrorText(error),
      plain: plainSentence(error, context.ranges),
      fix: stands ? fixForFieldError(error, range, context.containerPort) : undefined,
    })
  }
}

function distinct(errors: readonly FieldError[]): readonly FieldError[] {
  return [...new Map(errors.map(error => [fieldErrorText(error), error])).values()]
}

// A target port that is not in the text is the port itself: the server complains of both, the mistake is one.
function isEchoOfPort(error: FieldError, errors: readonly FieldError[], document: ParsedDocument): boolean {
  const port = /^(spec\.ports\[\d+\])\.targetPort$/.exec(error.field)?.[1]
  if (port === undefined || document.placeOf(pathInText(error.field, document))) return false
  return errors.some(other => other.field === `${port}.port`)
}

function addWholeRefusal(status: ApiStatus, document: ParsedDocument, context: ApplyContext): void {
  const { namespace = 'default' } = document.value.metadata
  const noNamespace = status.reason === 'NotFound' && status.details?.kind === 'namespaces'
  // A namespace that this very text brings, but wrongly, is said to be wrong once.
  if (noNamespace && context.namespacesInText.has(namespace) && context.problems.hasErrors) return
  const field = noNamespace ? 'metadata.namespace' : 'metadata.name'
  context.problems.add({
    ...about(document),
    field,
    range: document.rangeOf(field.split('.')),
    message: status.message,
    plain: noNamespace ? { key: 'problem.noNamespace', values: { namespace } } : { key: 'problem.other', values: {} },
  })
}
