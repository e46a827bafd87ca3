// Where lines begin and end, and the way each request can take: client → rings of the Service → row of a board → door →
// Pod. The tracks on screen and the beads on the canvas are both made from this, so they cannot disagree. Points here are
// (main, cross); the scene turns them into (x, y).

import type { ViewId } from '../../../protocol/index.ts'
import type { BoardRow, ServiceCard, SliceCard } from './cards.ts'
import { outsideId } from './build-model.ts'
import { firstRowOffset, HUB_RADIUS, type Metrics } from './card-size.ts'
import type { Columns } from './columns.ts'
import { compareWords } from './fold-pods.ts'
import { layTracks } from './lanes.ts'
import { hubOf } from './places.ts'
import type { Places } from './place-types.ts'
import type { Point } from './polyline.ts'
import { serviceForm } from './service-lines.ts'
import type { Box, LayoutInput, Standing } from './standing.ts'

/** A place where tracks end: a Pod, a group, or an address outside. */
export interface Terminal {
  /** Id of the card that stands there. */
  readonly card: string
  /** The Node whose door it is behind, or null. */
  readonly room: ViewId | null
  /** Where the track passes the wall, and where it ends. */
  readonly door: Point
  readonly end: Point
  /** Middle of the Pod's ring; null for groups and addresses. */
  readonly core: Point | null
}

/** One row of a board (or a folded board's whole front). */
export interface Berth {
  readonly slice: ViewId
  readonly row: BoardRow
  /** Index among the rows on screen; null on a folded board. */
  readonly index: number | null
  readonly entry: Point
  readonly exit: Point
  /** From the Service's rings to the entry; empty without Service. */
  readonly fan: readonly Point[]
  /** From the exit to the terminal; empty when nothing stands there. */
  readonly way: readonly Point[]
  readonly terminal: Terminal | null
}

export interface Wiring {
  /** From each client to the rings of its Service, to its name's signpost, or to the Pod whose address it keeps. */
  readonly clients: ReadonlyMap<ViewId, { readonly to: 'service' | 'name' | 'pod'; readonly points: readonly Point[] }>
  readonly hubs: ReadonlyMap<ViewId, { readonly in: Point; readonly out: Point }>
  /** By `berthKey`. */
  readonly berths: ReadonlyMap<string, Berth>
  /** By Pod id or `Outside//…`. */
  readonly terminals: ReadonlyMap<string, Terminal>
  /** Upright part of the bundle between boards and rooms; null when nothing is folded. */
  readonly bus: { readonly main: number; readonly from: number; readonly to: number } | null
  /** Slices with their rows in the order of the Pods on screen. */
  readonly slices: readonly SliceCard[]
}

export function berthKey(slice: ViewId, podOrAddress: string): string {
  return `${slice} ${podOrAddress}`
}

/** Everything about lines, for cards that stand. */
export function wire(input: LayoutInput, standing: ReadonlyMap<string, Standing>): Wiring {
  const terminals = findTerminals(input, standing)
  const slices = input.model.slices.map(card => ({ ...card, rows: inScreenOrder(card.rows, terminals, standing) }))
  const hubs = findHubs(input, standing)
  const context: Context = { input, standing, terminals, hubs }
  const bare = slices.flatMap(card => openBerths(card, context))
  const bus = findBus(bare, slices, input)
  return {
    clients: clientWays(context, bare),
    hubs,
    berths: layBerths(bare, { bus, context }),
    terminals,
    bus,
    slices,
  }
}

interface Context {
  readonly input: LayoutInput
  readonly standing: ReadonlyMap<string, Standing>
  readonly terminals: ReadonlyMap<string, Terminal>
  readonly hubs: Wiring['hubs']
}

// --- Terminals --------------------------------------------------------------------------------------------------------

function findTerminals(
  { model, metrics }: LayoutInput,
  standing: ReadonlyMap<string, Standing>,
): Map<string, Terminal> {
  const terminals = new Map<string, Terminal>()
  const add = (key: string, card: string, room: ViewId | null): void => {
    const at = standing.get(card)
    const wall = room === null ? undefined : standing.get(room)
    if (at) terminals.set(key, terminal(at, { room, wall: wall?.box, metrics }))
  }
  for (const { rooms } of model.zones) {
    for (const room of rooms) {
      for (const pod of room.pods) add(pod.id, pod.id, room.card.id)
    }
  }
  for (const pod of model.waiting) add(pod.id, pod.id, null)
  for (const card of model.outside) add(card.id, card.id, null)
  return terminals
}

function terminal(
  { card, box }: Standing,
  at: { readonly room: ViewId | null; readonly wall: Box | undefined; readonly metrics: Metrics },
): Terminal {
  const ring = at.metrics.podRing
  const isPod = card.kind === 'Pod'
  const cross = isPod ? box.c + ring.cross : box.c + box.cs / 2
  return {
    card: card.id,
    room: at.room,
    door: [at.wall ? at.wall.m : box.m, cross],
    end: [isPod ? box.m + ring.main - ring.radius - 1.6 : box.m, cross],
    core: isPod ? [box.m + ring.main, cross] : null,
  }
}

/** The one door of a folded room, at its first group; behind it nobody is told apart. */
function groupTerminal(row: BoardRow, { input, standing }: Context): Terminal | null {
  for (const { rooms } of input.model.zones) {
    for (const room of rooms) {
      const first = room.groups[0]
      if (room.card.view.name !== row.node || !first) continue
      const at = standing.get(first.card.id)
      const wall = standing.get(room.card.id)
      if (!at || !wall) return null
      const cross = at.box.c + Math.min(at.box.cs, 110) / 2
      return { card: first.card.id, room: room.card.id, door: [wall.box.m, cross], end: [at.box.m, cross], core: null }
    }
  }
  return null
}

function terminalOf(row: BoardRow, context: Context): Terminal | null {
  if (row.pod === null) return context.terminals.get(outsideId(row.address)) ?? null
  return context.terminals.get(row.pod) ?? groupTerminal(row, context)
}

function inScreenOrder(
  rows: readonly BoardRow[],
  terminals: ReadonlyMap<string, Terminal>,
  standing: ReadonlyMap<string, Standing>,
): BoardRow[] {
  const crossOf = (row: BoardRow): number => {
    const end = terminals.get(row.pod ?? outsideId(row.address))?.end
    return end?.[1] ?? standing.get(`Node//${row.node}`)?.box.c ?? Number.POSITIVE_INFINITY
  }
  const keyed = rows.map(row => ({ row, cross: crossOf(row) }))
  keyed.sort((a, b) => (a.cross === b.cross ? compareWords(a.row.address, b.row.address) : a.cross < b.cross ? -1 : 1))
  return keyed.map(({ row }) => row)
}

// --- Services and boards ----------------------------------------------------------------------------------------------

function findHubs({ model, places, metrics }: LayoutInput, standing: ReadonlyMap<string, Standing>): Wiring['hubs'] {
  const hubs = new Map<ViewId, { in: Point; out: Point }>()
  for (const { id, view } of model.services) {
    const box = standing.get(id)?.box
    const span = places.spans.get(id)
    if (!box || !span || serviceForm(view) === 'external-name') continue
    const cross = hubOf(span, metrics)
    hubs.set(id, { in: [box.m, cross], out: [box.m + box.ms, cross] })
  }
  return hubs
}

interface BareBerth {
  readonly card: SliceCard
  readonly row: BoardRow
  readonly index: number | null
  readonly entry: Point
  readonly exit: Point
  readonly terminal: Terminal | null
}

function openBerths(card: SliceCard, context: Context): BareBerth[] {
  const box = context.standing.get(card.id)?.box
  if (!box) return []
  const { metrics } = context.input
  return card.rows.map((row, index) => {
    const terminal = terminalOf(row, context)
    const cross = card.folded
      ? foldedEntry(card, box, metrics)
      : rowEntry(card, index, { box, metrics, end: terminal?.end[1] })
    return {
      card,
      row,
      index: card.folded ? null : index,
      entry: [box.m, cross],
      exit: [box.m + box.ms, cross],
      terminal,
    }
  })
}

function foldedEntry(card: SliceCard, box: Box, metrics: Metrics): number {
  if (metrics.foldedEntry === null) return box.c + box.cs / 2
  return box.c + metrics.foldedEntry + firstRowOffset(card, metrics) - metrics.firstRow
}

/** Middle of a row along the cross axis: rows are below each other across, beside each other down. */
export function rowMiddle(card: SliceCard, index: number, box: Box, metrics: Metrics): number {
  if (metrics.orientation === 'across')
    return box.c + firstRowOffset(card, metrics) + index * metrics.row + (metrics.row - 3) / 2
  const cell = cellSize(card, box, metrics)
  return box.c + metrics.firstRow + index * (cell + metrics.cellGap) + cell / 2
}

/** Width of one row where rows stand beside each other. */
export function cellSize(card: SliceCard, box: Box, { firstRow, cellGap }: Metrics): number {
  const count = Math.max(1, card.rows.length)
  return (box.cs - firstRow * 2 - cellGap * (count - 1)) / count
}

/** Beside each other, rows are wide enough for a track to enter right above its Pod. */
function rowEntry(
  card: SliceCard,
  index: number,
  at: { readonly box: Box; readonly metrics: Metrics; readonly end: number | undefined },
): number {
  const middle = rowMiddle(card, index, at.box, at.metrics)
  if (at.metrics.orientation === 'across' || at.end === undefined) return middle
  const reach = Math.max(0, cellSize(card, at.box, at.metrics) / 2 - 16)
  return Math.min(middle + reach, Math.max(middle - reach, at.end))
}

function findBus(bare: readonly BareBerth[], slices: readonly SliceCard[], { columns }: LayoutInput): Wiring['bus'] {
  if (!slices.some(card => card.folded)) return null
  const crosses = bare
    .filter(({ card, terminal }) => card.folded && terminal)
    .flatMap(({ exit, terminal }) => [exit[1], terminal?.end[1] ?? exit[1]])
  if (crosses.length === 0) return null
  const gutter = gutterOf(columns)
  return { main: gutter.from + (gutter.to - gutter.from) * 0.5, from: Math.min(...crosses), to: Math.max(...crosses) }
}

function gutterOf({ boards, ground }: Columns): { from: number; to: number } {
  return { from: boards.start + boards.size, to: ground.start }
}

function layBerths(
  bare: readonly BareBerth[],
  { bus, context }: { readonly bus: Wiring['bus']; readonly context: Context },
): Map<string, Berth> {
  const { columns } = context.input
  const gutter = gutterOf(columns)
  const single = bare.filter(({ card, terminal }) => !card.folded && terminal)
  const ends = single.map(({ exit, terminal }) => ({ fromCross: exit[1], toCross: terminal?.end[1] ?? exit[1] }))
  const ways = new Map(layTracks(ends, gutter, false).map((points, index) => [single[index], points]))
  const fans = fansOf(bare, context)
  const berths = new Map<string, Berth>()
  for (const one of bare) {
    const { card, row, index, entry, exit, terminal } = one
    let way: readonly Point[] = []
    if (terminal) {
      const through: readonly Point[] =
        card.folded && bus ? [exit, [bus.main, exit[1]], [bus.main, terminal.end[1]]] : (ways.get(one) ?? [exit])
      way = [...through, terminal.end]
    }
    berths.set(berthKey(card.id, row.pod ?? row.address), {
      slice: card.id,
      row,
      index,
      entry,
      exit,
      way,
      terminal,
      fan: fans.get(one) ?? [],
    })
  }
  return berths
}

function fansOf(bare: readonly BareBerth[], { hubs, input }: Context): Map<BareBerth, readonly Point[]> {
  const fans = new Map<BareBerth, readonly Point[]>()
  for (const [service, hub] of hubs) {
    const mine = bare.filter(({ card }) => card.view.service === service)
    const distinct = [...new Set(mine.map(({ entry }) => entry[1]))]
    const start = hub.out[0] + HUB_RADIUS - 2
    const tracks = layTracks(
      distinct.map(toCross => ({ fromCross: hub.out[1], toCross })),
      { from: start, to: input.columns.boards.start },
      true,
    )
    for (const one of mine) {
      const track = tracks[distinct.indexOf(one.entry[1])]
      if (track) fans.set(one, [hub.out, ...track])
    }
  }
  return fans
}

// --- Clients ----------------------------------------------------------------------------------------------------------

function clientWays(context: Context, bare: readonly BareBerth[]): Wiring['clients'] {
  const { model, columns, places, metrics } = context.input
  const ways = new Map<ViewId, { to: 'service' | 'name' | 'pod'; points: readonly Point[] }>()
  const gapStart = columns.clients.start + columns.clients.size
  const gapEnd = metrics.name.main > 0 ? columns.names.start : columns.services.start
  for (const { id, view } of model.clients) {
    const box = context.standing.get(id)?.box
    if (!box) continue
    const out: Point = [box.m + box.ms, box.c + box.cs / 2]
    const service = model.services.find(card => card.id === view.service)
    const hub = service ? context.hubs.get(service.id) : undefined
    if (hub) {
      const lane = gapStart + (gapEnd - gapStart) * (metrics.orientation === 'across' ? 0.66 : 0.5)
      ways.set(id, { to: 'service', points: [out, [lane, out[1]], [lane, hub.in[1]], hub.in] })
    } else if (service) {
      const way = wayToName(service, out, { places, metrics, lane: gapStart + (gapEnd - gapStart) / 2, columns })
      if (way) ways.set(id, { to: 'name', points: way })
    } else if (view.keptPod !== null) {
      const terminal = context.terminals.get(view.keptPod)
      const lane = gapStart + (gapEnd - gapStart) * 0.3
      if (terminal) ways.set(id, { to: 'pod', points: pastTheService(out, terminal, { context, bare, lane }) })
    }
  }
  return ways
}

/** A Service that is only a name has no rings; the way ends at its card. */
function wayToName(
  service: ServiceCard,
  out: Point,
  at: { readonly places: Places; readonly metrics: Metrics; readonly columns: Columns; readonly lane: number },
): readonly Point[] | null {
  const span = at.places.spans.get(service.id)
  if (!span) return null
  const cross = hubOf(span, at.metrics)
  return [out, [at.lane, out[1]], [at.lane, cross], [at.columns.services.start, cross]]
}

/** Below everything between clients and Pods, then up the last lane of the gutter: this client asks no Service. */
function pastTheService(
  out: Point,
  terminal: Terminal,
  at: { readonly context: Context; readonly bare: readonly BareBerth[]; readonly lane: number },
): readonly Point[] {
  const { model, columns } = at.context.input
  const between = [...model.services, ...model.names, ...model.slices, ...model.endpoints]
  const ends = between.map(({ id }) => at.context.standing.get(id)?.box).map(box => (box ? box.c + box.cs : 0))
  const below = Math.max(out[1], ...ends) + 22
  const last = columns.ground.start - 12
  return [out, [at.lane, out[1]], [at.lane, below], [last, below], [last, terminal.end[1]], terminal.end]
}
