import { expect, test } from 'vitest'
import { createCluster, restoreCluster, type Cluster } from './index.ts'

function basics(cluster: Cluster, namespace: string): string[] {
  return [
    ...cluster.store.list('ServiceAccount', namespace).map(({ metadata }) => `ServiceAccount/${metadata.name}`),
    ...cluster.store.list('ConfigMap', namespace).map(({ metadata }) => `ConfigMap/${metadata.name}`),
  ]
}

const BOTH = ['ServiceAccount/default', 'ConfigMap/kube-root-ca.crt']

test('every namespace has an account and a bundle, from the first moment on', () => {
  const cluster = createCluster({ seed: 1 })
  cluster.advanceTo(100)
  for (const namespace of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    expect(basics(cluster, namespace)).toEqual(BOTH)
  cluster.store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } })
  expect(basics(cluster, 'team')).toEqual([])
  cluster.advanceTo(200)
  expect(basics(cluster, 'team')).toEqual(BOTH)
})

test('they come back when somebody deletes them, in a restored cluster as well', () => {
  const cluster = createCluster({ seed: 1 })
  cluster.advanceTo(100)
  cluster.store.delete('ConfigMap', 'default', 'kube-root-ca.crt')
  cluster.store.delete('ServiceAccount', 'default', 'default')
  const restored = restoreCluster(cluster.save())
  for (const one of [cluster, restored]) {
    expect(basics(one, 'default')).toEqual([])
    one.advanceTo(200)
    expect(basics(one, 'default')).toEqual(BOTH)
  }
})

test('an empty cluster has none', () => {
  const cluster = createCluster({ seed: 1, empty: true })
  cluster.advanceTo(100)
  expect(cluster.store.list('ServiceAccount')).toEqual([])
  expect(cluster.store.list('ConfigMap')).toEqual([])
})
