// What every player of kubectl stories does alike, whoever kubectl is: the Nodes a story begins with, what it waits for, and
// how two outcomes differ.

import type { KubectlWait, Outcome } from './kubectl-result.mjs'

export interface Answered {
  readonly status: number
  readonly body: unknown
}

export interface StoryNode {
  readonly name: string
  /** 1 to 3 for a simulated one: its address, range and zone follow. */
  readonly number: number
  readonly simulated: boolean
}

/** A Node as it is made. */
export function nodeOfStory({ name, number, simulated }: StoryNode): object {
  const subnet = `10.244.${number}.0/24`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': `zone-${'abc'[number - 1] ?? 'a'}`,
      },
      ...(simulated ? { annotations: { 'service-playground/simulated': 'true' } } : {}),
    },
    spec: {
      podCIDR: subnet,
      podCIDRs: [subnet],
      ...(simulated ? {} : { taints: [{ key: 'by-hand', effect: 'NoSchedule' }] }),
    },
  }
}

const CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
]

/** What is written into its status then. */
export function nodeStatusOfStory({ name, number, simulated }: StoryNode, nowMs: number): object {
  const size = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '64Gi', pods: '110' }
  const at = new Date(nowMs).toISOString().replace(/\.\d+Z/, 'Z')
  const times = { lastHeartbeatTime: at, lastTransitionTime: at }
  return {
    addresses: [
      { type: 'InternalIP', address: simulated ? `172.18.0.1${number}` : '172.18.0.99' },
      { type: 'Hostname', address: name },
    ],
    capacity: size,
    allocatable: size,
    conditions: CONDITIONS.map(([type, status, reason, message]) => ({ type, status, reason, message, ...times })),
    nodeInfo: {
      architecture: 'amd64',
      operatingSystem: 'linux',
      kernelVersion: '6.1.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'containerd://2.0.0',
      kubeletVersion: 'v1.34.4',
      kubeProxyVersion: '',
      bootID: '',
      machineID: '',
      systemUUID: '',
    },
  }
}

/** Whether what a story waits for is so in an answer to `wait.get`. */
export function holdsIn({ status, body }: Answered, wait: KubectlWait): boolean {
  const value = wait.at === undefined ? undefined : walk(body, wait.at)
  if (wait.gone) return status === 404
  if (wait.count !== undefined) {
    const list = walk(body, wait.each ?? 'items')
    const fits = (one: unknown): boolean =>
      Object.entries(wait.where ?? {}).every(([path, is]) => walk(one, path) === is)
    return status === 200 && Array.isArray(list) && list.filter(fits).length === wait.count
  }
  if (wait.absent) return status === 200 && (value === undefined || value === null)
  if (wait.same) {
    const [a, b] = wait.same.map(path => walk(body, path))
    return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
  }
  if (wait.at === undefined) return status === 200
  return wait.is === undefined ? value !== undefined : JSON.stringify(value) === JSON.stringify(wait.is)
}

function walk(value: unknown, path: string): unknown {
  return path
    .split(/(?<!\\)\./)
    .map(key => key.replaceAll('\\.', '.'))
    .reduce<unknown>(
      (here, key) =>
        here === undefined || here === null ? undefined : (here as { readonly [key: string]: unknown })[key],
      value,
    )
}

/** Lines to read; none when the outcomes are the same. */
export function differences(expected: Outcome, actual: Outcome): string[] {
  const found: string[] = []
  if (expected.exit !== actual.exit) found.push(`exit: expected ${expected.exit}, got ${actual.exit}`)
  for (const stream of ['stdout', 'stderr'] as const) {
    if (expected[stream] === actual[stream]) continue
    const [a, b] = [expected[stream].split('\n'), actual[stream].split('\n')]
    found.push(`${stream}:`, ...linesOnlyIn(a, b).map(line => `- ${line}`))
    found.push(...linesOnlyIn(b, a).map(line => `+ ${line}`))
    if (found.at(-1) === `${stream}:`) found.push('the same lines, in another order or number')
  }
  return found
}

function linesOnlyIn(these: readonly string[], those: readonly string[]): readonly string[] {
  return these.filter(line => !those.includes(line)).slice(0, 12)
}
