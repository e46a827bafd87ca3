// The status a simulated kubelet posts for its Node: the four conditions of a healthy machine, and what it runs on. Addresses
// and capacity are taken as whoever made the Node wrote them. Pure.

import { fill } from '../../api/fill.ts'
import { KUBERNETES_VERSION } from '../../api/kubernetes-version.ts'
import type { Condition, Labels } from '../../api/meta.ts'
import { HOSTNAME_LABEL, type Node, type NodeAddress, type NodeStatus } from '../../api/node/node.ts'
import { findCondition } from '../runtime/conditions.ts'

const HEALTHY: readonly (readonly [string, 'True' | 'False', string, string])[] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
]

const SHUTTING_DOWN = 'node is shutting down'
const NO_NETWORK =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

const OS_LABEL = 'kubernetes.io/os'
const ARCHITECTURE_LABEL = 'kubernetes.io/arch'

const NODE_INFO = {
  architecture: 'amd64',
  operatingSystem: 'linux',
  kernelVersion: '6.1.0',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  containerRuntimeVersion: 'containerd://2.0.0',
  kubeletVersion: KUBERNETES_VERSION,
  kubeProxyVersion: '',
  bootID: '',
  machineID: '',
  systemUUID: '',
}

export interface MachineReport {
  /** RFC 3339. */
  readonly now: string
  readonly maxPods: number
  readonly shuttingDown: boolean
  readonly networkDown: boolean
}

/** The status of a machine that is well, or of one that says why it is not ready. */
export function machineStatus(node: Node, { now, maxPods, shuttingDown, networkDown }: MachineReport): NodeStatus {
  const problems = [...(networkDown ? [NO_NETWORK] : []), ...(shuttingDown ? [SHUTTING_DOWN] : [])]
  const before = node.status?.conditions ?? []
  const own: Condition[] = reported(problems).map(([type, status, reason, message]) => {
    const last = findCondition(before, type)
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : now
    return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message }
  })
  const others = before.filter(({ type }) => !own.some(condition => condition.type === type))
  const resources = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '64Gi', pods: String(maxPods) }
  const capacity = node.status?.capacity ?? resources
  return {
    ...node.status,
    addresses: node.status?.addresses ?? ownAddresses(node),
    capacity,
    allocatable: node.status?.allocatable ?? capacity,
    conditions: [...others, ...own],
    // The server keeps a blank for what nobody has said.
    nodeInfo: fill<NonNullable<NodeStatus['nodeInfo']>>(node.status?.nodeInfo ?? {}, NODE_INFO),
  }
}

function reported(problems: readonly string[]): typeof HEALTHY {
  if (problems.length === 0) return HEALTHY
  const message = problems.length > 1 ? `[${problems.join(', ')}]` : problems.join('')
  return [...HEALTHY.slice(0, -1), ['Ready', 'False', 'KubeletNotReady', message]]
}

/** The labels of a Node with those that a kubelet adds: its name, and what it runs on by the names of today and of before. */
export function kubeletLabels({ metadata }: Node): Labels {
  const { labels = {}, name } = metadata
  const os = labels[OS_LABEL] ?? 'linux'
  const architecture = labels[ARCHITECTURE_LABEL] ?? NODE_INFO.architecture
  return {
    ...labels,
    [HOSTNAME_LABEL]: labels[HOSTNAME_LABEL] ?? name,
    [OS_LABEL]: os,
    [ARCHITECTURE_LABEL]: architecture,
    [`beta.${OS_LABEL}`]: os,
    [`beta.${ARCHITECTURE_LABEL}`]: architecture,
  }
}

/** Whether a status says anything else than another did, heartbeat times apart. */
export function saysMore(before: NodeStatus | undefined, after: NodeStatus): boolean {
  if (!before?.nodeInfo?.['kubeletVersion'] || !before.addresses || !before.capacity || !before.allocatable) return true
  return (after.conditions ?? []).some(({ type, status, reason, message }) => {
    const old = findCondition(before.conditions, type)
    return !old || old.status !== status || old.reason !== reason || old.message !== message
  })
}

/** The address at which the machine is reached by others; '' when its Node names none. */
export function internalIP(node: Node): string {
  return node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
}

function ownAddresses(node: Node): readonly NodeAddress[] {
  return [{ type: 'Hostname', address: node.metadata.labels?.[HOSTNAME_LABEL] ?? node.metadata.name }]
}
