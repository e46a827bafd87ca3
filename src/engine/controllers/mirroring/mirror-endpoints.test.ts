import { expect, it } from 'vitest'
import type { Endpoints } from '../../api/endpoints/endpoints.ts'
import { mirrorEndpoints } from './mirror-endpoints.ts'

function handMade(subsets: Endpoints['subsets']): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'E-1',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    subsets,
  }
}

it('skips what is no address', () => {
  const writes = mirrorEndpoints({
    endpoints: handMade([{ addresses: [{ ip: '1.2.3.4' }, { ip: 'nonsense' }], ports: [{ port: 80 }] }]),
    existing: [],
    maxPerSubset: 1000,
  })
  expect(writes.creates[0]?.endpoints).toHaveLength(1)
  expect(writes.invalidAddresses).toBe(1)
})
