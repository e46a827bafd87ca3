// What the page's kubectl says of a drain, line for line as kubectl 1.32 says it of the same cluster: Pods without a controller, with
// local storage, and with budgets.

import { expect, test } from 'vitest'
import { KubectlPlayer } from './kubectl-in-page.ts'
import type { KubectlStep } from './kubectl-result.mjs'

const POD = (name: string, more = ''): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: web } }
spec: { nodeName: n1, terminationGracePeriodSeconds: 1, containers: [{ name: app, image: web:1 }]${more} }
---
`
const BUDGET = (name: string): string => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
---
`
const LOCAL = POD('c', ', volumes: [{ name: scratch, emptyDir: {} }]').replace('app: web', 'app: other')
const FILES = {
  'pods.yaml': POD('a') + POD('b') + LOCAL + BUDGET('web'),
  'more.yaml': POD('a') + LOCAL + BUDGET('web2'),
}
const [MANY, LATER, FULL] = [
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  "Cannot evict pod as it would violate the pod's disruption budget.",
  'Warning: deleting Pods that declare no controller: {ns}/a, {ns}/b, {ns}/c',
]

function step(
  args: string,
  { exit = 0, out = [], err = [] }: { exit?: number; out?: string[]; err?: string[] },
): KubectlStep {
  const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')
  return { args: args.split(' '), expect: { exit, stdout: text(out), stderr: text(err) } }
}

/** What a drain says that gives up for these reasons. */
function givenUp(...reasons: readonly string[]): string[] {
  const together = reasons.length > 1 ? `[${reasons.join(', ')}]` : reasons.join('')
  return [
    `error: unable to drain node "n1" due to error: ${together}, continuing command...`,
    'There are pending nodes to be drained:',
    ' n1',
    ...reasons,
  ]
}

const BARE = 'cannot delete cannot delete Pods that declare no controller (use --force to override): {ns}/a, {ns}/b'
const STORAGE = 'cannot delete Pods with local storage (use --delete-emptydir-data to override): {ns}/c'
const LATE = 'error when evicting pods/"b" -n "{ns}": global timeout reached: 7s'
const RETRY = `error when evicting pods/"b" -n "{ns}" (will retry after 5s): ${LATER}`
const [MANY_A, MANY_B] = ['a', 'b'].map(name => `error when evicting pods/"${name}" -n "{ns}": ${MANY}`) as [
  string,
  string,
]
const evicting = (...names: readonly string[]): string[] => names.map(name => `evicting pod {ns}/${name}`)

test('tells what is in its way, waits where a budget says so, and ends when its time is over', async () => {
  const problems = await new KubectlPlayer().check({
    id: 'drain',
    files: FILES,
    steps: [
      step('apply -f pods.yaml', {
        out: ['pod/a created', 'pod/b created', 'pod/c created', 'poddisruptionbudget.policy/web created'],
      }),
      {
        ...step('drain n1', { exit: 1, out: ['node/n1 cordoned'], err: givenUp(BARE, STORAGE) }),
        waitFor: ['a', 'b', 'c'].map(name => ({
          get: `/api/v1/namespaces/{ns}/pods/${name}`,
          at: 'status.phase',
          is: 'Running',
        })),
      },
      step('drain n1 --force', { exit: 1, out: ['node/n1 already cordoned'], err: givenUp(STORAGE) }),
      step('drain n1 --force --delete-emptydir-data --timeout=7s', {
        exit: 1,
        out: [
          'node/n1 already cordoned',
          ...evicting('a', 'b', 'c'),
          'pod/a evicted',
          'pod/c evicted',
          ...evicting('b', 'b'),
        ],
        err: [
          FULL,
          RETRY,
          RETRY,
          `There are pending pods in node "n1" when an error occurred: ${LATE}`,
          'pod/b',
          ...givenUp(LATE),
        ],
      }),
      step('uncordon n1', { out: ['node/n1 uncordoned'] }),
      step('apply -f more.yaml', {
        out: ['pod/a created', 'pod/c created', 'poddisruptionbudget.policy/web2 created'],
      }),
      {
        ...step('drain n1 --force --delete-emptydir-data', {
          exit: 1,
          out: ['node/n1 cordoned', ...evicting('a', 'b', 'c'), 'pod/c evicted'],
          err: [
            FULL,
            `There are pending pods in node "n1" when an error occurred: [${MANY_A}, ${MANY_B}]`,
            'pod/a',
            'pod/b',
            ...givenUp(MANY_A, MANY_B),
          ],
        }),
        waitFor: ['a', 'c'].map(name => ({
          get: `/api/v1/namespaces/{ns}/pods/${name}`,
          at: 'status.phase',
          is: 'Running',
        })),
      },
      step('delete pdb web web2', {
        out: ['web', 'web2'].map(name => `poddisruptionbudget.policy "${name}" deleted from {ns} namespace`),
      }),
      step('drain n1 --force --dry-run=server', {
        out: [
          'node/n1 already cordoned (server dry run)',
          ...['a', 'b'].map(name => `evicting pod {ns}/${name} (server dry run)`),
          'node/n1 drained (server dry run)',
        ],
        err: ['Warning: deleting Pods that declare no controller: {ns}/a, {ns}/b'],
      }),
      step('drain n1 --force', {
        out: ['node/n1 already cordoned', ...evicting('a', 'b'), 'pod/a evicted', 'pod/b evicted', 'node/n1 drained'],
        err: ['Warning: deleting Pods that declare no controller: {ns}/a, {ns}/b'],
      }),
    ],
  } as never)
  expect(problems).toEqual([])
})
