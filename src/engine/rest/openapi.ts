// The API's description of itself, as far as kubectl reads it: OpenAPI v3 documents for each group and version that say
// which kinds take `fieldValidation` and which fields and types an object has (`kubectl explain`). The schemas are made of
// the same structs that decoding uses; texts, and parts that are decoded as they come, are there when they are handed in.
// Left out on purpose: the operations besides PATCH, and what a PATCH takes as its body (kubectl then merges by its built-in
// types, as it should). OpenAPI v2 in JSON has the same; in protobuf, which only kubectl of before v3 asks for, it is the
// empty document, which that takes as "validate on the server".

import { GO_STRUCTS, goName, type GoType } from '../api/decode/go-structs.ts'
import { jsonAnswer } from './answer.ts'
import type { ApiBody } from './api-request.ts'
import { cachedAnswer, hashOf } from './cached-answer.ts'
import { acceptClauses } from './content.ts'
import { listRelation } from './field-schema.ts'
import { listStrategy } from './merge-keys.ts'
import { joinField, namesIn, referenceTo, type OpenApiSchema, type SchemasByName } from './openapi-schema.ts'
import { swaggerOf, type OpenApiDocument } from './openapi-v2.ts'
import type { ServedResource } from './served-resource.ts'
import { SERVED_RESOURCES } from './served-resources.ts'

const V2_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'

/** Packages of the structs that are not of core/v1. */
const PACKAGES: readonly { readonly name: string; readonly structs: ReadonlySet<string> }[] = [
  { name: META, structs: words('ObjectMeta OwnerReference LabelSelector LabelSelectorRequirement Condition') },
  {
    name: 'io.k8s.api.apps.v1',
    structs: words(
      'Deployment DeploymentSpec DeploymentStrategy RollingUpdateDeployment ReplicaSet ReplicaSetSpec ' +
        'DeploymentStatus DeploymentCondition ReplicaSetStatus ReplicaSetCondition ' +
        'StatefulSet StatefulSetSpec StatefulSetUpdateStrategy RollingUpdateStatefulSetStrategy StatefulSetOrdinals ' +
        'StatefulSetPersistentVolumeClaimRetentionPolicy StatefulSetStatus StatefulSetCondition ' +
        'DaemonSet DaemonSetSpec DaemonSetUpdateStrategy RollingUpdateDaemonSet DaemonSetStatus DaemonSetCondition ' +
        'ControllerRevision',
    ),
  },
  {
    name: 'io.k8s.api.discovery.v1',
    structs: words('EndpointSlice Endpoint EndpointConditions EndpointHints EndpointPort ForZone ForNode'),
  },
  {
    name: 'io.k8s.api.policy.v1',
    structs: words('PodDisruptionBudget PodDisruptionBudgetSpec PodDisruptionBudgetStatus'),
  },
  { name: 'io.k8s.api.coordination.v1', structs: words('Lease LeaseSpec') },
  { name: 'io.k8s.api.authentication.v1', structs: words('SelfSubjectReview') },
  {
    name: 'io.k8s.api.authorization.v1',
    structs: words(
      'SelfSubjectAccessReview SelfSubjectAccessReviewSpec ResourceAttributes NonResourceAttributes ' +
        'SelfSubjectRulesReview SelfSubjectRulesReviewSpec',
    ),
  },
]

/** Fields that an object must have, by struct; those of v1.34. */
const REQUIRED: { readonly [struct: string]: string } = {
  PodSpec: 'containers',
  Container: 'name',
  ContainerPort: 'containerPort',
  EnvVar: 'name',
  VolumeMount: 'name mountPath',
  HTTPGetAction: 'port',
  HTTPHeader: 'name value',
  TCPSocketAction: 'port',
  GRPCAction: 'port',
  SleepAction: 'seconds',
  PodReadinessGate: 'conditionType',
  TopologySpreadConstraint: 'maxSkew topologyKey whenUnsatisfiable',
  Taint: 'key effect',
  ServicePort: 'port',
  EndpointAddress: 'ip',
  EndpointSubsetPort: 'port',
  EndpointSlice: 'endpoints addressType',
  Endpoint: 'addresses',
  ForZone: 'name',
  ForNode: 'name',
  DeploymentSpec: 'selector template',
  ReplicaSetSpec: 'selector',
  StatefulSetSpec: 'selector template',
  StatefulSetStatus: 'replicas',
  DaemonSetSpec: 'selector template',
  DaemonSetStatus: 'currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady',
  ControllerRevision: 'revision',
  PodDisruptionBudgetStatus: 'disruptionsAllowed currentHealthy desiredHealthy expectedPods',
  LabelSelectorRequirement: 'key operator',
  OwnerReference: 'apiVersion kind name uid',
  Event: 'metadata involvedObject',
}

/** The values that a field of one of Go's string types takes. */
const ENUMS: { readonly [type: string]: string } = {
  AddressType: 'FQDN IPv4 IPv6',
  DNSPolicy: 'ClusterFirst ClusterFirstWithHostNet Default None',
  DeploymentStrategyType: 'Recreate RollingUpdate',
  IPFamilyPolicy: 'PreferDualStack RequireDualStack SingleStack',
  PreemptionPolicy: 'Never PreemptLowerPriority',
  Protocol: 'SCTP TCP UDP',
  PullPolicy: 'Always IfNotPresent Never',
  RestartPolicy: 'Always Never OnFailure',
  ServiceAffinity: 'ClientIP None',
  ServiceExternalTrafficPolicy: 'Cluster Local',
  ServiceInternalTrafficPolicy: 'Cluster Local',
  ServiceType: 'ClusterIP ExternalName LoadBalancer NodePort',
  TaintEffect: 'NoExecute NoSchedule PreferNoSchedule',
  TerminationMessagePolicy: 'FallbackToLogsOnError File',
  TolerationOperator: 'Equal Exists',
  URIScheme: 'HTTP HTTPS',
  UnsatisfiableConstraintAction: 'DoNotSchedule ScheduleAnyway',
}

export interface OpenApi {
  /** The answer to a GET under /openapi/, or undefined where nothing is described. */
  answer(path: string, headers: { readonly [name: string]: string }): ApiBody | undefined
}

export interface OpenApiOptions {
  /** The Kubernetes version that is spoken, such as `v1.34.4`. */
  readonly version: string
  /**
   * What is known of the schemas besides: descriptions, and fields that the engine takes as they come. Asked once, with the
   * first document.
   */
  readonly told?: (() => SchemasByName) | undefined
}

/** The description of the API; each document is made when it is first asked for. */
export function createOpenApi({ version, told = () => new Map() }: OpenApiOptions): OpenApi {
  const made = new Map<string, ApiBody>()
  let schemas: SchemasByName | undefined
  const documentAt = (place: string): ApiBody => {
    const known = made.get(place)
    if (known) return known
    schemas ??= told()
    const body = jsonAnswer(200, documentOf(place, version, schemas))
    made.set(place, body)
    return body
  }
  const indexOfDocuments = (): ApiBody => {
    const paths = places().map(place => {
      const hash = hashOf(documentAt(place).body)
      return [place, { serverRelativeURL: `/openapi/v3/${place}?hash=${hash}` }]
    })
    return jsonAnswer(200, { paths: Object.fromEntries(paths) }, { 'content-type': 'text/plain; charset=utf-8' })
  }
  return {
    answer: (path, headers) => {
      if (path === '/openapi/v2') {
        if (wantsProtobuf(headers['accept'])) return emptyV2()
        const documents = (): OpenApiDocument[] => places().map(place => JSON.parse(documentAt(place).body))
        const whole = made.get(path) ?? jsonAnswer(200, swaggerOf(documents(), version))
        made.set(path, whole)
        return cachedAnswer(whole, headers)
      }
      if (path === '/openapi/v3') {
        const index = made.get('') ?? indexOfDocuments()
        made.set('', index)
        return cachedAnswer(index, headers)
      }
      const place = path.slice('/openapi/v3/'.length)
      if (!path.startsWith('/openapi/v3/') || !places().includes(place)) return undefined
      return cachedAnswer(documentAt(place), headers)
    },
  }
}

function wantsProtobuf(accept: string | undefined): boolean {
  return acceptClauses(accept ?? '')[0]?.type.endsWith('+protobuf') ?? false
}

function emptyV2(): ApiBody {
  return { type: 'body', status: 200, headers: { 'content-type': V2_TYPE }, body: '' }
}

/** `api/v1`, `apis/apps/v1`: each group and version once. */
function places(): readonly string[] {
  return [...new Set(SERVED_RESOURCES.map(placeOf))]
}

function placeOf({ group, version }: ServedResource): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}

function documentOf(place: string, version: string, told: SchemasByName): object {
  const kinds = SERVED_RESOURCES.filter(served => placeOf(served) === place)
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    // Of kinds that are only read too: kubectl then lets the server say that it takes none.
    paths: Object.fromEntries(kinds.map(served => [pathOf(served), pathItem(served)])),
    components: { schemas: schemasOf(kinds, told) },
  }
}

function pathOf(info: ServedResource): string {
  return `/${placeOf(info)}/${info.namespaced ? 'namespaces/{namespace}/' : ''}${info.resource}/{name}`
}

function pathItem(info: ServedResource): object {
  const gvk = kindOf(info)
  return {
    patch: {
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': gvk,
      parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(name => ({
        name,
        in: 'query',
        schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
      })),
      responses: { '200': { description: 'OK' } },
    },
  }
}

function kindOf({ group, version, kind }: ServedResource): object {
  return { group, version, kind }
}

// ── schemas ──

interface Schemas {
  readonly told: SchemasByName
  readonly made: Map<string, OpenApiSchema>
}

function schemasOf(kinds: readonly ServedResource[], told: SchemasByName): object {
  const schemas: Schemas = { told, made: new Map() }
  for (const served of kinds) addKind(served, schemas)
  return Object.fromEntries([...schemas.made].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A kind of whose fields the engine knows nothing (one that is always empty, or a view of another) is as it is told. */
function addKind(served: ServedResource, schemas: Schemas): void {
  const { group, version, kind } = served
  const name = `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`
  const struct = structNamed(name)
  if (struct !== undefined) return addStruct(struct, served, schemas)
  const told = schemas.told.get(name) ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const schema = { ...told, 'x-kubernetes-group-version-kind': [kindOf(served)] }
  schemas.made.set(name, schema)
  addTold(schema, schemas)
}

function addStruct(struct: string, root: ServedResource | undefined, schemas: Schemas): void {
  const name = schemaName(struct)
  if (schemas.made.has(name)) return
  const told = schemas.told.get(name)
  const properties: [string, OpenApiSchema][] = []
  // Stands here before its fields are read: a struct may hold itself.
  schemas.made.set(name, {})
  for (const [field, type] of GO_STRUCTS.get(struct) ?? []) {
    const schema = joinField(fieldSchema(type, schemas), told?.properties?.[field], type.type === 'any')
    if (type.type === 'any') addTold(schema, schemas)
    properties.push([field, type.type === 'list' ? { ...schema, ...listMarks(struct, field) } : schema])
  }
  const fields = new Set(properties.map(([field]) => field))
  const required = [...new Set([...(REQUIRED[struct]?.split(' ') ?? []), ...(told?.required ?? [])])]
    .filter(field => fields.has(field))
    .toSorted()
  schemas.made.set(name, {
    ...(told?.description !== undefined && { description: told.description }),
    type: 'object',
    properties: Object.fromEntries(properties.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ...(required.length > 0 && { required }),
    ...(root && { 'x-kubernetes-group-version-kind': [kindOf(root)] }),
  })
}

/** How patches and server-side apply look at a list. */
function listMarks(struct: string, field: string): OpenApiSchema {
  const strategy = listStrategy(struct, field)
  const relation = listRelation(struct, field)
  return {
    ...(relation.type !== 'atomic' && { 'x-kubernetes-list-type': relation.type === 'keyed' ? 'map' : 'set' }),
    ...(relation.type === 'keyed' && { 'x-kubernetes-list-map-keys': relation.keys }),
    ...(strategy.type === 'merge' && { 'x-kubernetes-patch-strategy': 'merge' }),
    ...(strategy.type === 'merge' && strategy.mergeKey !== '' && { 'x-kubernetes-patch-merge-key': strategy.mergeKey }),
  }
}

/** Brings in what a schema that was told refers to: structs of the engine as it has them, all others as they are told. */
function addTold(schema: OpenApiSchema, schemas: Schemas): void {
  for (const name of namesIn(schema)) {
    if (schemas.made.has(name)) continue
    const struct = structNamed(name)
    if (struct !== undefined) {
      addStruct(struct, undefined, schemas)
      continue
    }
    const told = schemas.told.get(name) ?? { type: 'object' }
    schemas.made.set(name, told)
    addTold(told, schemas)
  }
}

function fieldSchema(type: GoType, schemas: Schemas): OpenApiSchema {
  switch (type.type) {
    case 'string': {
      const values = ENUMS[type.shown.replace(/^v1\./, '')]?.split(' ')
      return { type: 'string', ...(values && { enum: values }) }
    }
    case 'bool':
      return { type: 'boolean' }
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.type }
    case 'any':
      // Shown as an object even where it is a list: kubectl cannot explain a field that has no type.
      return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    case 'list':
      return { type: 'array', items: fieldSchema(type.of, schemas) }
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(type.of, schemas) }
    case 'time':
      return reference(`${META}.Time`, { type: 'string', format: 'date-time' }, schemas)
    case 'bytes':
      return { type: 'string', format: 'byte' }
    case 'intOrString':
      return reference(
        INT_OR_STRING,
        { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
        schemas,
      )
    case 'quantity':
      return reference(QUANTITY, { oneOf: [{ type: 'string' }, { type: 'number' }] }, schemas)
    case 'struct':
      addStruct(type.struct, undefined, schemas)
      return referenceTo(schemaName(type.struct))
  }
}

function reference(name: string, schema: OpenApiSchema, { told, made }: Schemas): OpenApiSchema {
  const description = told.get(name)?.description
  made.set(name, { ...(description !== undefined && { description }), ...schema })
  return referenceTo(name)
}

function schemaName(struct: string): string {
  const home = PACKAGES.find(one => one.structs.has(struct))?.name ?? 'io.k8s.api.core.v1'
  return `${home}.${goName(struct)}`
}

/** The struct of the engine that has such a name, if there is one. */
function structNamed(name: string): string | undefined {
  return [...GO_STRUCTS.keys()].find(struct => schemaName(struct) === name)
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}
