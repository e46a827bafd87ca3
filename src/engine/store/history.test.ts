import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from './index.ts'

function newStore(): ClusterStore {
  return new ClusterStore({ random: new Random(1), settings: () => DEFAULT_SETTINGS, wallMs: () => DEFAULT_EPOCH_MS })
}

function label(store: ClusterStore, name: string, value: string): void {
  const node = store.objects.get('Node', '', name)
  const metadata = { name, labels: { value } }
  if (node) store.update('Node', { ...node, metadata: { ...node.metadata, labels: { value } } })
  else store.create('Node', { apiVersion: 'v1', kind: 'Node', metadata, spec: {} })
}

function textOfNow(store: ClusterStore): string {
  return JSON.stringify(store.objects.table('Node').list(undefined))
}

describe('the history of a store', () => {
  test('tells the changes of a kind after a revision, in order', () => {
    const store = newStore()
    label(store, 'a', '1')
    const revision = store.revision
    label(store, 'b', '1')
    label(store, 'a', '2')
    store.delete('Node', '', 'b')
    const since = store.history.since('Node', revision) ?? []
    expect(since.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED b',
      'MODIFIED a',
      'DELETED b',
    ])
    expect(store.history.since('Node', store.revision)).toEqual([])
    expect(store.history.since('Pod', 0)).toEqual([])
  })

  test('knows every earlier state', () => {
    const act = fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2', 'gone') })
    const law = fc.property(fc.array(act, { maxLength: 30 }), acts => {
      const store = newStore()
      const states = new Map([[store.revision, textOfNow(store)]])
      for (const { name, value } of acts) {
        if (value === 'gone') store.delete('Node', '', name)
        else label(store, name, value)
        states.set(store.revision, textOfNow(store))
      }
      const current = store.objects.table('Node').list(undefined)
      for (const [revision, text] of states) {
        expect(JSON.stringify(store.history.stateAt('Node', revision, current))).toBe(text)
      }
    })
    fc.assert(law, { seed: 7, numRuns: 100 })
  })

  test('forgets what is long ago, and says so', () => {
    const store = newStore()
    label(store, 'a', 'first')
    const early = store.revision
    for (let turn = 0; turn < 3_000; turn++) label(store, 'a', String(turn))
    expect(store.history.since('Node', early)).toBeUndefined()
    expect(store.history.stateAt('Node', early, [])).toBeUndefined()
    const floor = store.history.floor('Node')
    const known = store.history.since('Node', floor) ?? []
    expect(known.length).toBeGreaterThanOrEqual(1_000)
    expect(known.length).toBe(store.revision - floor)
    expect(known[0]?.object.metadata.resourceVersion).toBe(String(floor + 1))
  })

  test('holds nothing of what was rolled back', () => {
    const store = newStore()
    store.transaction(() => {
      label(store, 'a', '1')
      return { commit: false, value: undefined }
    })
    expect(store.history.since('Node', 0)).toEqual([])
    expect(store.revision).toBe(0)
  })

  test('begins anew with a loaded state and tells its listeners', () => {
    const store = newStore()
    label(store, 'a', '1')
    const saved = store.save()
    const heard: string[] = []
    const leave = store.history.listen('Node', {
      changed: event => heard.push(event.type),
      reset: () => heard.push('reset'),
    })
    label(store, 'a', '2')
    store.load(saved)
    expect(store.history.since('Node', 0)).toBeUndefined()
    expect(store.history.since('Node', saved.revision)).toEqual([])
    leave()
    leave()
    label(store, 'a', '3')
    expect(heard).toEqual(['MODIFIED', 'reset'])
  })
})
