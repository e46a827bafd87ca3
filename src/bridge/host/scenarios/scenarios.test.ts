// What a scenario file may say, and what is said of one that is wrong.

import { describe, expect, test } from 'vitest'
import { startCluster } from '../start-cluster.ts'
import { bringsNodes, findScenario, parseScenario, SCENARIO_NAMES } from './scenarios.ts'

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n'
const SCENARIO = 'apiVersion: service-playground/v1\nkind: Scenario\n'

describe('the built-in scenarios', () => {
  test('are offered in this order', () => {
    expect(SCENARIO_NAMES).toEqual([
      'my-service',
      'no-selector',
      'multi-port',
      'external-name',
      'three-slices',
      'image-processing',
    ])
  })

  test.each(SCENARIO_NAMES)('%s parses, has traffic, and shows no Scenario document', name => {
    const scenario = findScenario(name)
    expect(scenario?.traffic.length).toBeGreaterThan(0)
    expect(scenario?.manifestText).toContain('kind: Service')
    expect(scenario?.manifestText).not.toContain('service-playground')
  })

  test.each([1, 2, 3])('three-slices fills its slices, with seed %d', seed => {
    const { cluster } = startCluster({ seed, scenario: findScenario('three-slices') }, () => {})
    cluster.advanceTo(20_000)
    const sizes = cluster.store
      .slicesOfService('default', 'my-service')
      .map(slice => slice.endpoints?.filter(endpoint => endpoint.conditions?.ready).length ?? 0)
    expect(sizes.toSorted((a, b) => b - a)).toEqual([100, 100, 50])
  })

  test('my-service has two frontends with six requests a second each', () => {
    expect(findScenario('my-service')?.traffic).toEqual([
      { from: 'Client/frontend-1', node: 'n1', to: 'my-service', port: 80, rate: 6 },
      { from: 'Client/frontend-2', node: 'n3', to: 'my-service', port: 80, rate: 6 },
    ])
  })

  test.each(['', 'toString', 'no-such'])('none is called "%s"', name => {
    expect(findScenario(name)).toBeUndefined()
  })
})

describe('a scenario file', () => {
  test('may be manifests alone', () => {
    expect(parseScenario('mine', SERVICE)).toEqual({
      ok: true,
      scenario: { name: 'mine', manifestText: SERVICE, nodes: undefined, settings: {}, traffic: [], faults: [] },
    })
  })

  test('keeps comments and everything else of the other documents as they were written', () => {
    const parsed = parseScenario('mine', `# first\n${SERVICE}---\n${SCENARIO}nodes: 5\n---\n# last\n${SERVICE}`)
    expect(parsed.ok && parsed.scenario.manifestText).toBe(`# first\n${SERVICE}---\n# last\n${SERVICE}`)
    expect(parsed.ok && parsed.scenario.nodes).toBe(5)
  })

  test('may begin with the Scenario', () => {
    const parsed = parseScenario('mine', `---\n${SCENARIO}---\n${SERVICE}`)
    expect(parsed.ok && parsed.scenario.manifestText).toBe(SERVICE)
  })

  test('takes settings under their flag names', () => {
    const parsed = parseScenario(
      'mine',
      `${SCENARIO}settings:\n  max-endpoints-per-slice: 10\n  node-monitor-period: 2s\n  cluster-domain: example.org\n`,
    )
    expect(parsed.ok && parsed.scenario.settings).toEqual({
      'max-endpoints-per-slice': 10,
      'node-monitor-period': 2_000,
      'cluster-domain': 'example.org',
    })
  })

  test('has faults, which come at their time', () => {
    const parsed = parseScenario('mine', `${SCENARIO}faults: [{ type: node-crash, target: Node/n1, atMs: 8000 }]\n`)
    if (!parsed.ok) throw new Error(parsed.message)
    const { cluster, notices } = startCluster({ seed: 1, scenario: parsed.scenario }, () => {})
    expect(notices).toEqual([])
    cluster.advanceTo(7_999)
    expect(cluster.world.machine('n1')?.power).toBe(true)
    cluster.advanceTo(8_000)
    expect(cluster.world.machine('n1')?.power).toBe(false)
  })

  test('whose fault is for nobody that is there is told so', () => {
    const parsed = parseScenario('mine', `${SCENARIO}faults: [{ type: node-crash, target: Node/n9 }]\n`)
    if (!parsed.ok) throw new Error(parsed.message)
    const { notices } = startCluster({ seed: 1, scenario: parsed.scenario }, () => {})
    expect(notices).toEqual(['fault node-crash was not planned: nodes "n9" not found'])
  })

  test('leaves a document that does not parse to whoever applies it', () => {
    const broken = 'kind: Service\nspec: [\n'
    const parsed = parseScenario('mine', `${broken}---\n${SCENARIO}`)
    expect(parsed.ok && parsed.scenario.manifestText).toBe(broken)
  })

  const WRONG: readonly (readonly [string, string])[] = [
    ['node: 3', 'unknown field "node"'],
    ['nodes: many', 'nodes is no whole number'],
    ['nodes: -1', 'nodes is no whole number'],
    ['settings: []', 'settings is no map'],
    ['settings: { max-endpoints: 3 }', 'settings: no setting is called "max-endpoints"'],
    ['settings: { maxPods: lots }', 'settings: maxPods: Invalid value: "lots": must be a whole number'],
    ['faults: 5', 'faults is no list'],
    ['faults: [{ type: node-crash }]', 'faults[0]: target is missing'],
    ['traffic: 5', 'traffic is no list'],
    ['traffic: [5]', 'traffic[0]: is no map'],
    ['traffic: [{ node: n1, to: a, port: 80, rate: 1 }]', 'traffic[0]: from is missing'],
    ['traffic: [{ from: Pod/a, node: n1, to: a, port: 80, rate: 1 }]', 'traffic[0]: from is not Client/NAME'],
    [
      'traffic: [{ from: Client/a, node: n1, to: a, port: 0, rate: 1 }]',
      'traffic[0]: port is no number from 1 to 65535',
    ],
    ['traffic: [{ from: Client/a, node: n1, to: a, port: 80, rate: 0 }]', 'traffic[0]: rate is no number above 0'],
  ]
  test.each(WRONG)('with "%s" is refused: %s', (line, message) => {
    expect(parseScenario('mine', `${SCENARIO}${line}\n`)).toEqual({
      ok: false,
      message: `mine, document Scenario: ${message}`,
    })
  })

  test('with two Scenario documents is refused', () => {
    expect(parseScenario('mine', `${SCENARIO}---\n${SCENARIO}`)).toEqual({
      ok: false,
      message: 'mine has 2 documents of kind Scenario; one is enough',
    })
  })
})

test('a text that brings Nodes is known by its documents', () => {
  expect(bringsNodes(SERVICE)).toBe(false)
  expect(bringsNodes(`${SERVICE}---\napiVersion: v1\nkind: Node\nmetadata:\n  name: mine\n`)).toBe(true)
})
