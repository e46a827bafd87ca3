// What the API server fills into a Node: allocatable from capacity, and of podCIDR and podCIDRs each from the other (the
// single one wins). Two parts of the status are always there, since Go always prints them.

import { fill, omitEmpty, withMember } from '../fill.ts'
import type { Node, NodeSpec, NodeStatus } from './node.ts'

/** What Go prints of a Node's status of which nothing is set. */
export const EMPTY_NODE_STATUS = {
  daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
  nodeInfo: {
    machineID: '',
    systemUUID: '',
    bootID: '',
    kernelVersion: '',
    osImage: '',
    containerRuntimeVersion: '',
    kubeletVersion: '',
    kubeProxyVersion: '',
    operatingSystem: '',
    architecture: '',
  },
}

export function defaultNode(node: Node): Node {
  let spec: NodeSpec = omitEmpty(node.spec ?? {}, ['podCIDR', 'podCIDRs', 'unschedulable', 'taints', 'providerID'])
  const first = spec.podCIDR ?? spec.podCIDRs?.[0]
  if (first !== undefined) {
    const rest = spec.podCIDRs?.[0] === first ? spec.podCIDRs : [first]
    spec = { ...spec, podCIDR: first, podCIDRs: rest }
  }
  const filled = withMember(withMember(node, 'spec', spec), 'status', withZeros(node.status ?? {}))
  if (!filled.status?.capacity) return filled
  return withMember(filled, 'status', fill(filled.status, { allocatable: filled.status.capacity }))
}

function withZeros(status: NodeStatus): NodeStatus {
  const { nodeInfo = {}, daemonEndpoints = EMPTY_NODE_STATUS.daemonEndpoints } = status
  const lacks = Object.keys(EMPTY_NODE_STATUS.nodeInfo).some(field => nodeInfo[field] === undefined)
  const filled = withMember(status, 'daemonEndpoints', daemonEndpoints)
  return lacks ? { ...filled, nodeInfo: { ...EMPTY_NODE_STATUS.nodeInfo, ...nodeInfo } } : filled
}
