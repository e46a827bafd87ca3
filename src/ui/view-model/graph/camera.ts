// Where the view looks: everything at 100 % where that fits, smaller where it must be, never so small that a card cannot
// be read.

import type { Orientation } from './cards.ts'
import type { Rect } from './standing.ts'

export interface Camera {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** What headings, legend and controls cover of the pane. */
export interface Cover {
  readonly top: number
  readonly bottom: number
  readonly side: number
}

export const COVER: { readonly [orientation in Orientation]: Cover } = {
  across: { top: 46, bottom: 50, side: 20 },
  down: { top: 6, bottom: 22, side: 6 },
}

export const ZOOM_MIN = 0.15
export const ZOOM_MAX = 2
/** Fitting does not go below this: text would be too small, and one can pan. */
const FIT_MIN: { readonly [orientation in Orientation]: number } = { across: 0.72, down: 0.7 }

/** The camera that shows `bounds` in a pane; what does not fit at the smallest zoom is cut at the far end. */
export function fitCamera(
  bounds: Rect,
  pane: { readonly width: number; readonly height: number },
  orientation: Orientation,
): Camera {
  const { top, bottom, side } = COVER[orientation]
  const free = { width: pane.width - side * 2, height: pane.height - top - bottom }
  const wanted = Math.min(1, (free.width + 2) / Math.max(1, bounds.width), free.height / Math.max(1, bounds.height))
  const zoom = Math.max(FIT_MIN[orientation], wanted)
  const spareX = free.width - bounds.width * zoom
  const spareY = free.height - bounds.height * zoom
  const startX = side + (spareX >= 0 ? spareX / 2 : orientation === 'down' ? spareX / 2 : 0)
  // A little above the middle: what grows, grows downwards.
  const startY = top + Math.max(0, spareY * 0.12, (spareY - 110) / 2)
  return { x: Math.round(startX - bounds.x * zoom), y: Math.round(startY - bounds.y * zoom), zoom }
}

/** Whether all of `bounds` is in sight. */
export function isInSight(
  bounds: Rect,
  camera: Camera,
  pane: { readonly width: number; readonly height: number },
): boolean {
  const left = bounds.x * camera.zoom + camera.x
  const top = bounds.y * camera.zoom + camera.y
  const slack = 4
  return (
    left >= -slack &&
    top >= -slack &&
    left + bounds.width * camera.zoom <= pane.width + slack &&
    top + bounds.height * camera.zoom <= pane.height + slack
  )
}
