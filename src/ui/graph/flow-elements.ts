// The scene as React Flow wants it: nodes with size and handles known up front, so that nothing is measured, and edges
// that bring their own path. An element that says the same as before stays the same object and is not drawn again.

import type { Edge, Node } from 'reactflow'
import { same, samePlaced, type Card, type PlacedCard, type Scene, type Track } from '../view-model/graph/index.ts'
import type { Ghost } from './graph-store.ts'

export type CardNode = Node<{ readonly placed: PlacedCard; readonly ghost: boolean }, Card['kind']>
export type TrackFlowEdge = Edge<{ readonly track: Track }, 'track'>

/** Zones lie lowest, then rooms, then tracks, then all cards. */
const LEVEL = { zone: 0, room: 1, track: 2, focus: 3, card: 4 }

export function toNodes(scene: Scene, ghosts: readonly Ghost[], before: readonly CardNode[]): CardNode[] {
  const known = new Map(before.map(node => [node.id, node]))
  const nodes = scene.placed.map(placed => keepNode(known.get(placed.card.id), placed, false))
  for (const { placed } of ghosts) {
    const id = `ghost ${placed.card.id}`
    nodes.push(keepNode(known.get(id), placed, true))
  }
  return nodes
}

function keepNode(old: CardNode | undefined, placed: PlacedCard, ghost: boolean): CardNode {
  if (old && samePlaced(old.data.placed, placed)) return old
  const { card, rect } = placed
  const size = { width: rect.width, height: rect.height }
  const handle = { x: rect.width / 2, y: rect.height / 2, width: 1, height: 1 }
  return {
    id: ghost ? `ghost ${card.id}` : card.id,
    type: card.kind,
    position: { x: rect.x, y: rect.y },
    ...size,
    measured: size,
    handles: [
      { type: 'source', position: RIGHT, ...handle },
      { type: 'target', position: LEFT, ...handle },
    ],
    zIndex: levelOf(card, ghost),
    data: { placed, ghost },
  }
}

// React Flow's own enum, by value: importing it would pull the library into whoever tests this file.
const RIGHT = 'right' as NonNullable<CardNode['handles']>[number]['position']
const LEFT = 'left' as NonNullable<CardNode['handles']>[number]['position']

function levelOf(card: Card, ghost: boolean): number {
  if (card.kind === 'Zone') return LEVEL.zone
  if (card.kind === 'Node') return LEVEL.room
  return ghost ? LEVEL.card - 1 : LEVEL.card
}

export function toEdges(scene: Scene, focus: readonly Track[], before: readonly TrackFlowEdge[]): TrackFlowEdge[] {
  const known = new Map(before.map(edge => [edge.id, edge]))
  return [...scene.tracks, ...focus].map(track => {
    const old = known.get(track.id)
    if (old && same(old.data?.track, track)) return old
    return {
      id: track.id,
      type: 'track',
      source: track.source,
      target: track.target,
      zIndex: track.look === 'focus' ? LEVEL.focus : LEVEL.track,
      data: { track },
    }
  })
}
