// Names of views, `Kind/namespace/name`, and which objects are never shown.

import type { ViewId } from '../../protocol/index.ts'

/** The parts of a view id; undefined when the text is none. */
export interface ViewName {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

// The control plane's own: shown on no graph until somebody asks for it.
const HIDDEN_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease']
const API_SERVER_KINDS = ['Service', 'Endpoints', 'EndpointSlice']

export function viewId(kind: string, namespace: string | undefined, name: string): ViewId {
  return `${kind}/${namespace ?? ''}/${name}`
}

export function parseViewId(id: ViewId): ViewName | undefined {
  const [kind, namespace, name, ...rest] = id.split('/')
  return kind && namespace !== undefined && name && rest.length === 0 ? { kind, namespace, name } : undefined
}

export function isHidden(kind: string, namespace: string | undefined, name: string): boolean {
  if (namespace === undefined || namespace === '') return false
  if (HIDDEN_NAMESPACES.includes(namespace)) return true
  return namespace === 'default' && name === 'kubernetes' && API_SERVER_KINDS.includes(kind)
}
