import { describe, expect, test } from 'vitest'
import { ALL_KINDS } from '../kind-registry.ts'
import { decodeObject } from './decode-object.ts'
import { GO_STRUCTS, type GoType } from './go-structs.ts'
import { nearest } from './near-miss.ts'

function messagesOf(spec: object, rest: object = {}): string[] {
  return decodeObject('Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec,
    ...rest,
  }).problems.map(problem => problem.message)
}

function cannot(what: string, where: string, type: string): string[] {
  return [`json: cannot unmarshal ${what} into Go struct field ${where} of type ${type}`]
}

function meant(field: string): string | undefined {
  const [problem] = decodeObject('Service', { spec: { [field]: 1 } }).problems
  return problem?.type === 'unknownField' ? problem.meant : undefined
}

describe('wrong types are told in the words of Go', () => {
  test.each<[object, object, string[]]>([
    [{ ports: [{ port: '80' }] }, {}, cannot('string', 'ServicePort.spec.ports.port', 'int32')],
    [{ ports: [{ port: 1.5 }] }, {}, cannot('number 1.5', 'ServicePort.spec.ports.port', 'int32')],
    [{ ports: [{ port: 3_000_000_000 }] }, {}, cannot('number 3000000000', 'ServicePort.spec.ports.port', 'int32')],
    [{ ports: { port: 80 } }, {}, cannot('object', 'ServiceSpec.spec.ports', '[]v1.ServicePort')],
    [{ ports: [80] }, {}, cannot('number', 'ServiceSpec.spec.ports', 'v1.ServicePort')],
    [{ type: 1 }, {}, cannot('number', 'ServiceSpec.spec.type', 'v1.ServiceType')],
    [{ selector: 'a' }, {}, cannot('string', 'ServiceSpec.spec.selector', 'map[string]string')],
    [{ selector: { a: true } }, {}, cannot('bool', 'ServiceSpec.spec.selector', 'string')],
    [{ publishNotReadyAddresses: 'yes' }, {}, cannot('string', 'ServiceSpec.spec.publishNotReadyAddresses', 'bool')],
    [{ externalIPs: [1] }, {}, cannot('number', 'ServiceSpec.spec.externalIPs', 'string')],
    [{}, { metadata: { labels: { a: 1 } } }, cannot('number', 'ObjectMeta.metadata.labels', 'string')],
    [{}, { spec: 'x' }, cannot('string', 'Service.spec', 'v1.ServiceSpec')],
    [{ ports: [{ targetPort: 'http' }, { targetPort: 80 }] }, {}, []],
  ])('%j %j', (spec, rest, expected) => {
    expect(messagesOf(spec, rest)).toEqual(expected)
  })
})

describe('unknown fields', () => {
  test('are told with their path, each', () => {
    expect(messagesOf({ foo: 1, ports: [{ port: 80 }, { prot: 1 }] }, { bar: 2 })).toEqual([
      'strict decoding error: unknown field "spec.foo"',
      'strict decoding error: unknown field "spec.ports[1].prot"',
      'strict decoding error: unknown field "bar"',
    ])
  })

  test('are left out of the value', () => {
    expect(decodeObject('Service', { spec: { foo: 1, type: 'NodePort' } }).value).toEqual({
      spec: { type: 'NodePort' },
    })
  })

  test('name the field that was meant, when one is near', () => {
    expect(['selectors', 'Ports', 'clusterIp', 'zzz', 'typ', 'sesionAfinity'].map(meant)).toEqual([
      'selector',
      'ports',
      'clusterIP',
      undefined,
      'type',
      'sessionAffinity',
    ])
  })
})

test('null counts as absent, and as zero within a list', () => {
  const decoded = decodeObject('Service', { spec: { selector: null, externalIPs: [null], ports: [null] } })
  expect(decoded).toEqual({ value: { spec: { externalIPs: [''], ports: [{}] } }, problems: [] })
})

test('what comes out is in the order of the Go structs, and maps by key', () => {
  const { value } = decodeObject('Endpoints', {
    subsets: [{ ports: [{ port: 80, name: 'web' }], addresses: [{ nodeName: 'n1', ip: '192.0.2.1' }] }],
    metadata: { labels: { b: '2', a: '1' }, name: 'x' },
  })
  expect(JSON.stringify(value)).toBe(
    '{"metadata":{"name":"x","labels":{"a":"1","b":"2"}},' +
      '"subsets":[{"addresses":[{"ip":"192.0.2.1","nodeName":"n1"}],"ports":[{"name":"web","port":80}]}]}',
  )
})

test('what nothing here reads is kept as it came', () => {
  const spec = { volumes: [{ name: 'v', configMap: { name: 'c' } }], affinity: { podAntiAffinity: {} }, containers: [] }
  expect(decodeObject('Pod', { spec })).toEqual({ value: { spec }, problems: [] })
})

test('every kind has its fields, and every struct that is named exists', () => {
  const named = (type: GoType): string[] =>
    type.type === 'struct' ? [type.struct] : 'of' in type ? named(type.of) : []
  for (const kind of ALL_KINDS) expect(GO_STRUCTS.has(kind)).toBe(true)
  for (const struct of GO_STRUCTS.values()) {
    for (const type of struct.values()) for (const name of named(type)) expect(GO_STRUCTS.has(name), name).toBe(true)
  }
})

test.each<[string, string[], string | undefined]>([
  ['Sevrice', ['Service', 'Pod'], 'Service'],
  ['pod', ['Service', 'Pod'], 'Pod'],
  ['Ingress', ['Service', 'Pod'], undefined],
  ['abc', ['abd', 'abe'], 'abd'],
  ['x'.repeat(100), ['y'], undefined],
])('the nearest word to %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected)
})
