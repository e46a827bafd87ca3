// From the parsed documents of a text to objects of known kinds, told strictly: unknown kinds, unknown fields, wrong types
// and names that stand twice become problems at their places. The cluster is not asked here.

import { decodeObject, type DecodeProblem } from '../api/decode/decode-object.ts'
import { nearest } from '../api/decode/near-miss.ts'
import { ALL_KINDS, findKind, KINDS, type AnyObject, type Kind, type KindInfo } from '../api/kind-registry.ts'
import type { Draft } from '../api/meta.ts'
import { rangeOf, type ParsedDocument, type ParsedManifests, type YamlProblem } from '../yaml/index.ts'
import { valueAt } from './locate-field.ts'
import type { ManifestFix } from './manifest-problem.ts'
import type { Plain } from './plain-sentence.ts'
import type { ProblemList } from './problem-list.ts'
import { fixForDecoding, replaceWith } from './suggest-fix.ts'

/** One object that the text wants; `namespace` is '' for cluster-wide kinds. */
export interface WantedObject {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly manifest: Draft<AnyObject>
  readonly document: ParsedDocument
}

/** Kinds of Kubernetes that this playground does not have; they are no slips. */
const KINDS_ELSEWHERE = new Set(
  'Ingress IngressClass NetworkPolicy Job CronJob PersistentVolume PersistentVolumeClaim StorageClass Role RoleBinding ClusterRole ClusterRoleBinding HorizontalPodAutoscaler ResourceQuota LimitRange ReplicationController CustomResourceDefinition Gateway GatewayClass HTTPRoute PriorityClass PodTemplate'.split(
    ' ',
  ),
)

/** What only the server sets; a manifest copied from a cluster may hold it. */
const SYSTEM_FIELDS = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]

export function addYamlProblems(parsed: ParsedManifests, text: string, problems: ProblemList): void {
  for (const problem of parsed.problems) {
    const plain = { key: `problem.${problem.code}`, values: problem.values } as const
    const { document, field, message } = problem
    problems.add({
      severity: 'error',
      document,
      object: '',
      field,
      range: problem,
      message,
      plain,
      fix: yamlFix(problem, text),
    })
  }
}

export function readObjects(parsed: ParsedManifests, text: string, problems: ProblemList): readonly WantedObject[] {
  const wanted: WantedObject[] = []
  const seen = new Set<string>()
  for (const document of parsed.documents) {
    if (problems.isFull) break
    const info = knownKind(document, problems)
    const decoded = info && decodeDocument(info, document, text, problems)
    if (!info || !decoded) continue
    const name = document.value.metadata.name ?? ''
    const namespace = info.namespaced ? document.value.metadata.namespace || 'default' : ''
    const id = `${info.kind}/${namespace}/${name}`
    if (seen.has(id)) {
      problems.add({
        ...about(document),
        field: 'metadata.name',
        range: document.rangeOf(['metadata', 'name']),
        message: `${info.kind} "${name}" stands twice in this text`,
        plain: { key: 'problem.duplicateName', values: { kind: info.kind, name } },
      })
    } else wanted.push({ kind: info.kind, namespace, name, manifest: bareManifest(decoded, namespace), document })
    seen.add(id)
  }
  return wanted
}

/** The head of a problem about an object of the text. */
export function about(document: ParsedDocument): {
  readonly severity: 'error'
  readonly document: number
  readonly object: string
} {
  const { kind, metadata } = document.value
  return { severity: 'error', document: document.document, object: `${kind}/${metadata.name ?? ''}` }
}

function knownKind(document: ParsedDocument, problems: ProblemList): KindInfo | undefined {
  const { apiVersion, kind } = document.value
  const info = findKind(apiVersion, kind)
  if (info) return info
  const message = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
  const isKnown = Object.hasOwn(KINDS, kind)
  const field = isKnown ? 'apiVersion' : 'kind'
  const range = document.rangeOf([field])
  let plain: Plain = { key: 'problem.unknownKind', values: { kind, apiVersion } }
  let fix: ManifestFix | undefined
  if (isKnown) {
    const expected = KINDS[kind as Kind].apiVersion
    plain = { key: 'problem.wrongApiVersion', values: { kind, apiVersion, expected } }
    fix = replaceWith(range, expected)
  } else if (KINDS_ELSEWHERE.has(kind)) plain = { key: 'problem.kindNotServed', values: { kind } }
  else {
    const meant = nearest(kind, ALL_KINDS)
    if (meant !== undefined) fix = replaceWith(range, meant)
  }
  problems.add({ ...about(document), field, range, message, plain, fix })
  return undefined
}

// A wrong type leaves nothing to go on with; an unknown field does.
function decodeDocument(
  info: KindInfo,
  document: ParsedDocument,
  text: string,
  problems: ProblemList,
): Draft<AnyObject> | undefined {
  const decoded = decodeObject(info.kind, document.value)
  for (const problem of decoded.problems) {
    const place = document.placeOf(problem.path)
    const useKey = problem.type === 'unknownField' && place?.key
    const range = useKey ? rangeOf(useKey) : document.rangeOf(problem.path)
    const fix = fixForDecoding(problem, valueAt(document.value, problem.path), range, text)
    const { field, message } = problem
    problems.add({ ...about(document), field, range, message, plain: decodeSentence(problem, info.kind), fix })
  }
  return decoded.problems.some(problem => problem.type === 'wrongType')
    ? undefined
    : (decoded.value as Draft<AnyObject>)
}

function decodeSentence(problem: DecodeProblem, kind: Kind): Plain {
  const { field } = problem
  if (problem.type === 'unknownField') return { key: 'problem.unknownField', values: { kind, field } }
  if (problem.inTextMap) return { key: 'problem.labelNotText', values: { field } }
  return {
    key: 'problem.wrongType',
    values: { field, expected: plainType(problem.wanted), actual: plainType(problem.actual) },
  }
}

function plainType(type: string): string {
  if (type === 'int32' || type === 'int64' || type === 'number') return 'a number'
  if (type === 'bool') return 'true or false'
  if (type === 'array' || type.startsWith('[]')) return 'a list'
  if (type === 'string' || type === 'v1.Time' || type === 'resource.Quantity') return 'text'
  return type === 'object' || type.startsWith('map') || GO_STRUCT.test(type) ? 'an object' : 'text'
}

const GO_STRUCT =
  /^v1\.[A-Z]\w*(Spec|Meta|Action|Selector|Strategy|Config|Conditions|Hints|Handler|Lifecycle|Probe|Deployment|Reference)$/

function bareManifest(decoded: Draft<AnyObject>, namespace: string): Draft<AnyObject> {
  const { status: _status, ...rest } = decoded as Draft<AnyObject> & { readonly status?: unknown }
  const metadata = Object.fromEntries(Object.entries(decoded.metadata).filter(([key]) => !SYSTEM_FIELDS.includes(key)))
  return { ...rest, metadata: { ...metadata, namespace: namespace === '' ? undefined : namespace } }
}

function yamlFix(problem: YamlProblem, text: string): ManifestFix | undefined {
  if (problem.code !== 'tab') return undefined
  const from = text.lastIndexOf('\n', problem.from) + 1
  const indent = /^[ \t]*/.exec(text.slice(from))?.[0] ?? ''
  if (!indent.includes('\t')) return undefined
  const edits = [{ from, to: from + indent.length, insert: indent.replaceAll('\t', '  ') }]
  return { label: { key: 'fix.indentWithSpaces', values: {} }, edits }
}
