import { array, assert, integer, property, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import type { Endpoint } from '../../api/endpointslice/endpointslice.ts'
import { endpointKey, packSlices } from './pack-slices.ts'

// Notation: `A:60 B:40` are slices with so many endpoints. `keep` of each are still wanted (all, when absent), and `more`
// new ones come. The result lists every slice that remains, new ones as `new:…`, then the writes.
interface Case {
  readonly start: string
  readonly keep?: string
  readonly more?: number
}

function endpoint(name: string): Endpoint {
  return { addresses: [name], conditions: { ready: true } }
}

function parse(text: string): [string, number][] {
  return text === ''
    ? []
    : text
        .split(' ')
        .map(part => part.split(':'))
        .map(([name, count]) => [name as string, Number(count)])
}

function check({ start, keep = start, more = 0 }: Case, result: string, writes: string, maxEndpoints = 100): void {
  const slices = parse(start)
  const kept = new Map(parse(keep))
  const existing = slices.map(([slice, count]) => ({
    slice,
    endpoints: Array.from({ length: count }, (_, i) => endpoint(`${slice}${i}`)),
  }))
  const wanted = [
    ...existing.flatMap(({ slice, endpoints }) => endpoints.slice(0, kept.get(slice) ?? 0)),
    ...Array.from({ length: more }, (_, i) => endpoint(`new${i}`)),
  ]
  const packing = packSlices({ existing, wanted, maxEndpoints, isStale: () => false })
  const sizes = new Map(slices.filter(([name]) => !packing.deletes.includes(name)))
  for (const { slice, endpoints } of packing.updates) sizes.set(slice, endpoints.length)
  const left = [...sizes].map(([name, size]) => `${name}:${size}`)
  expect([...left, ...packing.creates.map(endpoints => `new:${endpoints.length}`)].join(' ')).toBe(result)
  expect(`${packing.creates.length} create, ${packing.updates.length} update, ${packing.deletes.length} delete`).toBe(
    writes,
  )
}

it('writes nothing when nothing changed', () => check({ start: 'A:3 B:0' }, 'A:3 B:0', '0 create, 0 update, 0 delete'))

it('does not look for room for a full load, not even in a slice that is empty', () =>
  check({ start: 'A:0', more: 100 }, 'A:0 new:100', '1 create, 0 update, 0 delete'))

it('does not split a slice that is over a lowered limit', () =>
  check({ start: 'A:10', more: 2 }, 'A:10 new:2', '1 create, 0 update, 0 delete', 3))

it('drops a duplicate from the later slice', () => {
  const twice = endpoint('x')
  const packing = packSlices({
    existing: [
      { slice: 'A', endpoints: [twice] },
      { slice: 'B', endpoints: [twice, endpoint('y')] },
    ],
    wanted: [twice, endpoint('y')],
    maxEndpoints: 100,
    isStale: () => false,
  })
  expect(packing.unchanged).toEqual(['A'])
  expect(packing.updates).toEqual([{ slice: 'B', endpoints: [endpoint('y')] }])
})

it('rewrites in place what only changed its condition', () => {
  const packing = packSlices({
    existing: [{ slice: 'A', endpoints: [endpoint('x')] }],
    wanted: [{ addresses: ['x'], conditions: { ready: false } }],
    maxEndpoints: 100,
    isStale: () => false,
  })
  expect(packing.updates[0]?.endpoints).toEqual([{ addresses: ['x'], conditions: { ready: false } }])
})

it('holds every wanted endpoint exactly once, and a second packing writes nothing', () => {
  const sizes = array(tuple(integer({ min: 0, max: 8 }), integer({ min: 0, max: 8 })), { maxLength: 6 })
  assert(
    property(sizes, integer({ min: 0, max: 30 }), integer({ min: 1, max: 8 }), (slices, more, maxEndpoints) => {
      const existing = slices.map(([size], slice) => ({
        slice,
        endpoints: Array.from({ length: size }, (_, i) => endpoint(`${slice}-${i}`)),
      }))
      const wanted = [
        ...existing.flatMap(({ endpoints }, index) => endpoints.slice(0, slices[index]?.[1])),
        ...Array.from({ length: more }, (_, i) => endpoint(`new${i}`)),
      ]
      const pack = (current: typeof existing) =>
        packSlices({ existing: current, wanted, maxEndpoints, isStale: () => false })
      const first = pack(existing)
      const after = [
        ...existing.filter(({ slice }) => first.unchanged.includes(slice)),
        ...first.updates.map(({ slice, endpoints }) => ({ slice, endpoints: [...endpoints] })),
        ...first.creates.map((endpoints, index) => ({ slice: 100 + index, endpoints: [...endpoints] })),
      ]
      const held = after.flatMap(({ endpoints }) => endpoints.map(endpointKey))
      expect(held.sort()).toEqual(wanted.map(endpointKey).sort())
      const second = pack(after)
      expect([second.creates, second.updates, second.deletes]).toEqual([[], [], []])
    }),
    { seed: 20_260_101, numRuns: 300 },
  )
})
