// Which container of a Pod is meant by a request for its log or for a command in it, and whether its kubelet can be asked; after
// pkg/registry/core/pod strategy.go (LogLocation, ExecLocation). Left out: ephemeral containers.

import type { ApiStatus } from '../api/api-status.ts'
import type { Container, Pod } from '../api/pod/pod.ts'
import type { ApiCall } from './api-call.ts'
import { badRequest } from './refusals.ts'

export const KUBELET_PORT = 10_250

export type ChosenContainer =
  | { readonly ok: true; readonly container: Container }
  | { readonly ok: false; readonly status: ApiStatus }

export function chooseContainer(pod: Pod, name: string): ChosenContainer {
  const { containers, initContainers = [] } = pod.spec
  const podName = pod.metadata.name
  if (name === '') {
    const [only, ...more] = containers
    if (only && more.length === 0 && initContainers.length === 0) return { ok: true, container: only }
    const names = (list: readonly Container[]): string => `[${list.map(one => one.name).join(' ')}]`
    const inits = initContainers.length === 0 ? '' : ` or one of the init containers: ${names(initContainers)}`
    const message = `a container name must be specified for pod ${podName}, choose one of: ${names(containers)}${inits}`
    return { ok: false, status: badRequest(message) }
  }
  const container = [...containers, ...initContainers].find(one => one.name === name)
  if (container) return { ok: true, container }
  return { ok: false, status: badRequest(`container ${name} is not valid for pod ${podName}`) }
}

/** Why the kubelet of a Pod's Node cannot be reached, in the words of Go's dialer; undefined when it can. */
export function dialProblem(
  { store }: ApiCall,
  node: string,
  kubelet: 'answers' | 'refused' | 'silent',
): string | undefined {
  if (kubelet === 'answers') return undefined
  const why = kubelet === 'refused' ? 'connect: connection refused' : 'i/o timeout'
  return `dial tcp ${kubeletAddress(store, node)}: ${why}`
}

export function kubeletAddress(store: ApiCall['store'], node: string): string {
  const addresses = store.objects.get('Node', '', node)?.status?.addresses ?? []
  const own = addresses.find(({ type }) => type === 'InternalIP') ?? addresses[0]
  return `${own?.address ?? node}:${KUBELET_PORT}`
}
