// What a cluster holds at time 0, and what is said of a scenario that asks for too much.

import { expect, test } from 'vitest'
import { findScenario, parseScenario, SCENARIO_NAMES, type Scenario } from './scenarios/scenarios.ts'
import { startCluster, type StartedCluster, type StartOptions } from './start-cluster.ts'

function start(options: Partial<StartOptions>): StartedCluster {
  return startCluster({ seed: 1, ...options }, () => {})
}

function nodesOf({ cluster }: StartedCluster): readonly string[] {
  return cluster.store.list('Node').map(node => node.metadata.name)
}

function scenarioOf(text: string): Scenario {
  const parsed = parseScenario('mine', text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.scenario
}

const OWN_NODE = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: mine\n'

test.each(SCENARIO_NAMES)('%s is applied as a whole, with all its clients and no Pod yet', name => {
  const scenario = findScenario(name)
  const started = start({ scenario })
  expect([started.outcome.ok, started.notices]).toEqual([true, []])
  expect(started.cluster.traffic.clients()).toHaveLength(scenario?.traffic.length ?? 0)
  expect(started.cluster.store.list('Pod')).toEqual([])
  expect(started.cluster.nowMs).toBe(0)
  expect(nodesOf(started)).toEqual(['n1', 'n2', 'n3'])
  expect(started.text).toBe(scenario?.manifestText)
})

test.each(SCENARIO_NAMES.filter(name => name !== 'three-slices'))('%s comes to answer requests', name => {
  const { cluster } = start({ scenario: findScenario(name) })
  cluster.advanceTo(10_000)
  expect(cluster.metrics.totals().ok).toBeGreaterThan(20)
  expect(cluster.metrics.totals().ok).toBeGreaterThan(3 * cluster.metrics.totals().failed)
})

test('the number of Nodes is the option’s, else the scenario’s, else three', () => {
  expect(nodesOf(start({ nodes: 2 }))).toEqual(['n1', 'n2'])
  const four = scenarioOf('apiVersion: service-playground/v1\nkind: Scenario\nnodes: 4\n')
  expect(nodesOf(start({ scenario: four }))).toHaveLength(4)
  expect(nodesOf(start({ scenario: four, nodes: 1 }))).toEqual(['n1'])
  expect(nodesOf(start({}))).toHaveLength(3)
})

test('a scenario with Nodes of its own brings those instead, unless a number is given', () => {
  expect(nodesOf(start({ scenario: scenarioOf(OWN_NODE) }))).toEqual(['mine'])
  expect(nodesOf(start({ scenario: scenarioOf(OWN_NODE), nodes: 1 }))).toEqual(['mine', 'n1'])
})

test('an empty cluster has no Nodes, no DNS and nothing of the scenario', () => {
  const { cluster, text } = start({ empty: true, scenario: findScenario('my-service') })
  expect([cluster.store.list('Node'), text]).toEqual([[], ''])
  expect(cluster.store.list('Service').map(service => service.metadata.name)).toEqual(['kubernetes'])
  expect(nodesOf(start({ empty: true, nodes: 2 }))).toEqual(['n1', 'n2'])
})

test('settings of a scenario hold from the start, and so does the date', () => {
  const scenario = scenarioOf('apiVersion: service-playground/v1\nkind: Scenario\nsettings:\n  maxPods: 7\n')
  const { cluster } = start({ scenario, epochMs: 0 })
  expect(cluster.settings.maxPods).toBe(7)
  expect(cluster.store.get('Namespace', '', 'default')?.metadata.creationTimestamp).toBe('1970-01-01T00:00:00Z')
})

test('a client on a Node that is not there is told, and the rest starts', () => {
  const { notices, outcome } = start({ scenario: findScenario('my-service'), nodes: 1 })
  expect(outcome.ok).toBe(true)
  expect(notices).toHaveLength(1)
  expect(notices[0]).toContain('Client/frontend-2 was not started: ')
})

test('a text that is refused leaves the cluster without it, and says where', () => {
  const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n    - port: 0\n'
  const { outcome, cluster } = start({ scenario: scenarioOf(text) })
  expect(outcome.ok).toBe(false)
  expect(outcome.problems[0]).toMatchObject({ line: 7, severity: 'error' })
  expect(cluster.store.get('Service', 'default', 'a')).toBeUndefined()
})
