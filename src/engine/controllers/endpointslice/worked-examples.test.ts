// The packing of slices, write for write, as the controller does it in a cluster. A layout is written `A:60 B:10`: slices by
// age with how many endpoints they hold, `A:60/8080` where ports matter. A is the slice that a Service has from birth.

import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { ServicePort } from '../../api/service/service.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'
import { webService } from '../../testing/controller-fixture.ts'

const MAX = 100
const BY_NUMBER: ServicePort = { protocol: 'TCP', port: 80, targetPort: 8080 }
const BY_NAME: ServicePort = { protocol: 'TCP', port: 80, targetPort: 'http' }

function sizesOf(layout: string): readonly (readonly [string, number])[] {
  return layout.split(' ').map(part => [part.slice(0, 1), Number(part.slice(2))] as const)
}

class Slices {
  readonly cluster = new EndpointFixture()
  readonly #port: ServicePort
  /** Name of a slice → its letter. */
  readonly #letters = new Map<string, string>()
  #pods = 0

  constructor(port: ServicePort) {
    this.#port = port
    this.cluster.create('Service', webService({ ports: [port] }))
    this.sync()
  }

  /** Fills slice after slice and then trims all of them in one sync. */
  static holding(layout: string, port: ServicePort = BY_NUMBER): Slices {
    const slices = new Slices(port)
    const sizes = sizesOf(layout)
    sizes.forEach(([, size], at) => {
      slices.gain(at < sizes.length - 1 ? MAX : size)
      slices.sync()
    })
    sizes.forEach(([letter, size], at) => at < sizes.length - 1 && size < MAX && slices.lose(letter, MAX - size))
    slices.sync()
    expect(slices.layout()).toBe(layout)
    return slices
  }

  /** So many Pods get their addresses, all at once; gives their names. */
  gain(count: number, containerPort = 8080): readonly string[] {
    const names = Array.from({ length: count }, () => `p${this.#pods++}`)
    for (const name of names) this.cluster.addPod(name, { ports: [{ name: 'http', containerPort }] })
    return names
  }

  /** The last Pods of a slice go. */
  lose(letter: string, count: number): void {
    const slice = this.cluster.slices().find(({ metadata }) => this.#letters.get(metadata.name) === letter)
    for (const { targetRef } of (slice?.endpoints ?? []).slice(-count)) this.cluster.removePod(targetRef?.name ?? '')
  }

  retarget(targetPort: number): void {
    const ports = [{ ...this.#port, targetPort }]
    this.cluster.editService(service => ({ ...service, spec: { ...service.spec, ports } }))
  }

  /** One sync of all that happened; gives what was written to slices, in order. */
  sync(): readonly string[] {
    this.cluster.settle()
    return this.cluster.takeWrites().flatMap(({ event: { kind, type, object } }) => {
      if (kind !== 'EndpointSlice') return []
      const { name } = object.metadata
      if (!this.#letters.has(name)) this.#letters.set(name, 'ABCDEFG'.charAt(this.#letters.size))
      const verb = { ADDED: 'create', MODIFIED: 'update', DELETED: 'delete' }[type]
      return [`${verb} ${this.#letters.get(name)}${type === 'DELETED' ? '' : `:${sizeOf(object)}`}`]
    })
  }

  /** A sync in which nothing is new. */
  again(): readonly string[] {
    this.cluster.editService(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: { a: 'b' } },
    }))
    return this.sync()
  }

  layout(withPorts: 'with ports' | 'sizes only' = 'sizes only'): string {
    return this.cluster
      .slices()
      .map(slice => {
        const ports = (slice.ports ?? []).map(({ port }) => port).join('+') || '-'
        const letter = this.#letters.get(slice.metadata.name)
        return `${letter}:${sizeOf(slice)}${withPorts === 'with ports' ? `/${ports}` : ''}`
      })
      .sort()
      .join(' ')
  }

  uids(): ReadonlyMap<string, string> {
    return new Map(this.cluster.slices().map(({ metadata: { name, uid } }) => [this.#letters.get(name) ?? '', uid]))
  }
}

function sizeOf(slice: Pick<EndpointSlice, 'endpoints'>): number {
  return (slice.endpoints ?? []).length
}

interface Row {
  readonly start: string
  /** How many the slices lose. */
  readonly lose?: string
  readonly gain?: number
  readonly result: string
  readonly writes: readonly string[]
}

describe('one sync of a Service whose Pods all have the same port', () => {
  it.each<readonly [string, Row]>([
    [
      'makes as many slices as it needs, and the one built last takes the place of the placeholder',
      { start: 'A:0', gain: 250, result: 'A:50 B:100 C:100', writes: ['create B:100', 'create C:100', 'update A:50'] },
    ],
    [
      'never compacts: 130 of 250 stay in three slices',
      {
        start: 'A:100 B:100 C:50',
        lose: 'A:40 B:40 C:40',
        result: 'A:60 B:60 C:10',
        writes: ['update A:60', 'update B:60', 'update C:10'],
      },
    ],
    [
      'deletes a slice that loses all it holds',
      {
        start: 'A:100 B:100 C:50',
        lose: 'B:70 C:50',
        result: 'A:100 B:30',
        writes: ['update B:30', 'delete C'],
      },
    ],
    [
      'fills one of two equal slices to the last place',
      { start: 'A:60 B:60 C:10', gain: 40, result: 'A:100 B:60 C:10', writes: ['update A:100'] },
    ],
    [
      'takes the only slice in which all find room',
      { start: 'A:60 B:60 C:10', gain: 41, result: 'A:60 B:60 C:51', writes: ['update C:51'] },
    ],
    [
      'takes that slice for more as well, however empty it is',
      { start: 'A:60 B:60 C:10', gain: 50, result: 'A:60 B:60 C:60', writes: ['update C:60'] },
    ],
    [
      'makes a new slice when no single one has room for all',
      { start: 'A:60 B:60 C:10', gain: 99, result: 'A:60 B:60 C:10 D:99', writes: ['create D:99'] },
    ],
    [
      'does not look for room for a whole slice of them',
      { start: 'A:60 B:60 C:10', gain: 100, result: 'A:60 B:60 C:10 D:100', writes: ['create D:100'] },
    ],
    ['takes the last place', { start: 'A:99', gain: 1, result: 'A:100', writes: ['update A:100'] }],
    ['begins a slice behind a full one', { start: 'A:100', gain: 1, result: 'A:100 B:1', writes: ['create B:1'] }],
    [
      'leaves twenty places free rather than write two slices',
      { start: 'A:90 B:90', gain: 15, result: 'A:90 B:90 C:15', writes: ['create C:15'] },
    ],
    [
      'fills a slice first that is written anyway, and what is left finds room in the other',
      {
        start: 'A:90 B:90',
        lose: 'A:1',
        gain: 15,
        result: 'A:100 B:94',
        writes: ['update A:100', 'update B:94'],
      },
    ],
    [
      'fills the fuller one first of two that are written anyway',
      {
        start: 'A:80 B:90',
        lose: 'A:1 B:1',
        gain: 12,
        result: 'A:80 B:100',
        writes: ['update A:80', 'update B:100'],
      },
    ],
    [
      'puts what a new slice leaves over into an old one',
      { start: 'A:90 B:90', gain: 108, result: 'A:98 B:90 C:100', writes: ['create C:100', 'update A:98'] },
    ],
    [
      'makes a second new slice of what finds no room',
      { start: 'A:90 B:90', gain: 115, result: 'A:90 B:90 C:100 D:15', writes: ['create C:100', 'create D:15'] },
    ],
    [
      'gives the first slice the Pods that come after none were left, under its old name',
      { start: 'A:0', gain: 3, result: 'A:3', writes: ['update A:3'] },
    ],
  ])('%s', (_, { start, lose, gain = 0, result, writes }) => {
    const slices = Slices.holding(start)
    const uids = slices.uids()
    for (const [letter, count] of lose === undefined ? [] : sizesOf(lose)) slices.lose(letter, count)
    slices.gain(gain)
    expect(slices.sync()).toEqual(writes)
    expect(slices.layout()).toBe(result)
    for (const [letter, uid] of slices.uids()) expect(uids.get(letter) ?? uid).toBe(uid)
    expect(slices.again()).toEqual([])
  })
})

describe('one sync after the port has changed', () => {
  it.each<readonly [string, Row]>([
    [
      'keeps both names and swaps what they hold',
      { start: 'A:100 B:20', result: 'A:20/9090 B:100/9090', writes: ['update A:20', 'update B:100'] },
    ],
    [
      'needs fewer slices for those that had grown apart, and deletes the one left over',
      {
        start: 'A:60 B:60 C:10',
        result: 'A:30/9090 B:100/9090',
        writes: ['update A:30', 'update B:100', 'delete C'],
      },
    ],
  ])('%s', (_, { start, result, writes }) => {
    const slices = Slices.holding(start)
    const uids = slices.uids()
    slices.retarget(9090)
    expect(slices.sync()).toEqual(writes)
    expect(slices.layout('with ports')).toBe(result)
    for (const [letter, uid] of slices.uids()) expect(uid).toBe(uids.get(letter))
  })
})

describe('Pods of one Service that resolve a named port to different numbers', () => {
  /** 70 Pods of an old build in A, 40 of a new one in B, which all had been the old build's. */
  function halfwayThrough(): { readonly slices: Slices; readonly writes: readonly string[] } {
    const slices = Slices.holding('A:100 B:10', BY_NAME)
    slices.lose('A', 30)
    slices.lose('B', 10)
    slices.gain(40, 9090)
    return { slices, writes: slices.sync() }
  }

  it('have slices of their own, and one emptied of the old port is used again for the new', () => {
    const { slices, writes } = halfwayThrough()
    expect(writes).toEqual(['update A:70', 'update B:40'])
    expect(slices.layout('with ports')).toBe('A:70/8080 B:40/9090')
  })

  it('leave one placeholder behind when all of them go, and one slice is deleted', () => {
    const { slices } = halfwayThrough()
    slices.lose('A', 70)
    slices.lose('B', 40)
    expect(slices.sync()).toEqual(['update A:0', 'delete B'])
    expect(slices.layout('with ports')).toBe('A:0/-')
    const [placeholder] = slices.cluster.slices()
    expect([placeholder?.endpoints, placeholder?.ports]).toEqual([[], null])
    expect(slices.again()).toEqual([])
  })

  it('stand in a slice without ports when they no longer declare the name', () => {
    const slices = Slices.holding('A:3', BY_NAME)
    slices.lose('A', 1)
    slices.cluster.addPod('changed', { ports: [{ name: 'web', containerPort: 8080 }] })
    expect(slices.sync()).toEqual(['create B:1', 'update A:2'])
    expect(slices.layout('with ports')).toBe('A:2/8080 B:1/-')
    expect(slices.again()).toEqual([])
  })
})

describe('a rolling update of 120 Pods, 30 more and 30 fewer at a time', () => {
  interface Rollout {
    readonly slices: Slices
    readonly old: readonly string[]
    readonly fresh: string[]
  }

  function begun(): Rollout {
    const slices = Slices.holding('A:100 B:20')
    const old = slices.cluster
      .slices()
      .flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef?.name ?? ''))
    return { slices, old, fresh: [] }
  }

  const terminate =
    (from: number, to: number) =>
    ({ slices, old }: Rollout): void =>
      old.slice(from, to).forEach(name => slices.cluster.removePod(name, 'gracefully'))
  const vanish =
    (from: number, to: number) =>
    ({ slices, old }: Rollout): void =>
      old.slice(from, to).forEach(name => slices.cluster.removePod(name))
  const address = ({ slices, fresh }: Rollout): void => {
    const names = slices.gain(60)
    for (const name of names) slices.cluster.setReady(name, false)
    fresh.push(...names)
  }
  const ready = ({ slices, fresh }: Rollout): void =>
    fresh.slice(-60).forEach(name => slices.cluster.setReady(name, true))

  type Step = readonly [readonly ((rollout: Rollout) => void)[], string, readonly string[]]
  const UNTIL_READY: readonly Step[] = [
    [[terminate(0, 30)], 'A:100 B:20', ['update A:100']],
    [[address], 'A:100 B:80', ['update B:80']],
    [[vanish(0, 30)], 'A:70 B:80', ['update A:70']],
    [[ready], 'A:70 B:80', ['update B:80']],
  ]

  function play(steps: readonly Step[]): Rollout {
    const rollout = begun()
    for (const [acts, layout, writes] of steps) {
      for (const act of acts) act(rollout)
      expect(rollout.slices.sync()).toEqual(writes)
      expect(rollout.slices.layout()).toBe(layout)
    }
    return rollout
  }

  it('moves through three slices and ends in two others than it began with', () => {
    const { slices, fresh } = play([
      ...UNTIL_READY,
      [[terminate(30, 90)], 'A:70 B:80', ['update A:70']],
      [[address], 'A:70 B:80 C:60', ['create C:60']],
      [[vanish(30, 90)], 'A:10 B:80 C:60', ['update A:10']],
      [[ready], 'A:10 B:80 C:60', ['update C:60']],
      [[terminate(90, 120)], 'A:10 B:80 C:60', ['update A:10', 'update B:80']],
      [[vanish(90, 120)], 'B:60 C:60', ['update B:60', 'delete A']],
    ])
    const names = slices.cluster.slices().flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef?.name))
    expect(new Set(names)).toEqual(new Set(fresh))
  })

  it('keeps Pods that terminate as endpoints that serve but are not ready', () => {
    const { slices } = play(UNTIL_READY.slice(0, 1))
    const conditions = slices.cluster.slices()[0]?.endpoints.map(one => one.conditions) ?? []
    expect(conditions.filter(one => one?.terminating)).toEqual(
      Array.from({ length: 30 }, () => ({ ready: false, serving: true, terminating: true })),
    )
  })

  it('ends elsewhere when one sync sees Pods terminate and others get addresses: the touched slice is filled first', () => {
    play([...UNTIL_READY, [[terminate(30, 90), address], 'A:100 B:80 C:30', ['create C:30', 'update A:100']]])
  })
})
