// The graph: React Flow with everything given up front (nodes with sizes, edges with paths), a canvas for requests over
// it, and what does not move with the map. Which scene is on screen is the store's affair; where the view looks is React
// Flow's, except that the whole is shown at the start and until the user moves the view.

import 'reactflow/dist/base.css'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import {
  Handle,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type EdgeTypes,
  type NodeProps,
  type NodeTypes,
} from 'reactflow'
import { useStore } from 'zustand'
import { useT } from '../i18n/index.ts'
import { cx, useMedia, useSize } from '../kit/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { onBeads, session } from '../state/session.ts'
import { workspace } from '../state/workspace.ts'
import {
  fitCamera,
  focusTracks,
  selectsTracks,
  isInSight,
  neighbour,
  ZOOM_MAX,
  ZOOM_MIN,
  type Direction,
  type Orientation,
  type Rect,
  type Scene,
} from '../view-model/graph/index.ts'
import { BeadLayer } from './BeadLayer.tsx'
import { CardOf } from './cards/CardOf.tsx'
import { toEdges, toNodes, type CardNode, type TrackFlowEdge } from './flow-elements.ts'
import { GraphContext, useGraph } from './graph-context.ts'
import { createGraphStore, type GraphState, type Pane } from './graph-store.ts'
import styles from './Graph.module.css'
import { Headings, Legend, ZoomControls } from './GraphChrome.tsx'
import { SlowClockProvider } from './slow-clock.tsx'
import { TrackEdge } from './TrackEdge.tsx'

interface GraphProps {
  /** `down` is the phone's form, top to bottom. */
  readonly orientation?: Orientation
}

/** Up to this many cards every one is an element wherever the view looks; beyond it those out of sight are not. */
const ALWAYS_DRAWN = 200
const MOVE_MS = 320

export function Graph({ orientation = 'across' }: GraphProps) {
  const t = useT()
  const [ref, pane] = useSize<HTMLDivElement>()
  const [store] = useState(() =>
    createGraphStore({
      session,
      workspace,
      onRestart: restarted => onBeads((_beads, _clock, isRestart) => void (isRestart && restarted())),
      nowMs: () => performance.now(),
    }),
  )
  useEffect(() => store.start(), [store])
  useEffect(() => store.setPane(pane, orientation), [store, pane, orientation])
  const beadsOn = useWorkspace(state => state.beadsOn)
  const calm = useMedia('(prefers-reduced-motion: reduce)')
  const still = calm || !beadsOn
  const context = useMemo(() => ({ store, orientation, still }), [store, orientation, still])
  const ready = useStore(store, state => state.scene !== null && state.scene.orientation === orientation)
  return (
    <div
      ref={ref}
      className={cx(styles.graph, orientation === 'down' && styles.down)}
      role="region"
      aria-label={t('graph.label')}
    >
      <GraphContext value={context}>
        <SlowClockProvider>
          <ReactFlowProvider>{ready && <GraphMap pane={pane} />}</ReactFlowProvider>
        </SlowClockProvider>
      </GraphContext>
    </div>
  )
}

function GraphMap({ pane }: { readonly pane: Pane }) {
  const t = useT()
  const { store, orientation, still } = useGraph()
  const { nodes, edges } = useElements()
  const [weight, setWeight] = useState(1)
  const { onMove, start } = useCamera(pane)
  const onKeyDown = useArrowKeys(pane)
  const count = useStore(store, state => state.scene?.placed.length ?? 0)
  return (
    // The map is a group of buttons with one tab stop; arrow keys move inside it.
    <div className={styles.map} role="group" aria-label={t('graph.help')} onKeyDown={onKeyDown}>
      <ReactFlow<CardNode, TrackFlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        defaultViewport={start}
        minZoom={ZOOM_MIN}
        maxZoom={ZOOM_MAX}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements={count > ALWAYS_DRAWN}
        zIndexMode="manual"
        attributionPosition="bottom-right"
        onMove={onMove}
        onPaneClick={clearSelection}
        // Nodes take the pointer only when somebody listens.
        onNodeClick={nothing}
      />
      {still || <BeadLayer onWeight={setWeight} />}
      {orientation === 'across' && (
        <>
          <Headings />
          <Legend weight={weight} />
          <ZoomControls />
        </>
      )}
    </div>
  )
}

function nothing(): void {}

function clearSelection(): void {
  workspace.setState({ selected: null })
}

// --- Elements ---------------------------------------------------------------------------------------------------------

/** React Flow's elements for the scene; those that say the same stay the same. */
function useElements(): { readonly nodes: CardNode[]; readonly edges: TrackFlowEdge[] } {
  const { store } = useGraph()
  const scene = useStore(store, state => state.scene)
  const ghosts = useStore(store, state => state.ghosts)
  const selected = useWorkspace(state => state.selected)
  const hovered = useWorkspace(state => state.hovered)
  const [keeper] = useState(() => createKeeper())
  const nodes = useMemo(() => (scene ? keeper.nodes(scene, ghosts) : []), [keeper, scene, ghosts])
  const edges = useMemo(() => (scene ? keeper.edges(scene, selected, hovered) : []), [keeper, scene, selected, hovered])
  return { nodes, edges }
}

/** Remembers the elements it made last, to make fewer new ones; asked twice for the same it answers the same. */
function createKeeper() {
  let nodes: CardNode[] = []
  let edges: TrackFlowEdge[] = []
  return {
    nodes: (scene: Scene, ghosts: GraphState['ghosts']) => (nodes = toNodes(scene, ghosts, nodes)),
    edges: (scene: Scene, selected: string | null, hovered: string | null) => {
      const focus = [...selectsTracks(scene, selected), ...focusTracks(scene, [selected, hovered])]
      return (edges = toEdges(scene, focus, edges))
    },
  }
}

/** React Flow looks for handles in the page whenever it measures; these are never seen. */
function CardOnMap({ data }: NodeProps<CardNode>) {
  return (
    <>
      <Handle className={styles.handle} type="target" position={Position.Left} isConnectable={false} />
      <Handle className={styles.handle} type="source" position={Position.Right} isConnectable={false} />
      <CardOf {...data} />
    </>
  )
}

const NODE_TYPES: NodeTypes = {
  Client: CardOnMap,
  Name: CardOnMap,
  Service: CardOnMap,
  EndpointSlice: CardOnMap,
  Endpoints: CardOnMap,
  Pod: CardOnMap,
  PodGroup: CardOnMap,
  Node: CardOnMap,
  Zone: CardOnMap,
  Outside: CardOnMap,
}
const EDGE_TYPES: EdgeTypes = { track: TrackEdge }

// --- Camera -----------------------------------------------------------------------------------------------------------

/** Shows the whole at the start, after a tidy-up, and when something lasting is out of sight, until the user moves the view. */
function useCamera(pane: Pane) {
  const { store, orientation } = useGraph()
  const flow = useReactFlow()
  const byUser = useRef(false)
  const bounds = useBounds()
  const placedAnew = useStore(store, state => state.placedAnew)
  const [start] = useState(() => fitCamera(bounds, pane, orientation))
  const fitted = useRef(placedAnew)
  useEffect(() => {
    const anew = fitted.current !== placedAnew
    fitted.current = placedAnew
    if (anew) byUser.current = false
    const look = (duration: number): void => {
      if (byUser.current || pane.width === 0) return
      const { x, y, zoom } = flow.getViewport()
      const target = fitCamera(bounds, pane, orientation)
      // What stands in sight stays where it is, unless all of it can be shown larger.
      const fine = isInSight(bounds, { x, y, zoom }, pane) && target.zoom < zoom + ZOOM_WORTH
      if (duration === 0 || !fine) void flow.setViewport(target, { duration })
    }
    if (anew) look(0)
    const later = setTimeout(() => look(MOVE_MS), LASTING_MS)
    return () => clearTimeout(later)
  }, [flow, bounds, pane, orientation, placedAnew])
  const onMove = useCallback((event: MouseEvent | TouchEvent | null) => {
    if (event !== null) byUser.current = true
  }, [])
  return { onMove, start }
}

/** How far everything reaches; the same object while that is the same. */
function useBounds(): Rect {
  const { store } = useGraph()
  const bounds = useStore(store, state => state.scene?.bounds ?? EMPTY)
  const { x, y, width, height } = bounds
  return useMemo(() => ({ x, y, width, height }), [x, y, width, height])
}

/** What is gone again before this does not move the view. */
const LASTING_MS = 400
/** The view comes closer only for so much. */
const ZOOM_WORTH = 0.02
const EMPTY = { x: 0, y: 0, width: 1, height: 1 }

// --- Keyboard ---------------------------------------------------------------------------------------------------------

const ARROWS: { readonly [key: string]: Direction } = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** Arrow keys move the focus to the next card in their direction and bring it into sight; Escape clears the selection. */
function useArrowKeys(pane: Pane) {
  const { store } = useGraph()
  const flow = useReactFlow()
  return (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key === 'Escape') return clearSelection()
    const direction = ARROWS[event.key]
    const { scene } = store.getState()
    const from = event.target instanceof HTMLElement ? event.target.dataset['card'] : undefined
    if (direction === undefined || scene === null || from === undefined) return
    event.preventDefault()
    const next = neighbour(scene.placed, from, direction)
    const rect = scene.placed.find(({ card }) => card.id === next)?.rect
    if (next === null || rect === undefined) return
    store.focusCard(next)
    event.currentTarget.querySelector<HTMLElement>(`[data-card="${CSS.escape(next)}"]`)?.focus({ preventScroll: true })
    const camera = flow.getViewport()
    if (isInSight(rect, camera, pane)) return
    void flow.setCenter(rect.x + rect.width / 2, rect.y + rect.height / 2, { zoom: camera.zoom, duration: MOVE_MS })
  }
}
