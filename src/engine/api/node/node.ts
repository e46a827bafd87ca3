// core/v1 Node. A Node is run by this playground when it carries the annotation SIMULATED_ANNOTATION; any other is left
// to whoever made it.

import type { Condition, KubeObject } from '../meta.ts'

export const SIMULATED_ANNOTATION = 'service-playground/simulated'
export const ZONE_LABEL = 'topology.kubernetes.io/zone'
export const REGION_LABEL = 'topology.kubernetes.io/region'
export const HOSTNAME_LABEL = 'kubernetes.io/hostname'

export interface Taint {
  readonly key: string
  readonly value?: string | undefined
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
  readonly timeAdded?: string | undefined
}

export interface NodeSpec {
  readonly podCIDR?: string | undefined
  readonly podCIDRs?: readonly string[] | undefined
  readonly unschedulable?: boolean | undefined
  readonly taints?: readonly Taint[] | undefined
  readonly providerID?: string | undefined
}

export interface NodeAddress {
  readonly type: 'InternalIP' | 'ExternalIP' | 'Hostname' | 'InternalDNS' | 'ExternalDNS'
  readonly address: string
}

export interface NodeStatus {
  readonly addresses?: readonly NodeAddress[] | undefined
  readonly capacity?: { readonly [resource: string]: string } | undefined
  readonly allocatable?: { readonly [resource: string]: string } | undefined
  readonly conditions?: readonly Condition[] | undefined
  /** The port at which the kubelet listens; the field's name is Go's. */
  readonly daemonEndpoints?: { readonly kubeletEndpoint: { readonly Port: number } } | undefined
  readonly nodeInfo?: { readonly [field: string]: string } | undefined
}

export interface Node extends KubeObject {
  readonly spec: NodeSpec
  readonly status?: NodeStatus | undefined
}

/** Whether this playground runs the Node: kubelet, Lease, kube-proxy and Pods. */
export function isSimulated(node: Node): boolean {
  return node.metadata.annotations?.[SIMULATED_ANNOTATION] === 'true'
}
