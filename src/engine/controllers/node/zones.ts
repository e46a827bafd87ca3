// How broken a zone is and how fast its Nodes may be tainted NoExecute, after pkg/controller/nodelifecycle: a token bucket of
// one for each zone, slower or closed when much of the zone is down at once, since then the fault is rather elsewhere. Pure.

import type { ClusterSettings } from '../../api/cluster-settings.ts'

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption'

export interface ZoneCounts {
  readonly ready: number
  readonly notReady: number
}

/** What a zone was found to be when that last changed. */
export interface ZoneShape {
  readonly state: ZoneState | null
  /** Nodes in it. */
  readonly size: number
  /** No zone works any more, and so nothing is tainted anywhere. */
  readonly stopped: boolean
}

/** The queue of Nodes to be tainted in one zone; plain mutable data that is saved as it is. */
export interface ZoneWork {
  readonly name: string
  state: ZoneState | null
  size: number
  stopped: boolean
  /** Nodes a second. */
  rate: number
  /** 0 to 1: the part of the next permission that has been saved up. */
  tokens: number
  atMs: number
  readonly queue: string[]
}

export function zoneState({ ready, notReady }: ZoneCounts, settings: ClusterSettings): ZoneState {
  if (notReady > 0 && ready === 0) return 'FullDisruption'
  if (notReady > 2 && notReady / (notReady + ready) >= settings['unhealthy-zone-threshold']) return 'PartialDisruption'
  return 'Normal'
}

/** Nodes a second that may be tainted in a zone of that shape. */
function evictionRate({ state, size, stopped }: ZoneShape, settings: ClusterSettings): number {
  if (stopped) return 0
  if (state !== 'PartialDisruption') return settings['node-eviction-rate']
  return size > settings['large-cluster-size-threshold'] ? settings['secondary-node-eviction-rate'] : 0
}

export function newZone(name: string, settings: ClusterSettings, nowMs: number): ZoneWork {
  const shape: ZoneShape = { state: null, size: 0, stopped: false }
  return { ...shape, name, rate: evictionRate(shape, settings), tokens: 1, atMs: nowMs, queue: [] }
}

/** A zone that is found changed gets a new bucket: full if the old one was, else empty. */
export function reshapeZone(
  zone: ZoneWork,
  shape: ZoneShape,
  { settings, nowMs }: { readonly settings: ClusterSettings; readonly nowMs: number },
): void {
  saveUp(zone, nowMs)
  zone.tokens = zone.rate > 0 && zone.tokens >= 1 ? 1 : 0
  Object.assign(zone, shape)
  zone.rate = evictionRate(shape, settings)
}

/** Lets a rate that was set anew count from now on; a zone that stood still starts from an empty bucket. */
export function tuneZone(zone: ZoneWork, settings: ClusterSettings, nowMs: number): void {
  saveUp(zone, nowMs)
  if (zone.rate === 0) zone.tokens = 0
  zone.rate = evictionRate(zone, settings)
}

/** Takes one permission if there is one. */
export function takePermission(zone: ZoneWork, nowMs: number): boolean {
  saveUp(zone, nowMs)
  if (zone.rate === 0 || zone.tokens < 1) return false
  zone.tokens -= 1
  return true
}

function saveUp(zone: ZoneWork, nowMs: number): void {
  // Whole millionths, so that ten times a tenth of a second is exactly one.
  zone.tokens = Math.min(1, Math.round(zone.tokens * 1e6 + zone.rate * (nowMs - zone.atMs) * 1e3) / 1e6)
  zone.atMs = nowMs
}
