// A simulation from files: what it tells, and the sentence for each mistake.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printResult, simulate, type SimulateResult } from './simulate.ts'
import { readSimulateOptions } from './simulate-options.ts'

const MANIFESTS = `apiVersion: v1
kind: Service
metadata: { name: my-service }
spec: { selector: { app: a }, ports: [{ port: 80, targetPort: 9376 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  replicas: 3
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { containers: [{ name: c, image: registry.k8s.io/serve_hostname }] }
`
const SCENARIO = `apiVersion: service-playground/v1
kind: Scenario
nodes: 3
traffic:
  - { from: Client/one, node: n1, to: my-service, port: 80, rate: 20 }
faults:
  - { type: dns-down, atMs: 40000, forMs: 10000 }
`
let folder = ''
const file = (name: string): string => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulate-test-'))
  writeFileSync(file('manifests.yaml'), MANIFESTS)
  writeFileSync(file('scenario.yaml'), SCENARIO)
  writeFileSync(file('faults.yaml'), '- { id: crash, type: node-crash, target: Node/n2, atMs: 20000 }\n')
  writeFileSync(file('traffic.yaml'), '- { id: two, to: my-service }\n- { to: my-service, rate: 5 }\n')
  writeFileSync(file('bad.yaml'), '- { type: node-crash }\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(...args: readonly string[]): SimulateResult {
  const options = readSimulateOptions(args.map(arg => (arg.endsWith('.yaml') ? file(arg) : arg)))
  if ('message' in options) throw new Error(options.message)
  return simulate(options)
}

test('tells what became of requests, faults and Services, the same each time', () => {
  const args = ['manifests.yaml', 'scenario.yaml', '--traffic', 'traffic.yaml', '--faults', 'faults.yaml']
  const result = run(...args)
  expect(result).toMatchObject({ seed: 1, nowMs: 60_000 })
  expect(result.traffic.map(({ id, rate }) => [id, rate])).toEqual([
    ['one', 20],
    ['traffic-1', 5],
    ['two', 10],
  ])
  const { metrics } = result.traffic[0] ?? {}
  expect(metrics?.ok).toBeGreaterThan(500)
  expect(metrics?.byCause['timeout']).toBeGreaterThan(100)
  expect(result.faults.map(({ id, state, beganMs, endedMs }) => [id, state, beganMs, endedMs])).toEqual([
    ['crash', 'in-force', 20_000, null],
    ['fault-1', 'over', 40_000, 50_000],
  ])
  expect(result.verdicts).toMatchObject([{ service: 'default/my-service', endpoints: 3, reason: null }])
  expect(result.verdicts[0]?.pods.map(({ ready }) => ready)).toEqual([true, true, true])
  expect(run(...args)).toEqual(result)
  expect(run(...args, '--seed', '2')).not.toEqual(result)
})

test('takes a client as JSON, and is printed for people too', () => {
  const result = run('manifests.yaml', '--for', '10s', '--traffic', '{"id": "mine", "to": "my-service", "rate": 100}')
  const text = printResult(result)
  expect(text).toMatch(/^after 10 s\nmine → my-service: \d+ sent, \d+ ok, \d+ failed.*; p50 [\d.]+ ms, p99 [\d.]+ ms\n/)
  expect(text).toContain('default/my-service: 3 ready endpoints')
})

const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /^no file is named\. Usage: simulate FILE/],
  [['manifests.yaml', '--fro', '5s'], /^Unknown option '--fro'/],
  [['manifests.yaml', '--for', '5'], /^--for is a time like 500ms, 60s, 5m or 1h, not "5"\.$/],
  [['manifests.yaml', '--nodes', 'x'], /^--nodes is a whole number, not "x"\.$/],
  [['none.yaml'], /none\.yaml cannot be read/],
  [['manifests.yaml', '--faults', 'bad.yaml'], /bad\.yaml, faults\[0\]: target is missing$/],
  [['manifests.yaml', '--traffic', '{"rate": 5}'], /^traffic\[0\]: to is missing$/],
  [['manifests.yaml', '--nodes', '0', '--traffic', '{"to": "my-service"}'], /^traffic: nodes "" not found$/],
]
test.each(WRONG)('%j is refused', (args, message) => {
  expect(() => run(...args)).toThrow(message)
})
