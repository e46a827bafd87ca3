// The dotted lines of a selected Service: from its selector to every Pod whose labels match, member or not; Pods inside groups are left
// out, since their group already says how many there are. They run
// below everything, up the last lane of the gutter, and through the same doors as the tracks, a little beside them.

import type { PodView } from '../../../protocol/index.ts'
import type { Metrics } from './card-size.ts'
import type { Point } from './polyline.ts'
import type { Standing } from './standing.ts'
import type { Line } from './tracks.ts'

const BESIDE_TRACK = 7
const BELOW = 16
const LAST_LANE = 8

export function selectsLines(service: Standing, cards: ReadonlyMap<string, Standing>, metrics: Metrics): Line[] {
  const { card, box } = service
  if (card.kind !== 'Service' || card.view.selector === null) return []
  const selector = Object.entries(card.view.selector)
  const matches = (pod: PodView): boolean =>
    pod.namespace === card.view.namespace && selector.every(([key, value]) => pod.labels[key] === value)

  const between = [...cards.values()].filter(
    other => other.card.kind === 'EndpointSlice' || other.card.kind === 'Endpoints',
  )
  const below = Math.max(box.c + box.cs, ...between.map(other => other.box.c + other.box.cs)) + BELOW
  const walls = [...cards.values()].filter(({ card }) => card.kind === 'Zone' || card.kind === 'Node')
  const lane = Math.min(Number.POSITIVE_INFINITY, ...walls.map(wall => wall.box.m)) - LAST_LANE
  if (!Number.isFinite(lane)) return []
  const from: Point = [box.m + box.ms, box.c + box.cs - 22]
  const turn = from[0] + LAST_LANE * 2
  const lines: Line[] = []
  for (const { card: pod, box: place } of cards.values()) {
    if (pod.kind !== 'Pod' || pod.compact || !matches(pod.view)) continue
    const end: Point = [place.m, place.c + metrics.podRing.cross + BESIDE_TRACK]
    lines.push({
      id: `selects ${card.id} ${pod.id}`,
      source: card.id,
      target: pod.id,
      look: 'selects',
      hue: null,
      points: [from, [turn, from[1]], [turn, below], [lane, below], [lane, end[1]], end],
      rateOf: null,
    })
  }
  return lines
}
