import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import type { View } from '../../protocol/index.ts'
import { foldFrame, INITIAL_SESSION, type SessionState } from '../state/session.ts'
import { INITIAL_WORKSPACE, type WorkspaceState } from '../state/workspace.ts'
import { pod, sampleFrame, sampleViews } from '../view-model/graph/sample-views.ts'
import { createGraphStore, GHOST_MS } from './graph-store.ts'

const PANE = { width: 1090, height: 600 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start() {
  const session = createStore<SessionState>()(() => INITIAL_SESSION)
  const workspace = createStore<WorkspaceState>()(() => INITIAL_WORKSPACE)
  let restart: () => void = () => {}
  let nowMs = 0
  const store = createGraphStore({
    session,
    workspace,
    onRestart: restarted => {
      restart = restarted
      return () => {}
    },
    nowMs: () => nowMs,
  })
  const stop = store.start()
  const show = (views: readonly View[]): void =>
    session.setState({ connected: true, views: new Map(views.map(view => [view.id, view])) })
  const wait = (ms: number): void => {
    nowMs += ms
    vi.advanceTimersByTime(ms)
  }
  return { store, session, workspace, show, wait, stop, restart: () => restart() }
}

const VIEWS = sampleViews('my-service')
const WITHOUT_ONE_POD = VIEWS.filter(view => view.id !== pod(0, 1).id)

describe('the scene', () => {
  test('waits for the first frame and for the size of the pane', () => {
    const { store, session } = start()
    session.setState(foldFrame(INITIAL_SESSION, sampleFrame('my-service')))
    expect(store.getState().scene).toBeNull()
    store.setPane(PANE, 'across')
    expect(store.getState().scene?.placed).toHaveLength(14)
  })

  test('is not made again by a frame that changes no view', () => {
    const { store, session, show } = start()
    store.setPane(PANE, 'across')
    show(VIEWS)
    const { scene } = store.getState()
    session.setState({ clock: { nowMs: 5, running: true, speed: 1 } })
    expect(store.getState().scene).toBe(scene)
  })

  test('turns with the form of the page and is then placed anew', () => {
    const { store, show } = start()
    store.setPane(PANE, 'across')
    show(VIEWS)
    const { placedAnew } = store.getState()
    store.setPane({ width: 390, height: 640 }, 'down')
    expect(store.getState().scene?.orientation).toBe('down')
    expect(store.getState().placedAnew).toBe(placedAnew + 1)
  })

  test('follows a group that is opened', () => {
    const { store, workspace, show } = start()
    store.setPane(PANE, 'across')
    show(sampleViews('three-slices'))
    const before = store.getState().scene?.placed.length ?? 0
    workspace.setState({ openGroups: new Set(['PodGroup/n1/default/my-app/ready']) })
    expect(store.getState().scene?.placed.length).toBe(before + 83)
  })
})

describe('a Pod that is deleted', () => {
  test('leaves a ghost where it stood, which fades', () => {
    const { store, show, wait } = start()
    store.setPane(PANE, 'across')
    show(VIEWS)
    const stood = store.getState().scene?.placed.find(({ card }) => card.id === pod(0, 1).id)
    show(WITHOUT_ONE_POD)
    expect(store.getState().ghosts.map(({ placed }) => placed)).toEqual([stood])
    wait(GHOST_MS - 100)
    expect(store.getState().ghosts).toHaveLength(1)
    wait(200)
    expect(store.getState().ghosts).toHaveLength(0)
  })

  test('takes the focus away from itself', () => {
    const { store, show } = start()
    store.setPane(PANE, 'across')
    show(VIEWS)
    store.focusCard(pod(0, 1).id)
    show(WITHOUT_ONE_POD)
    expect(store.getState().focused).toBeNull()
  })

  test('leaves none when the whole cluster began anew', () => {
    const { store, show, restart } = start()
    store.setPane(PANE, 'across')
    show(VIEWS)
    show(sampleViews('external-name'))
    restart()
    expect(store.getState().ghosts).toEqual([])
  })

  test('leaves none when it only went into a group', () => {
    const { store, show } = start()
    store.setPane(PANE, 'across')
    show(VIEWS)
    show([...VIEWS, ...Array.from({ length: 20 }, (_, index) => pod(index + 10, 1))])
    expect(store.getState().ghosts).toEqual([])
  })
})

describe('places', () => {
  const heightOf = ({ store }: ReturnType<typeof start>): number => store.getState().scene?.bounds.height ?? 0

  test('are kept once the cluster has come into being: a crowd that left leaves its gap, until one tidies up', () => {
    const graph = start()
    graph.store.setPane(PANE, 'across')
    graph.show(VIEWS)
    graph.wait(3000)
    const before = heightOf(graph)
    graph.show([...VIEWS, pod(3, 1), pod(4, 1)])
    graph.show(VIEWS)
    graph.wait(GHOST_MS + 100)
    expect(heightOf(graph)).toBeGreaterThan(before)
    graph.store.tidy()
    expect(heightOf(graph)).toBe(before)
  })

  test('are kept as soon as somebody has selected a card', () => {
    const graph = start()
    graph.store.setPane(PANE, 'across')
    graph.show(VIEWS)
    const before = heightOf(graph)
    graph.workspace.setState({ selected: 'Node//n1' })
    graph.show([...VIEWS, pod(3, 1), pod(4, 1)])
    graph.show(VIEWS)
    expect(heightOf(graph)).toBeGreaterThan(before)
  })

  test('are not yet kept while it comes into being', () => {
    const graph = start()
    graph.store.setPane(PANE, 'across')
    graph.show(VIEWS)
    const before = heightOf(graph)
    graph.show([...VIEWS, pod(3, 0), pod(4, 0), pod(5, 0)])
    graph.wait(300)
    graph.show(VIEWS)
    expect(heightOf(graph)).toBe(before)
  })
})

test('after it is stopped it listens no more', () => {
  const { store, show, stop } = start()
  store.setPane(PANE, 'across')
  stop()
  show(VIEWS)
  expect(store.getState().scene).toBeNull()
})
