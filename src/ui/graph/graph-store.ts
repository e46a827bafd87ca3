// The graph's own memory: the scene that is on screen, the places it was given, and the ghosts of what has just left.
// Between start and stop it listens to the session and the workspace, and makes a new scene when views, open groups or
// the pane change.

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SessionState } from '../state/session.ts'
import type { WorkspaceState } from '../state/workspace.ts'
import {
  COVER,
  fitCamera,
  makeScene,
  type Orientation,
  type PlacedCard,
  type Scene,
} from '../view-model/graph/index.ts'

export interface Ghost {
  readonly placed: PlacedCard
  readonly bornMs: number
}

export interface GraphState {
  /** null until the pane's size and the first frame are known. */
  readonly scene: Scene | null
  readonly ghosts: readonly Ghost[]
  /** The card that Tab reaches and arrow keys start from. */
  readonly focused: string | null
  /** Rises when everything was placed anew: the camera then looks at all of it. */
  readonly placedAnew: number
}

export interface Pane {
  readonly width: number
  readonly height: number
}

export interface GraphStore extends StoreApi<GraphState> {
  /** The pane's size and form; a change of form places everything anew. */
  setPane(pane: Pane, orientation: Orientation): void
  /** Places everything anew, as at the start. */
  tidy(): void
  focusCard(id: string | null): void
  /** Listens from now on; returns the way to stop. */
  start(): () => void
}

export interface GraphSources {
  readonly session: Pick<StoreApi<SessionState>, 'getState' | 'subscribe'>
  readonly workspace: Pick<StoreApi<WorkspaceState>, 'getState' | 'subscribe'>
  /** Tells when all before is void; returns the way to stop. */
  readonly onRestart: (restarted: () => void) => () => void
  /** The page's own clock. */
  readonly nowMs: () => number
}

/** A ghost stands 1.6 s and fades for 0.4 s. */
export const GHOST_MS = 2000
/** A cluster that has just begun is still coming into being: until then places are not yet kept, so that what only
 * passes through (Pods that wait for a Node, groups that fill) leaves no gaps behind. A selection ends it. */
const SETTLING_MS = 2500
/** When so many leave at once, nobody can follow ghosts. */
const GHOSTS_MAX = 40
/** Below this zoom the columns spread over the width that the pane then shows. */
const ZOOM_WIDENS = 0.92
/** A scene that took longer than this to make is not made again at once. */
const SLOW_SCENE_MS = 8
const SLOW_PAUSE_MS = 120

export function createGraphStore(sources: GraphSources): GraphStore {
  const store = createStore<GraphState>()(() => ({ scene: null, ghosts: [], focused: null, placedAnew: 0 }))
  let pane: Pane = { width: 0, height: 0 }
  let orientation: Orientation = 'across'
  let pending: ReturnType<typeof setTimeout> | null = null
  let lastTookMs = 0
  let settledAtMs = 0

  function compute(anew: boolean): void {
    if (pending !== null) clearTimeout(pending)
    pending = null
    const { connected, views } = sources.session.getState()
    if (!connected || pane.width === 0 || pane.height === 0) return
    const before = store.getState()
    const nowMs = sources.nowMs()
    if (anew || before.scene === null) settledAtMs = nowMs + SETTLING_MS
    const keep = nowMs >= settledAtMs
    const { top, bottom, side } = COVER[orientation]
    const free = { across: pane.width, down: pane.width - side * 2 }
    const long = pane.height - top - bottom
    const make = (across: number): Scene =>
      makeScene(views, {
        orientation,
        frame: orientation === 'across' ? { main: across, cross: long } : { main: long, cross: free.down },
        openGroups: sources.workspace.getState().openGroups,
        nowMs,
        previous: keep ? (before.scene?.places ?? null) : null,
      })
    let scene = make(free.across)
    // Where the whole has to be shown smaller because it is high, it may be as much wider.
    const zoom = fitCamera(scene.bounds, pane, orientation).zoom
    if (orientation === 'across' && zoom < ZOOM_WIDENS) scene = make(free.across / (Math.ceil(zoom * 20) / 20))
    const ghosts = anew ? [] : ghostsAfter(before, scene, { nowMs, isGone: id => !views.has(id) })
    if (ghosts.length > 0) setTimeout(fadeGhosts, GHOST_MS + 50)
    const focused = before.focused !== null && scene.standing.has(before.focused) ? before.focused : null
    store.setState({ scene, ghosts, focused, placedAnew: before.placedAnew + (anew || before.scene === null ? 1 : 0) })
    lastTookMs = sources.nowMs() - nowMs
  }

  function fadeGhosts(): void {
    const nowMs = sources.nowMs()
    store.setState(({ ghosts }) => ({ ghosts: ghosts.filter(ghost => nowMs - ghost.bornMs < GHOST_MS) }))
    compute(false)
  }

  return {
    ...store,
    setPane: (nextPane, nextOrientation) => {
      if (nextPane.width === pane.width && nextPane.height === pane.height && nextOrientation === orientation) return
      const turned = nextOrientation !== orientation
      pane = nextPane
      orientation = nextOrientation
      compute(turned)
    },
    tidy: () => compute(true),
    focusCard: id => store.setState({ focused: id }),
    start: () => {
      const stops = [
        sources.session.subscribe((state, before) => {
          if (state.views === before.views && state.connected === before.connected) return
          if (lastTookMs < SLOW_SCENE_MS) compute(false)
          else pending ??= setTimeout(() => compute(false), SLOW_PAUSE_MS)
        }),
        sources.workspace.subscribe((state, before) => {
          // Whoever acts on a card has seen where it stands.
          if (state.selected !== before.selected) settledAtMs = Math.min(settledAtMs, sources.nowMs())
          if (state.openGroups !== before.openGroups) compute(false)
        }),
        sources.onRestart(() => compute(true)),
      ]
      compute(false)
      return () => {
        if (pending !== null) clearTimeout(pending)
        pending = null
        for (const stop of stops) stop()
      }
    },
  }
}

/** What was on screen and is gone from the cluster fades where it stood; what only folded or moved does not. */
function ghostsAfter(
  before: GraphState,
  scene: Scene,
  { nowMs, isGone }: { readonly nowMs: number; readonly isGone: (id: string) => boolean },
): readonly Ghost[] {
  const old = before.ghosts.filter(ghost => nowMs - ghost.bornMs < GHOST_MS)
  if (before.scene === null || before.scene.orientation !== scene.orientation) return []
  const left = before.scene.placed.filter(
    ({ card }) => !scene.standing.has(card.id) && leavesGhost(card.kind) && isGone(card.id),
  )
  if (left.length === 0 && old.length === before.ghosts.length) return before.ghosts
  if (left.length > GHOSTS_MAX) return old
  return [...old, ...left.map(placed => ({ placed, bornMs: nowMs }))]
}

function leavesGhost(kind: PlacedCard['card']['kind']): boolean {
  return kind !== 'Zone' && kind !== 'PodGroup' && kind !== 'Name'
}
