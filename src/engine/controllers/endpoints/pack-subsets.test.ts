import { describe, expect, it } from 'vitest'
import type { EndpointSubset } from '../../api/endpoints/endpoints.ts'
import { repackSubsets, truncateSubsets } from './pack-subsets.ts'

function subset(addresses: readonly string[], notReady: readonly string[], ...ports: number[]): EndpointSubset {
  return {
    ...(addresses.length > 0 ? { addresses: addresses.map(ip => ({ ip })) } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady.map(ip => ({ ip })) } : {}),
    ...(ports.length > 0 ? { ports: ports.map(port => ({ name: `p${port}`, port, protocol: 'TCP' as const })) } : {}),
  }
}

describe('repacking', () => {
  it('merges ports that share their addresses, and sorts addresses as text', () => {
    expect(
      repackSubsets([
        subset(['10.0.0.9'], [], 80),
        subset(['10.0.0.10'], [], 80),
        subset(['10.0.0.9', '10.0.0.10'], [], 81),
      ]),
    ).toEqual([subset(['10.0.0.10', '10.0.0.9'], [], 80, 81)])
  })

  it('keeps ports with other readiness apart', () => {
    const packed = repackSubsets([
      subset(['1.1.1.1'], [], 80),
      subset(['1.1.1.1'], ['3.3.3.3'], 91),
      subset([], ['3.3.3.3'], 90),
    ])
    expect(packed).toHaveLength(3)
  })

  it('calls an address not ready when it is both', () => {
    expect(repackSubsets([subset(['1.1.1.1'], [], 80), subset([], ['1.1.1.1'], 80)])).toEqual([
      subset([], ['1.1.1.1'], 80),
    ])
  })

  it('knows addresses without ports', () => {
    expect(repackSubsets([subset(['1.1.1.1'], []), subset(['1.1.1.2'], [])])).toEqual([
      subset(['1.1.1.1', '1.1.1.2'], []),
    ])
  })

  it('changes nothing the second time', () => {
    const once = repackSubsets([subset(['1.1.1.2', '1.1.1.1'], ['1.1.1.3'], 81, 80), subset(['1.1.1.1'], [], 80)])
    expect(repackSubsets(once)).toEqual(once)
  })
})

function ips(count: number, base: number): string[] {
  return Array.from({ length: count }, (_, i) => `10.${base}.${i >> 8}.${i & 255}`)
}

// (ready, not ready) of each subset before and after.
describe('truncation at 1000 addresses', () => {
  const table: readonly (readonly [readonly [number, number][], readonly [number, number][]])[] = [
    [
      [
        [800, 50],
        [300, 50],
      ],
      [
        [728, 0],
        [272, 0],
      ],
    ],
    [[[900, 200]], [[900, 100]]],
    [[[1000, 50]], [[1000, 0]]],
    [
      [
        [400, 300],
        [300, 100],
        [100, 50],
      ],
      [
        [400, 134],
        [300, 45],
        [100, 21],
      ],
    ],
    [
      [
        [500, 300],
        [300, 300],
      ],
      [
        [500, 100],
        [300, 100],
      ],
    ],
    // The share is what one takes of all, so the order of subsets decides who is short of one.
    [
      [
        [100, 50],
        [300, 100],
        [400, 300],
      ],
      [
        [100, 23],
        [300, 45],
        [400, 132],
      ],
    ],
    [
      [
        [100, 0],
        [700, 0],
        [300, 0],
      ],
      [
        [91, 0],
        [637, 0],
        [272, 0],
      ],
    ],
    // 340 of 1332 are 255 of 999, but in doubles a little more.
    [
      [
        [1, 340],
        [0, 992],
      ],
      [
        [1, 256],
        [0, 743],
      ],
    ],
  ]
  it.each(table)('cuts %j to %j', (before, after) => {
    const subsets = before.map(([ready, notReady], index) =>
      subset(ips(ready, index), ips(notReady, 100 + index), index + 1),
    )
    const cut = truncateSubsets(subsets, 1_000)
    expect(cut.truncated).toBe(true)
    expect(cut.subsets.map(one => [one.addresses?.length ?? 0, one.notReadyAddresses?.length ?? 0])).toEqual(after)
  })

  it('leaves 1000 as they are', () => {
    const subsets = [subset(ips(990, 1), ips(10, 2), 80)]
    expect(truncateSubsets(subsets, 1_000)).toEqual({ subsets, truncated: false })
  })
})
