import { describe, expect, test } from 'vitest'
import { ALL_KINDS, KINDS } from '../api/kind-registry.ts'
import { createOpenApi } from './openapi.ts'

const openApi = createOpenApi({ version: 'v1.34.4' })

interface Document {
  readonly paths: {
    readonly [path: string]: {
      readonly patch: {
        readonly 'x-kubernetes-group-version-kind': object
        readonly parameters: readonly { readonly name: string }[]
      }
    }
  }
  readonly components: { readonly schemas: { readonly [name: string]: Schema } }
}

interface Schema {
  readonly properties?: { readonly [field: string]: object }
  readonly required?: readonly string[]
  readonly 'x-kubernetes-group-version-kind'?: readonly object[]
}

function documentAt(place: string, described = openApi): Document {
  return JSON.parse(described.answer(`/openapi/v3/${place}`, {})?.body ?? '') as Document
}

function places(): readonly [string, string][] {
  const { paths } = JSON.parse(openApi.answer('/openapi/v3', {})?.body ?? '') as {
    readonly paths: { readonly [place: string]: { readonly serverRelativeURL: string } }
  }
  return Object.entries(paths).map(([place, { serverRelativeURL }]) => [place, serverRelativeURL])
}

describe('v2', () => {
  test('is empty in protobuf, in the type that kubectl takes', () => {
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
    expect(openApi.answer('/openapi/v2', { accept })).toEqual({
      type: 'body',
      status: 200,
      headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
      body: '',
    })
  })

  test('has in JSON what v3 has, with plain references and one type for numbers or texts', () => {
    const { definitions } = JSON.parse(openApi.answer('/openapi/v2', {})?.body ?? '') as {
      readonly definitions: { readonly [name: string]: Schema }
    }
    expect(Object.keys(definitions)).toEqual(
      expect.arrayContaining(places().flatMap(([place]) => Object.keys(documentAt(place).components.schemas))),
    )
    expect(definitions['io.k8s.api.core.v1.ServicePort']?.properties?.['targetPort']).toEqual({
      $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    })
    expect(definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({
      type: 'string',
      format: 'int-or-string',
    })
    expect(JSON.stringify(definitions)).not.toContain('allOf')
  })
})

describe('v3', () => {
  test('lists each group and version with a hash', () => {
    expect(places().map(([place]) => place)).toEqual(
      expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/events.k8s.io/v1', 'apis/discovery.k8s.io/v1']),
    )
    for (const [place, url] of places()) expect(url).toMatch(new RegExp(`^/openapi/v3/${place}\\?hash=[0-9A-F]{32}$`))
  })

  test('lets every kind be validated by the server', () => {
    const patches = places().flatMap(([place]) => Object.values(documentAt(place).paths).map(({ patch }) => patch))
    expect(patches.map(patch => patch['x-kubernetes-group-version-kind'])).toEqual(
      expect.arrayContaining(ALL_KINDS.map(kind => ({ group: KINDS[kind].group, version: KINDS[kind].version, kind }))),
    )
    for (const { parameters } of patches) expect(parameters.map(one => one.name)).toContain('fieldValidation')
  })

  test('has a schema for every reference', () => {
    for (const [place] of places()) {
      const { components } = documentAt(place)
      const references = JSON.stringify(components).matchAll(/"#\/components\/schemas\/([^"]+)"/g)
      for (const [, name = ''] of references) expect(Object.keys(components.schemas)).toContain(name)
    }
  })

  test('requires only fields that there are', () => {
    for (const [place] of places()) {
      for (const { properties = {}, required = [] } of Object.values(documentAt(place).components.schemas)) {
        expect(Object.keys(properties)).toEqual(expect.arrayContaining([...required]))
      }
    }
  })

  test('describes the port of a Service', () => {
    const { schemas } = documentAt('api/v1').components
    expect(schemas['io.k8s.api.core.v1.Service']?.['x-kubernetes-group-version-kind']).toEqual([
      { group: '', version: 'v1', kind: 'Service' },
    ])
    expect(schemas['io.k8s.api.core.v1.ServicePort']).toEqual({
      type: 'object',
      properties: {
        appProtocol: { type: 'string' },
        name: { type: 'string' },
        nodePort: { type: 'integer', format: 'int32' },
        port: { type: 'integer', format: 'int32' },
        protocol: { type: 'string', enum: ['SCTP', 'TCP', 'UDP'] },
        targetPort: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString' }] },
      },
      required: ['port'],
    })
  })

  test('says by which members the items of a list are told apart, for patches and for server-side apply', () => {
    const { schemas } = documentAt('api/v1').components
    expect(schemas['io.k8s.api.core.v1.ServiceSpec']?.properties?.['ports']).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'port',
    })
    expect(schemas['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta']?.properties?.['finalizers']).toMatchObject({
      'x-kubernetes-list-type': 'set',
      'x-kubernetes-patch-strategy': 'merge',
    })
  })

  test('tells two structs of one name apart by their package', () => {
    expect(documentAt('api/v1').components.schemas).toHaveProperty(['io.k8s.api.core.v1.EndpointPort'])
    expect(documentAt('apis/discovery.k8s.io/v1').components.schemas).toHaveProperty([
      'io.k8s.api.discovery.v1.EndpointPort',
    ])
  })

  test('has the name of every kind that is served, also where nothing is known of its fields', () => {
    const { schemas } = documentAt('apis/batch/v1').components
    expect(schemas['io.k8s.api.batch.v1.Job']?.['x-kubernetes-group-version-kind']).toEqual([
      { group: 'batch', version: 'v1', kind: 'Job' },
    ])
    expect(documentAt('apis/authorization.k8s.io/v1').components.schemas).toHaveProperty([
      'io.k8s.api.authorization.v1.ResourceAttributes',
    ])
  })

  test('is told only once to a client that keeps it', () => {
    const etag = String(openApi.answer('/openapi/v3/api/v1', {})?.headers['etag'])
    expect(openApi.answer('/openapi/v3/api/v1', { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' })
  })

  test('has nothing of a group that is not served', () => {
    expect(openApi.answer('/openapi/v3/apis/batch/v2', {})).toBeUndefined()
    expect(openApi.answer('/openapi/v4', {})).toBeUndefined()
  })
})

describe('what is told of schemas besides', () => {
  const told = new Map([
    [
      'io.k8s.api.core.v1.Service',
      {
        description: 'A name for Pods.',
        type: 'object',
        properties: { kind: { description: 'What it is.', type: 'object' }, colour: { type: 'string' } },
        required: ['metadata', 'colour'],
      },
    ],
    [
      'io.k8s.api.core.v1.PodSpec',
      {
        type: 'object',
        properties: {
          volumes: { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Volume' }] } },
        },
      },
    ],
    [
      'io.k8s.api.core.v1.Volume',
      {
        description: 'A folder.',
        type: 'object',
        properties: { gone: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Gone' }] } },
      },
    ],
    ['io.k8s.apimachinery.pkg.apis.meta.v1.Time', { description: 'A moment.', type: 'string' }],
  ])
  const { schemas } = documentAt('api/v1', createOpenApi({ version: 'v1.34.4', told: () => told })).components

  test('gives texts to kinds, fields and types, and no field that is not read', () => {
    expect(schemas['io.k8s.api.core.v1.Service']).toMatchObject({
      description: 'A name for Pods.',
      properties: { kind: { description: 'What it is.', type: 'string' } },
      required: ['metadata'],
    })
    expect(schemas['io.k8s.api.core.v1.Service']?.properties).not.toHaveProperty('colour')
    expect(schemas['io.k8s.apimachinery.pkg.apis.meta.v1.Time']).toEqual({
      description: 'A moment.',
      type: 'string',
      format: 'date-time',
    })
  })

  test('fills parts that are taken as they come, with all that they refer to', () => {
    expect(schemas['io.k8s.api.core.v1.PodSpec']?.properties?.['volumes']).toMatchObject({ type: 'array' })
    expect(schemas['io.k8s.api.core.v1.Volume']).toMatchObject({ description: 'A folder.' })
    expect(schemas['io.k8s.api.core.v1.Gone']).toEqual({ type: 'object' })
  })

  test('is asked for once', () => {
    let times = 0
    const described = createOpenApi({ version: 'v1.34.4', told: () => (times++, told) })
    for (const path of ['/openapi/v3', '/openapi/v3', '/openapi/v3/api/v1']) described.answer(path, {})
    expect(times).toBe(1)
  })
})
