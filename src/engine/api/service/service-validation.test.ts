import { describe, expect, test } from 'vitest'
import { fieldErrorText } from '../field-error.ts'
import { defaultService } from './service-defaults.ts'
import { resolveIPFamilies } from './service-ip-families.ts'
import { validateService, validateServiceUpdate } from './service-validation.ts'
import type { IPFamily, Service, ServiceSpec } from './service.ts'

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const LABEL_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const PORT = 'must be between 1 and 65535, inclusive'
const PROTOCOLS = 'supported values: "SCTP", "TCP", "UDP"'

/** A Service as someone might send it: anything may be wrong or missing. One address stands in the list of addresses, too. */
function service(sent: object, metadata: object = {}): Service {
  const { clusterIP } = sent as ServiceSpec
  const spec = clusterIP === undefined ? sent : { clusterIPs: [clusterIP], ...sent }
  const meta = { name: 'web', uid: '', resourceVersion: '', creationTimestamp: '', ...metadata }
  return defaultService({ apiVersion: 'v1', kind: 'Service', metadata: meta, spec: spec as ServiceSpec })
}

function errorsOf(spec: object, metadata: object = {}): string[] {
  return validateService(service({ ports: [{ port: 80 }], ...spec }, metadata)).map(fieldErrorText)
}

function ip(clusterIP: string): object {
  return { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'] }
}

test('a good Service has no errors', () => {
  expect(errorsOf({ selector: { app: 'web' } })).toEqual([])
})

describe('ports', () => {
  test.each<[string, object[], string[]]>([
    ['none', [], ['spec.ports: Required value']],
    [
      'empty',
      [{}],
      [`spec.ports[0].port: Invalid value: 0: ${PORT}`, `spec.ports[0].targetPort: Invalid value: 0: ${PORT}`],
    ],
    [
      'too high',
      [{ port: 70_000 }],
      [`spec.ports[0].port: Invalid value: 70000: ${PORT}`, `spec.ports[0].targetPort: Invalid value: 70000: ${PORT}`],
    ],
    ['target 0 is the port', [{ port: 80, targetPort: 0 }], []],
    ['target below', [{ port: 80, targetPort: -1 }], [`spec.ports[0].targetPort: Invalid value: -1: ${PORT}`]],
    [
      'target a number in quotes',
      [{ port: 80, targetPort: '8080' }],
      ['spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)'],
    ],
    [
      'target in capitals',
      [{ port: 80, targetPort: 'HTTP' }],
      [
        'spec.ports[0].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.ports[0].targetPort: Invalid value: "HTTP": must contain at least one letter (a-z)',
      ],
    ],
    [
      'target too long',
      [{ port: 80, targetPort: 'this-is-a-long-name' }],
      ['spec.ports[0].targetPort: Invalid value: "this-is-a-long-name": must be no more than 15 characters'],
    ],
    [
      'target with two hyphens',
      [{ port: 80, targetPort: 'a--b' }],
      ['spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens'],
    ],
    [
      'two without names',
      [{ port: 80 }, { port: 81 }],
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'one name twice',
      [
        { name: 'a', port: 80 },
        { name: 'a', port: 81 },
      ],
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    ['a name in capitals', [{ name: 'Http', port: 80 }], [`spec.ports[0].name: Invalid value: "Http": ${LABEL}`]],
    [
      'a name with a dot',
      [{ name: 'a.b', port: 80 }],
      ['spec.ports[0].name: Invalid value: "a.b": must not contain dots'],
    ],
    [
      'a protocol nobody has',
      [{ port: 80, protocol: 'HTTP' }],
      [`spec.ports[0].protocol: Unsupported value: "HTTP": ${PROTOCOLS}`],
    ],
    [
      'a protocol in small letters',
      [{ port: 80, protocol: 'tcp' }],
      [`spec.ports[0].protocol: Unsupported value: "tcp": ${PROTOCOLS}`],
    ],
    [
      'the same number for two protocols',
      [
        { name: 'a', port: 53 },
        { name: 'b', port: 53, protocol: 'UDP' },
      ],
      [],
    ],
    [
      'the same number and protocol twice',
      [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
      [
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      'a node port on a cluster address',
      [{ port: 80, nodePort: 30_080 }],
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
  ])('%s', (_name, ports, expected) => {
    expect(errorsOf({ ports })).toEqual(expected)
  })
})

describe('names and labels', () => {
  test.each<[object, string[]]>([
    [{ name: '1web' }, [`metadata.name: Invalid value: "1web": ${LABEL_1035}`]],
    [{ name: 'web.api' }, [`metadata.name: Invalid value: "web.api": ${LABEL_1035}`]],
    [
      { name: 'a'.repeat(64) },
      [`metadata.name: Invalid value: "${'a'.repeat(64)}": must be no more than 63 characters`],
    ],
    [{ name: '' }, ['metadata.name: Required value: name or generateName is required']],
    [
      { labels: { 'a/': 'b' } },
      [
        expect.stringContaining('metadata.labels: Invalid value: "a/": name part must be non-empty'),
        expect.stringContaining('name part must consist'),
      ],
    ],
    [{ labels: { '/a': 'b' } }, ['metadata.labels: Invalid value: "/a": prefix part must be non-empty']],
    [{ annotations: { 'UPPER.example/x': 'any thing' } }, []],
    [
      { finalizers: ['foo'] },
      [
        'metadata.finalizers[0]: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
  ])('%j', (metadata, expected) => {
    expect(errorsOf({}, metadata)).toEqual(expected)
  })

  test('a key of three parts in a selector', () => {
    expect(errorsOf({ selector: { 'a/b/c': 'd' } })).toEqual([
      "spec.selector: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ])
  })
})

describe('types and what goes with them', () => {
  test.each<[object, string[]]>([
    [
      { type: 'Cluster' },
      [
        'spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      { type: 'NodePort', clusterIP: 'None' },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
    ],
    [{ type: 'ExternalName' }, ['spec.externalName: Required value']],
    [{ type: 'ExternalName', externalName: 'example.com.', ports: [] }, []],
    [
      { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.96.0.9' },
      ['spec.clusterIPs: Forbidden: may not be set for ExternalName services'],
    ],
    [{ clusterIP: 'None', ports: [] }, []],
    [
      { externalIPs: ['foo'] },
      ['spec.externalIPs[0]: Invalid value: "foo": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      { externalIPs: ['127.0.0.1'] },
      ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    [
      { externalIPs: ['169.254.1.1'] },
      [
        'spec.externalIPs[0]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [{ externalIPs: ['::'] }, ['spec.externalIPs[0]: Invalid value: "::": may not be unspecified (::)']],
    [
      { externalIPs: ['ff02::1'] },
      [
        'spec.externalIPs[0]: Invalid value: "ff02::1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      ],
    ],
    [
      { sessionAffinity: 'Cookie' },
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
      [
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
      ],
    ],
    [
      { internalTrafficPolicy: 'Foo' },
      ['spec.internalTrafficPolicy: Unsupported value: "Foo": supported values: "Cluster", "Local"'],
    ],
    [
      { internalTrafficPolicy: '' },
      ['spec.internalTrafficPolicy: Unsupported value: "": supported values: "Cluster", "Local"'],
    ],
    [
      { externalTrafficPolicy: 'Local' },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      { externalTrafficPolicy: 'Foo', type: 'NodePort' },
      ['spec.externalTrafficPolicy: Unsupported value: "Foo": supported values: "Cluster", "Local"'],
    ],
    [
      { trafficDistribution: 'Near' },
      [
        'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
    [
      { loadBalancerSourceRanges: ['10.0.0.1'] },
      [
        "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
        'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      { loadBalancerClass: 'a/b' },
      ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      { allocateLoadBalancerNodePorts: false },
      ["spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      { healthCheckNodePort: 31_000, type: 'LoadBalancer' },
      [
        "spec.healthCheckNodePort: Invalid value: 31000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
  ])('%j', (spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected)
  })
})

describe('families', () => {
  test.each<[object, string[] | object]>([
    [{}, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }],
    [{ ipFamilyPolicy: 'PreferDualStack' }, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'PreferDualStack' }],
    [{ clusterIP: 'None' }, { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }],
    [
      { clusterIP: 'None', selector: { a: 'b' } },
      { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
    ],
    [
      { ipFamilyPolicy: 'RequireDualStack' },
      [
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
      ],
    ],
    [{ ipFamilies: ['IPv6'] }, ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster']],
    [{ ipFamilies: ['IPv4', 'IPv4'] }, ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    [{ ipFamilies: ['IPv5'] }, ['spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"']],
    [
      { ipFamilyPolicy: 'Dual' },
      [
        'spec.ipFamilyPolicy: Unsupported value: "Dual": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
      ],
    ],
    [
      { clusterIPs: ['10.96.0.9'] },
      ['spec.clusterIPs: Invalid value: ["10.96.0.9"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      { clusterIP: '10.96.0.9', ipFamilies: ['IPv6'] },
      ['spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    [
      { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'SingleStack' },
      [
        "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
      ],
    ],
  ])('%j', (spec, expected) => {
    const resolved = resolveIPFamilies(service(spec).spec, undefined, ['IPv4'])
    if (Array.isArray(expected)) expect(resolved.errors.map(fieldErrorText)).toEqual(expected)
    else expect(resolved).toMatchObject({ errors: [], spec: expected })
  })
})

describe('families of a cluster with two', () => {
  const both = ['IPv4', 'IPv6']
  const one = { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'], clusterIPs: ['10.96.0.9'], clusterIP: '10.96.0.9' }
  const two = { ...one, ipFamilyPolicy: 'PreferDualStack', ipFamilies: both, clusterIPs: ['10.96.0.9', 'fd00::9'] }
  const SECOND_IP =
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary cluster IP'
  const SECOND_FAMILY =
    'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be \'SingleStack\' to release the secondary IP family'

  test.each<[string, object, object | undefined, readonly IPFamily[], object | string[]]>([
    ['one, unless asked', {}, undefined, ['IPv4', 'IPv6'], { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] }],
    ['the primary one', {}, undefined, ['IPv6', 'IPv4'], { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] }],
    ['both', { ipFamilyPolicy: 'PreferDualStack' }, undefined, ['IPv4', 'IPv6'], { ipFamilies: both }],
    [
      'both, the other first',
      { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] },
      undefined,
      ['IPv4', 'IPv6'],
      { ipFamilies: ['IPv6', 'IPv4'] },
    ],
    ['that of the address', { clusterIP: 'fd00::9' }, undefined, ['IPv4', 'IPv6'], { ipFamilies: ['IPv6'] }],
    ['both, added later', { ...one, ipFamilyPolicy: 'PreferDualStack' }, one, ['IPv4', 'IPv6'], { ipFamilies: both }],
    ['one of two, by policy', { ...two, ipFamilyPolicy: 'SingleStack' }, two, ['IPv4', 'IPv6'], { ...one }],
    [
      'one of two, of which one is named',
      { ...two, ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] },
      two,
      ['IPv4', 'IPv6'],
      { ...one },
    ],
    [
      'not one of two by its address alone',
      { ...two, ipFamilyPolicy: 'RequireDualStack', clusterIPs: ['10.96.0.9'] },
      two,
      ['IPv4', 'IPv6'],
      [SECOND_IP],
    ],
    ['not one of two by its family alone', { ...two, ipFamilies: ['IPv4'] }, two, ['IPv4', 'IPv6'], [SECOND_FAMILY]],
    ['both, where the cluster has one by now', two, two, ['IPv4'], { ipFamilies: both }],
    [
      'one, where the cluster has two by now',
      { ...one, ipFamilyPolicy: 'PreferDualStack' },
      { ...one, ipFamilyPolicy: 'PreferDualStack' },
      ['IPv4', 'IPv6'],
      { ipFamilies: ['IPv4'] },
    ],
  ])('%s', (_, spec, old, served, expected) => {
    const resolved = resolveIPFamilies(service(spec).spec, old && service(old).spec, served)
    if (Array.isArray(expected)) expect(resolved.errors.map(fieldErrorText)).toEqual(expected)
    else expect(resolved).toMatchObject({ errors: [], spec: expected })
  })
})

describe('changes', () => {
  test.each<[string, object, object, string[]]>([
    [
      'the address',
      ip('10.96.0.9'),
      ip('10.96.0.77'),
      ['spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set'],
    ],
    [
      'to headless',
      ip('10.96.0.9'),
      ip('None'),
      ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'],
    ],
    ['from ExternalName', { type: 'ExternalName', externalName: 'a.b' }, ip('10.96.0.9'), []],
    [
      'the class of a balancer',
      { type: 'LoadBalancer', loadBalancerClass: 'a/a' },
      { type: 'LoadBalancer', loadBalancerClass: 'a/b' },
      ['spec.loadBalancerClass: Invalid value: "a/b": may not change once set'],
    ],
    [
      'the class of a balancer to none',
      { type: 'LoadBalancer', loadBalancerClass: 'a/a' },
      { type: 'LoadBalancer' },
      ['spec.loadBalancerClass: Invalid value: null: may not change once set'],
    ],
  ])('%s', (_name, before, after, expected) => {
    const ports = [{ port: 80 }]
    expect(
      validateServiceUpdate(service({ ports, ...after }), service({ ports, ...before })).map(fieldErrorText),
    ).toEqual(expected)
  })
})

describe('defaults', () => {
  test.each<[string, object, object]>([
    [
      'of a plain Service',
      { ports: [{ port: 80 }] },
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
    ],
    [
      'of a balancer',
      { type: 'LoadBalancer' },
      { type: 'LoadBalancer', allocateLoadBalancerNodePorts: true, externalTrafficPolicy: 'Cluster' },
    ],
    ['of a Service with external addresses', { externalIPs: ['192.0.2.1'] }, { externalTrafficPolicy: 'Cluster' }],
    [
      'of affinity',
      { sessionAffinity: 'ClientIP' },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
    ],
    [
      'drop settings of an affinity that is off',
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
      { sessionAffinityConfig: undefined },
    ],
  ])('%s', (_name, spec, expected) => {
    expect(service(spec).spec).toMatchObject(expected)
  })

  test('of ExternalName have no policies', () => {
    expect(Object.keys(service({ type: 'ExternalName', externalName: 'a.b' }).spec).toSorted()).toEqual([
      'externalName',
      'sessionAffinity',
      'type',
    ])
  })

  test('given twice change nothing the second time', () => {
    for (const type of ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']) {
      const once = service({ type, ports: [{ port: 80, targetPort: 'http' }], clusterIP: '10.96.0.9' })
      expect(defaultService(once)).toEqual(once)
    }
  })
})
