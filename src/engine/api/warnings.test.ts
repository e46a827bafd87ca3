import { describe, expect, test } from 'vitest'
import type { Endpoints } from './endpoints/endpoints.ts'
import type { Service, ServiceSpec } from './service/service.ts'
import { warningsFor } from './warnings.ts'

function ofService(spec: Partial<ServiceSpec>): readonly string[] {
  const metadata = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'ClusterIP', ...spec } } as Service
  return warningsFor('Service', service).map(({ message }) => message)
}

const NON_STANDARD = 'will be considered invalid in a future Kubernetes release'

describe('an address in a form that is only suffered', () => {
  test.each<readonly [Partial<ServiceSpec>, readonly string[]]>([
    [{ externalIPs: ['10.1.2.3', '2001:db8::1'] }, []],
    [{ clusterIPs: ['None'], clusterIP: 'None' }, []],
    [
      { clusterIP: '010.1.2.3', clusterIPs: ['010.1.2.3'] },
      [`spec.clusterIPs[0]: non-standard IP address "010.1.2.3" ${NON_STANDARD}: use "10.1.2.3"`],
    ],
    [
      { externalIPs: ['10.1.2.3', '::ffff:1.2.3.4'] },
      [`spec.externalIPs[1]: non-standard IP address "::ffff:1.2.3.4" ${NON_STANDARD}: use "1.2.3.4"`],
    ],
    [
      { loadBalancerIP: '2001:DB8::1' },
      ['spec.loadBalancerIP: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")'],
    ],
  ])('%j of a Service', (spec, expected) => {
    expect(ofService(spec)).toEqual(expected)
  })

  test('of Endpoints is warned of after the kind itself, ready ones first', () => {
    const subsets = [{ notReadyAddresses: [{ ip: '192.0.2.043' }], addresses: [{ ip: '192.0.2.042' }] }]
    const metadata = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
    const endpoints: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets }
    expect(warningsFor('Endpoints', endpoints).map(({ field }) => field)).toEqual([
      '',
      'subsets[0].addresses[0].ip',
      'subsets[0].notReadyAddresses[0].ip',
    ])
  })
})
