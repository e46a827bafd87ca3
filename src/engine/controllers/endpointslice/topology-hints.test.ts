import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../api/endpointslice/endpointslice.ts'
import type { Service } from '../../api/service/service.ts'
import { cpuRatiosOf, leastOf, NO_HINTS, TopologyCache, type HintState } from './topology-cache.ts'
import { hintMode, hintSlices, type HintedSlices, type SlicePlans } from './topology-hints.ts'
import type { Node } from '../../api/node/node.ts'

interface Slice {
  readonly name: string
  readonly endpoints: readonly Endpoint[]
}

const STAMP = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }

function service(trafficDistribution?: string, annotations: { readonly [key: string]: string } = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...STAMP, name: 'web', namespace: 'default', annotations },
    spec: { type: 'ClusterIP', trafficDistribution },
  }
}

const AUTO = service(undefined, { 'service.kubernetes.io/topology-mode': 'Auto' })

/** `a b! c>a`: an endpoint of zone a, one of b that is not ready, one of c with a hint for a; `-` has no zone. */
function endpoints(text: string): readonly Endpoint[] {
  return text
    .split(' ')
    .filter(word => word !== '')
    .map((word, index) => {
      const [, zone = '', unready, hint] = /^(\w|-)(!?)(?:>(\w))?$/.exec(word) ?? []
      return {
        addresses: [`10.0.0.${index}`],
        conditions: { ready: unready !== '!' },
        nodeName: `node-${zone}`,
        ...(zone === '-' ? {} : { zone }),
        ...(hint === undefined ? {} : { hints: { forZones: [{ name: hint }] } }),
      }
    })
}

function textOf(list: readonly Endpoint[]): string {
  return list
    .map(({ zone = '-', conditions, hints }) => {
      const forNodes = (hints?.forNodes ?? []).map(({ name }) => `@${name}`).join('')
      const forZones = (hints?.forZones ?? []).map(({ name }) => `>${name}`).join('')
      return `${zone}${conditions?.ready === true ? '' : '!'}${forZones}${forNodes}`
    })
    .join(' ')
}

interface Case {
  readonly service?: Service
  readonly creates?: string
  readonly updates?: string
  readonly unchanged?: readonly string[]
  /** `a=4 b=2`: allocatable CPUs. */
  readonly cpus?: string
  readonly state?: HintState
}

function run(given: Case): HintedSlices<Slice> {
  const one = (name: string, text: string | undefined): readonly Slice[] =>
    text === undefined ? [] : [{ name, endpoints: endpoints(text) }]
  const plans: SlicePlans<Slice> = {
    creates: one('new', given.creates),
    updates: one('old', given.updates),
    unchanged: (given.unchanged ?? []).flatMap((text, at) => one(`same${at}`, text)),
  }
  const nodes = (given.cpus ?? '')
    .split(' ')
    .map(part => part.split('='))
    .flatMap(([zone, cpu]) => (zone === undefined || zone === '' ? [] : [node(zone, cpu ?? '')]))
  return hintSlices({
    service: given.service ?? AUTO,
    family: 'IPv4',
    plans,
    ratios: cpuRatiosOf(nodes),
    state: given.state ?? NO_HINTS,
  })
}

function written(given: Case): readonly string[] {
  const { creates, updates } = run(given)
  return [...creates, ...updates].map(slice => `${slice.name} ${textOf(slice.endpoints)}`)
}

function node(zone: string, cpu: string, labels: { readonly [key: string]: string } = {}, ready = 'True'): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      ...STAMP,
      name: `node-${zone}`,
      labels: zone === '-' ? labels : { 'topology.kubernetes.io/zone': zone, ...labels },
    },
    spec: {},
    status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: ready as 'True' }] },
  }
}

const KNOWN: HintState = { allocated: new Map([['IPv4', new Map([['a', 1]])]]), populated: true }

describe('trafficDistribution', () => {
  it.each([
    ['PreferClose', 'same-zone'],
    ['PreferSameZone', 'same-zone'],
    ['PreferSameNode', 'same-node'],
    ['Elsewhere', 'none'],
    [undefined, 'none'],
  ])('%s is %s', (value, mode) => expect(hintMode(service(value))).toBe(mode))

  it('hints ready endpoints to their own zone', () =>
    expect(written({ service: service('PreferSameZone'), creates: 'a b c! -' })).toEqual(['new a>a b>b c! -']))

  it('hints to the node, too, when it is to be the same node', () =>
    expect(written({ service: service('PreferSameNode'), creates: 'a b! -' })).toEqual(['new a>a@node-a b! -@node--']))

  it('writes an unchanged slice only where a ready endpoint has other hints', () =>
    expect(written({ service: service('PreferClose'), unchanged: ['a>a b!>c', 'a>b b!>c', 'a', 'a! b!'] })).toEqual([
      'same1 a>a b!>c',
      'same2 a>a',
    ]))

  it('tells nobody, unless hints by topology-mode end', () => {
    expect(run({ service: service('PreferClose'), creates: 'a' }).announcements).toEqual([])
    const ended = run({ service: service('PreferClose'), creates: 'a', state: KNOWN })
    expect(ended.announcements.map(({ message }) => message)).toEqual([
      'Topology Aware Hints has been disabled, addressType: IPv4',
    ])
    expect(ended.state).toEqual(NO_HINTS)
  })
})

describe('without either', () => {
  it('takes hints off, and writes the slices that had some', () =>
    expect(written({ service: service(), updates: 'a>a b!>b', unchanged: ['a b!', 'b!>b'] })).toEqual([
      'old a b!',
      'same1 b!',
    ]))
})

describe('topology-mode', () => {
  it.each([
    [{ 'service.kubernetes.io/topology-mode': 'Auto' }, 'auto'],
    [{ 'service.kubernetes.io/topology-mode': 'auto' }, 'auto'],
    [{ 'service.kubernetes.io/topology-mode': 'AUTO' }, 'same-zone'],
    [{ 'service.kubernetes.io/topology-aware-hints': 'auto' }, 'auto'],
    [
      { 'service.kubernetes.io/topology-aware-hints': 'disabled', 'service.kubernetes.io/topology-mode': 'Auto' },
      'same-zone',
    ],
  ])('%j is %s', (annotations, mode) => expect(hintMode(service('PreferClose', annotations))).toBe(mode))

  it.each<[string, Case, string]>([
    ['equal zones', { creates: 'a a b b', cpus: 'a=4 b=4' }, 'new a>a a>a b>b b>b'],
    ['unequal zones', { creates: 'a a b b b c c c', cpus: 'a=4 b=2 c=2' }, 'new a>a a>a b>a b>b b>b c>a c>c c>c'],
    ['an uneven number', { creates: 'a a a a a a b', cpus: 'a=4 b=4' }, 'new a>b a>b a>a a>a a>a a>a b>b'],
    ['some not ready', { creates: 'a a b b a! b!', cpus: 'a=1 b=1' }, 'new a>a a>a b>b b>b a! b!'],
    ['a zone outside the table', { creates: 'x x a a b b', cpus: 'a=1 b=1' }, 'new x>x x>x a>a a>a b>b b>b'],
  ])('%s', (_, given, expected) => {
    expect(written(given)).toEqual([expected])
    expect(run(given).announcements).toEqual([
      {
        type: 'Normal',
        reason: 'TopologyAwareHintsEnabled',
        message: 'Topology Aware Hints has been enabled, addressType: IPv4',
      },
    ])
    expect(run({ ...given, state: KNOWN }).announcements).toEqual([])
  })

  it.each<[Case, string]>([
    [
      { creates: 'a b', cpus: 'a=4' },
      'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    ],
    [{ creates: 'a b', cpus: 'a=4 b=4 c=4' }, 'Insufficient number of endpoints (2 endpoints, 3 zones)'],
    [
      { creates: 'a b c a', cpus: 'a=4 b=4 c=4' },
      'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)',
    ],
    [{ creates: 'a - b a', cpus: 'a=4 b=4' }, 'One or more endpoints do not have a zone specified'],
  ])('gives hints up for %j', (given, why) => {
    const { announcements, state } = run({ ...given, unchanged: ['a!>a'], state: KNOWN })
    expect(announcements).toEqual([
      { type: 'Warning', reason: 'TopologyAwareHintsDisabled', message: `${why}, addressType: IPv4` },
    ])
    expect(state).toEqual(NO_HINTS)
    expect(written({ ...given, unchanged: ['a!>a'] })).toEqual([`new ${given.creates}`, 'same0 a!'])
  })

  it('leaves slices alone whose hints still fit', () =>
    expect(written({ creates: 'a b', unchanged: ['a>a b>b'], cpus: 'a=1 b=1' })).toEqual(['new a>a b>b']))

  it.each([
    ['lacks one', 'a>a b'],
    ['has one for a zone that is gone', 'a>a b>x'],
    ['has too many for one zone', 'a>a b>a b>a b>a'],
  ])('writes a slice that %s', (_, text) => {
    const slices = written({ unchanged: [text, 'a! b!'], cpus: 'a=1 b=1' })
    expect(slices).toHaveLength(1)
    expect(slices[0]).toMatch(/^same0 /)
  })

  // Which numbers of endpoints can be shared out between equal zones.
  it.each([
    [2, [3, 5]],
    [3, [4, 5, 8, 11]],
  ])('between %i equal zones %j cannot be shared out', (zones, failing) => {
    const names = ['a', 'b', 'c'].slice(0, zones)
    const cpus = names.map(name => `${name}=4`).join(' ')
    const counts = Array.from({ length: 20 }, (_, index) => index + zones)
    const refused = counts.filter(count => {
      const creates = Array.from({ length: count }, (_, index) => names[index % zones]).join(' ')
      return run({ creates, cpus }).announcements[0]?.type === 'Warning'
    })
    expect(refused).toEqual(failing)
  })

  it('hints every endpoint once, until no zone has one too many that another lacks', () => {
    const zones = ['a', 'b', 'c']
    const cpu = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...zones), { minLength: 3, maxLength: 60 }),
        fc.tuple(cpu, cpu, cpu),
        (where, cpus) => {
          const { creates, announcements } = run({
            creates: where.join(' '),
            cpus: zones.map((zone, at) => `${zone}=${cpus[at]}`).join(' '),
          })
          if (announcements[0]?.type === 'Warning') return
          const total = cpus.reduce((sum, one) => sum + one, 0)
          const hints = creates.flatMap(slice => slice.endpoints.flatMap(one => one.hints?.forZones ?? []))
          expect(hints).toHaveLength(where.length)
          const over = zones.map((zone, at) => {
            const desired = ((cpus[at] ?? 0) / total) * where.length
            return hints.filter(({ name }) => name === zone).length - Math.max(desired, leastOf(desired))
          })
          expect(Math.max(...over) < 1 || Math.min(...over) > -0.5).toBe(true)
        },
      ),
      { seed: 11, numRuns: 400 },
    )
  })
})

describe('the shares of zones', () => {
  it.each<[string, readonly Node[], readonly (readonly [string, number])[] | undefined]>([
    [
      'by CPUs',
      [node('a', '1500m'), node('b', '4500m')],
      [
        ['a', 0.25],
        ['b', 0.75],
      ],
    ],
    ['one zone only', [node('a', '1'), node('a', '1')], undefined],
    ['a Node without zone', [node('a', '1'), node('b', '1'), node('-', '1')], undefined],
    ['a Node without CPUs', [node('a', '1'), node('b', '0')], undefined],
    [
      'a Node that is not ready',
      [node('a', '1'), node('b', '1'), node('-', '', {}, 'Unknown')],
      [
        ['a', 0.5],
        ['b', 0.5],
      ],
    ],
    [
      'a Node of the control plane',
      [node('a', '1'), node('b', '1'), node('c', '9', { 'node-role.kubernetes.io/control-plane': '' })],
      [
        ['a', 0.5],
        ['b', 0.5],
      ],
    ],
  ])('%s', (_, nodes, expected) => {
    const ratios = cpuRatiosOf(nodes)
    expect(ratios && [...ratios]).toEqual(expected)
  })

  it('name the Services that a change of Nodes leaves with too few, or with none', () => {
    const cache = new TopologyCache()
    const state = (a: number, b: number): HintState => ({
      allocated: new Map([
        [
          'IPv4',
          new Map([
            ['a', a],
            ['b', b],
          ]),
        ],
      ]),
      populated: true,
    })
    cache.setState('default/even', state(5, 5))
    cache.setState('default/skew', state(2, 8))
    expect(cache.setNodes([node('a', '1'), node('b', '1')])).toEqual(['default/skew'])
    expect(cache.setNodes([node('a', '1'), node('b', '1'), node('c', '1')])).toEqual(['default/even', 'default/skew'])
    expect(cache.setNodes([])).toEqual(['default/even', 'default/skew'])
    const restored = new TopologyCache()
    restored.load(JSON.parse(JSON.stringify(cache.save())) as ReturnType<TopologyCache['save']>)
    expect(restored.save()).toEqual(cache.save())
  })
})
