import { describe, expect, test } from 'vitest'
import { withDefaults } from './defaults.ts'
import type { Endpoints } from './endpoints/endpoints.ts'
import type { EndpointSlice } from './endpointslice/endpointslice.ts'
import { fieldErrorText } from './field-error.ts'
import type { Node } from './node/node.ts'
import { validateCreate, validateUpdate } from './validation.ts'

const META = { name: 'web', uid: '', resourceVersion: '', creationTimestamp: '' }
const NOT_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

function slice(rest: object): EndpointSlice {
  const given = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: META,
    addressType: 'IPv4',
    endpoints: [],
    ...rest,
  }
  return withDefaults('EndpointSlice', given as EndpointSlice)
}

function node(spec: Node['spec']): Node {
  return withDefaults('Node', { apiVersion: 'v1', kind: 'Node', metadata: META, spec })
}

describe('an EndpointSlice', () => {
  test.each<[object, string[]]>([
    [{ endpoints: [{ addresses: ['192.0.2.1'] }], ports: [{ port: 80 }] }, []],
    [{ addressType: '' }, ['addressType: Required value']],
    [{ addressType: 'IP' }, ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"']],
    [{ endpoints: [{}] }, ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [{ endpoints: [{ addresses: ['x'] }] }, [`endpoints[0].addresses[0]: Invalid value: "x": ${NOT_IP}`]],
    [
      { endpoints: [{ addresses: ['127.0.0.1'] }] },
      [
        'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      { endpoints: [{ addresses: ['2001:db8::1'] }] },
      ['endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address'],
    ],
    [
      { addressType: 'IPv6', endpoints: [{ addresses: ['2001:DB8::1'] }] },
      ['endpoints[0].addresses[0]: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")'],
    ],
    [
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['x'] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
    [{ ports: [{ port: 1 }, { port: 2 }] }, ['ports[1].name: Duplicate value: ""']],
    [{ ports: [{ port: 99_999 }] }, []],
  ])('%j', (rest, expected) => {
    expect(validateCreate('EndpointSlice', slice(rest)).map(fieldErrorText)).toEqual(expected)
  })

  test('keeps its address type for life', () => {
    expect(validateUpdate('EndpointSlice', slice({ addressType: 'IPv6' }), slice({})).map(fieldErrorText)).toEqual([
      'addressType: Invalid value: "IPv6": field is immutable',
    ])
  })

  test('names and protocols of ports, and conditions, are filled in; the old topology goes', () => {
    const filled = slice({
      ports: [{ port: 80 }],
      endpoints: [{ addresses: ['192.0.2.1'], deprecatedTopology: { a: 'b' } }],
    })
    expect(filled.ports).toEqual([{ port: 80, name: '', protocol: 'TCP' }])
    expect(filled.endpoints).toEqual([{ addresses: ['192.0.2.1'], conditions: {}, deprecatedTopology: undefined }])
    expect(slice({ ports: [] }).ports).toBeNull()
  })
})

describe('Endpoints', () => {
  test.each<[object, string[]]>([
    [{ subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] }, []],
    [{ subsets: [{}] }, ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
    [
      { subsets: [{ addresses: [{ ip: 'x' }] }] },
      [
        `subsets[0].addresses[0].ip: Invalid value: "x": ${NOT_IP}`,
        'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address',
      ],
    ],
    [
      { subsets: [{ addresses: [{ ip: '169.254.0.1' }] }] },
      [
        'subsets[0].addresses[0].ip: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [
      { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }, { port: 0 }] }] },
      [
        'subsets[0].ports[0].name: Required value',
        'subsets[0].ports[1].name: Required value',
        'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
  ])('%j', (rest, expected) => {
    const given = { apiVersion: 'v1', kind: 'Endpoints', metadata: META, ...rest } as Endpoints
    expect(validateCreate('Endpoints', withDefaults('Endpoints', given)).map(fieldErrorText)).toEqual(expected)
  })
})

describe('a Node', () => {
  test.each<[object, string[]]>([
    [{ taints: [{ key: 'a', effect: 'NoSchedule' }] }, []],
    [
      { taints: [{ key: 'a', effect: 'Never' }] },
      [
        'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [{ taints: [{ key: 'a' }] }, ['metadata.taints[0].effect: Required value']],
    [
      { podCIDR: 'x' },
      ['spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    ],
    [
      {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule', value: 'x' },
        ],
      },
      [
        'metadata.taints[1]: Duplicate value: {"effect":"NoSchedule","key":"a","value":"x"}: taints must be unique by key and effect pair',
      ],
    ],
  ])('%j', (spec, expected) => {
    expect(validateCreate('Node', node(spec as Node['spec'])).map(fieldErrorText)).toEqual(expected)
  })

  test('keeps its podCIDR for life', () => {
    const before = node({ podCIDR: '10.244.1.0/24' })
    expect(before.spec.podCIDRs).toEqual(['10.244.1.0/24'])
    expect(validateUpdate('Node', node({ podCIDR: '10.244.2.0/24' }), before).map(fieldErrorText)).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ])
    expect(validateUpdate('Node', before, node({}))).toEqual([])
  })
})

test('a Namespace has a label of its own name', () => {
  const given = { apiVersion: 'v1', kind: 'Namespace', metadata: { ...META, name: 'shop' } }
  const namespace = withDefaults('Namespace', given)
  expect(namespace.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'shop' })
  expect(
    validateCreate('Namespace', { ...namespace, metadata: { ...namespace.metadata, name: 'a.b' } }).map(fieldErrorText),
  ).toEqual(['metadata.name: Invalid value: "a.b": must not contain dots'])
})
