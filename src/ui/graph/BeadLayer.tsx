// The canvas over the graph on which requests move. It reads the view's transform from React Flow on every frame, draws
// only while something moves, stands still with the clock, and is never touched by React once it is there.

import { useEffect, useRef } from 'react'
import { useStoreApi } from 'reactflow'
import type { BeadView } from '../../protocol/index.ts'
import { onBeads, session } from '../state/session.ts'
import { routeOf, type Route, type Scene } from '../view-model/graph/index.ts'
import { BeadField } from './bead-motion.ts'
import { paintBeads, type BeadColours } from './bead-paint.ts'
import styles from './BeadLayer.module.css'
import { useGraph } from './graph-context.ts'
import type { GraphStore } from './graph-store.ts'

/** After a step of the paused clock, beads move on for so long. */
const STEP_SHOWN_MS = 900
/** A frame that took longer than this counts as this long: beads do not leap when a tab comes back. */
const FRAME_MAX_MS = 80
const PIXEL_RATIO_MAX = 2

export function BeadLayer({ onWeight }: { readonly onWeight: (weight: number) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const flow = useStoreApi()
  const { store } = useGraph()
  useEffect(() => {
    if (canvas.current === null) return undefined
    return runBeads(canvas.current, { store, onWeight, transform: () => flow.getState().transform })
  }, [store, flow, onWeight])
  return <canvas ref={canvas} className={styles.beads} aria-hidden="true" />
}

interface BeadInput {
  readonly store: GraphStore
  readonly onWeight: (weight: number) => void
  readonly transform: () => readonly [x: number, y: number, zoom: number]
}

/** Draws until it is stopped by what it returns. */
function runBeads(canvas: HTMLCanvasElement, { store, onWeight, transform }: BeadInput): () => void {
  const context = canvas.getContext('2d')
  const field = new BeadField()
  let findRoute = routeFinder(store.getState().scene)
  let colours = readColours(canvas)
  let frame = 0
  let lastMs = 0
  let allowedMs = 0
  let weight = 1
  let drawnAt = ''

  const wake = (): void => {
    if (frame === 0) {
      lastMs = performance.now()
      frame = requestAnimationFrame(draw)
    }
  }
  function draw(nowMs: number): void {
    const delta = Math.min(FRAME_MAX_MS, Math.max(0, nowMs - lastMs))
    lastMs = nowMs
    const { running } = session.getState().clock
    const moved = running ? delta : Math.min(delta, allowedMs)
    allowedMs = Math.max(0, allowedMs - delta)
    if (moved > 0) field.step(moved)
    const at = transform()
    const looks = at.join()
    if (context && (moved > 0 || looks !== drawnAt)) paint(context, at)
    drawnAt = looks
    frame = field.beads.length > 0 || field.busy ? requestAnimationFrame(draw) : 0
  }
  function paint(context: CanvasRenderingContext2D, [x, y, zoom]: readonly [number, number, number]): void {
    const ratio = Math.min(PIXEL_RATIO_MAX, devicePixelRatio)
    const width = Math.round(canvas.clientWidth * ratio)
    const height = Math.round(canvas.clientHeight * ratio)
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
    }
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y)
    paintBeads(context, field, colours)
  }

  const stops = [
    onBeads((views, clock, restarted) => {
      if (restarted) {
        field.clear()
        drawnAt = ''
      }
      if (!clock.running && views.length > 0) allowedMs = STEP_SHOWN_MS
      field.take(views, clock.speed, findRoute)
      weight = tellWeight(views, weight, onWeight)
      wake()
    }),
    store.subscribe((state, before) => {
      if (state.scene === before.scene) return
      findRoute = routeFinder(state.scene)
      field.reroute(findRoute)
      drawnAt = ''
      wake()
    }),
    watchTheme(() => {
      colours = readColours(canvas)
      drawnAt = ''
      wake()
    }),
    session.subscribe((state, before) => {
      if (state.clock.running && !before.clock.running) wake()
    }),
  ]
  return () => {
    cancelAnimationFrame(frame)
    for (const stop of stops) stop()
  }
}

function tellWeight(views: readonly BeadView[], before: number, tell: (weight: number) => void): number {
  const last = views.at(-1)
  if (last === undefined || last.weight === before) return before
  tell(last.weight)
  return last.weight
}

/** Routes of one scene, each made once. */
function routeFinder(scene: Scene | null): (view: BeadView) => Route | null {
  const routes = new Map<string, Route | null>()
  return view => {
    if (scene === null) return null
    const key = `${view.client} ${view.service} ${view.slice} ${view.pod ?? view.address}`
    let route = routes.get(key)
    if (route === undefined) {
      route = routeOf(scene, view)
      routes.set(key, route)
    }
    return route
  }
}

function readColours(element: HTMLElement): BeadColours {
  const style = getComputedStyle(element)
  const read = (name: string): string => style.getPropertyValue(name).trim()
  return {
    ink: read('--ink'),
    hues: Array.from({ length: 10 }, (_, index) => read(`--hue-${index}`)),
    fail: read('--fail'),
    paper: read('--card'),
    ground: read('--bg'),
  }
}

/** Calls when the theme of the page may have changed. */
function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    dark.removeEventListener('change', changed)
  }
}
