import { describe, expect, test } from 'vitest'
import { KINDS, type AnyObject } from '../api/kind-registry.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../kernel/timestamp.ts'
import { toTable } from './table-view.ts'

const NOW_MS = DEFAULT_EPOCH_MS
const RUNNING = { ready: true, restartCount: 0, state: { running: {} } }
const DONE = { ready: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }
const INITIALIZING = { ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }

function waiting(reason: string, restartCount = 0): object {
  return { ready: false, restartCount, state: { waiting: { reason } } }
}

function ended(terminated: object): object {
  return { ready: false, restartCount: 0, state: { terminated } }
}

function row(pod: { readonly spec?: object; readonly status?: object; readonly metadata?: object }) {
  const spec = { containers: [{ name: 'a' }, { name: 'b' }], ...pod.spec }
  const metadata = { name: 'x', creationTimestamp: formatTimestamp(NOW_MS - 65_000), ...pod.metadata }
  const object = { kind: 'Pod', metadata, spec, status: pod.status }
  const [first] = toTable(KINDS.Pod, [object as unknown as AnyObject], { nowMs: NOW_MS }).rows
  if (!first) throw new Error('no row')
  return first
}

/** Ready, status and restarts of a Pod with containers a and b. */
function summary(pod: Parameters<typeof row>[0]): string {
  return row(pod).cells.slice(1, 4).join(' ')
}

describe('the word for a Pod', () => {
  const cases: readonly [string, Parameters<typeof row>[0], string][] = [
    ['without status', {}, '0/2  0'],
    ['not yet bound', { status: { phase: 'Pending' } }, '0/2 Pending 0'],
    [
      'held back',
      {
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      },
      '0/2 SchedulingGated 0',
    ],
    ['running', { status: { phase: 'Running', containerStatuses: [RUNNING, RUNNING] } }, '2/2 Running 0'],
    [
      'running, one not ready',
      { status: { phase: 'Running', containerStatuses: [RUNNING, { ...RUNNING, ready: false }] } },
      '1/2 Running 0',
    ],
    [
      'crashing',
      { status: { phase: 'Running', containerStatuses: [RUNNING, waiting('CrashLoopBackOff', 7)] } },
      '1/2 CrashLoopBackOff 7',
    ],
    [
      'two reasons, of which the first container has the say',
      { status: { phase: 'Pending', containerStatuses: [waiting('ErrImagePull'), waiting('CrashLoopBackOff')] } },
      '0/2 ErrImagePull 0',
    ],
    [
      'ended by a code',
      { status: { phase: 'Running', containerStatuses: [ended({ exitCode: 3 })] } },
      '0/2 ExitCode:3 0',
    ],
    [
      'ended by a signal',
      { status: { phase: 'Running', containerStatuses: [ended({ exitCode: 137, signal: 9 })] } },
      '0/2 Signal:9 0',
    ],
    [
      'killed for memory',
      { status: { phase: 'Running', containerStatuses: [ended({ exitCode: 137, reason: 'OOMKilled' })] } },
      '0/2 OOMKilled 0',
    ],
    ['done', { status: { phase: 'Succeeded', containerStatuses: [DONE, DONE] } }, '0/2 Completed 0'],
    ['one done, one running', { status: { phase: 'Running', containerStatuses: [DONE, RUNNING] } }, '1/2 NotReady 0'],
    [
      'one done, one running, and ready',
      {
        status: {
          phase: 'Running',
          containerStatuses: [DONE, RUNNING],
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      },
      '1/2 Running 0',
    ],
    ['evicted', { status: { phase: 'Failed', reason: 'Evicted' } }, '0/2 Evicted 0'],
    [
      'being deleted',
      { metadata: { deletionTimestamp: 'now' }, status: { phase: 'Running', containerStatuses: [RUNNING, RUNNING] } },
      '2/2 Terminating 0',
    ],
    [
      'being deleted, but over',
      { metadata: { deletionTimestamp: 'now' }, status: { phase: 'Succeeded', containerStatuses: [DONE, DONE] } },
      '0/2 Completed 0',
    ],
    [
      'being deleted on a lost node',
      { metadata: { deletionTimestamp: 'now' }, status: { phase: 'Running', reason: 'NodeLost' } },
      '0/2 Unknown 0',
    ],
  ]
  test.each(cases)('%s', (_, pod, expected) => {
    expect(summary(pod)).toBe(expected)
  })
})

describe('init containers', () => {
  const spec = { initContainers: [{ name: 'i' }, { name: 's', restartPolicy: 'Always' }, { name: 'j' }] }
  const init = (...statuses: readonly object[]): Parameters<typeof row>[0] => {
    const initContainerStatuses = statuses.map((status, index) => ({ name: ['i', 's', 'j'][index], ...status }))
    const containerStatuses = [INITIALIZING, INITIALIZING]
    return { spec, status: { phase: 'Pending', initContainerStatuses, containerStatuses } }
  }
  const sidecar = { ...RUNNING, started: true }
  const cases: readonly [string, Parameters<typeof row>[0], string][] = [
    ['the first at work', init(RUNNING), '0/3 Init:0/3 0'],
    ['the first failed', init(ended({ exitCode: 2 })), '0/3 Init:ExitCode:2 0'],
    ['the first failed with a reason', init(ended({ exitCode: 2, reason: 'Error' })), '0/3 Init:Error 0'],
    ['the first crashing', init(waiting('CrashLoopBackOff', 3)), '0/3 Init:CrashLoopBackOff 3'],
    ['waiting for its turn', init(INITIALIZING), '0/3 Init:0/3 0'],
    ['a sidecar that runs counts as ready, and the next is at work', init(DONE, sidecar, RUNNING), '1/3 Init:2/3 0'],
    ['a sidecar that has not started', init(DONE, { ...RUNNING, started: false }), '0/3 Init:1/3 0'],
    ['all done, the main ones starting', init(DONE, sidecar, DONE), '1/3 PodInitializing 0'],
  ]
  test.each(cases)('%s', (_, pod, expected) => {
    expect(summary(pod)).toBe(expected)
  })

  test('once done, only restarts of sidecars and main containers count', () => {
    const initContainerStatuses = [
      { name: 'i', ...DONE, restartCount: 5 },
      { name: 's', ...sidecar, restartCount: 2 },
    ]
    const containerStatuses = [{ ...RUNNING, restartCount: 1 }, RUNNING]
    expect(summary({ spec, status: { phase: 'Running', initContainerStatuses, containerStatuses } })).toBe(
      '3/3 Running 3',
    )
  })
})

describe('restarts', () => {
  test('tell how long ago the last one was', () => {
    const at = (seconds: number): object => ({
      ...RUNNING,
      restartCount: 1,
      lastState: { terminated: { exitCode: 1, finishedAt: formatTimestamp(NOW_MS - seconds * 1000) } },
    })
    expect(summary({ status: { phase: 'Running', containerStatuses: [at(300), at(900)] } })).toBe(
      '2/2 Running 2 (5m ago)',
    )
  })
})

describe('the rest of the line', () => {
  test('has the address, the node and the gates', () => {
    const spec = { nodeName: 'n1', readinessGates: [{ conditionType: 'g' }, { conditionType: 'h' }] }
    const status = {
      podIPs: [{ ip: '10.244.0.2' }],
      nominatedNodeName: 'n2',
      conditions: [{ type: 'g', status: 'True' }],
    }
    expect(row({ spec, status }).cells.slice(4)).toEqual(['65s', '10.244.0.2', 'n1', 'n2', '1/2'])
    expect(row({}).cells.slice(4)).toEqual(['65s', '<none>', '<none>', '<none>', '<none>'])
  })

  test('says beside the cells that the Pod is over', () => {
    const conditions = [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]
    expect(row({ status: { phase: 'Failed' } }).conditions).toEqual(conditions)
    expect(row({ status: { phase: 'Succeeded' } }).conditions).toHaveLength(1)
    expect(row({ status: { phase: 'Running' } })).not.toHaveProperty('conditions')
  })
})
