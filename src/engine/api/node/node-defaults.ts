// What the API server fills into a Node: allocatable from capacity, and of podCIDR and podCIDRs each from the other (the
// single one wins). The parts of status that Go always prints (daemonEndpoints, an empty nodeInfo) are not kept.

import { fill, omitEmpty, withMember } from '../fill.ts'
import type { Node, NodeSpec } from './node.ts'

export function defaultNode(node: Node): Node {
  let spec: NodeSpec = omitEmpty(node.spec ?? {}, ['podCIDR', 'podCIDRs', 'unschedulable', 'taints', 'providerID'])
  const first = spec.podCIDR ?? spec.podCIDRs?.[0]
  if (first !== undefined) {
    const rest = spec.podCIDRs?.[0] === first ? spec.podCIDRs : [first]
    spec = { ...spec, podCIDR: first, podCIDRs: rest }
  }
  const filled = withMember(node, 'spec', spec)
  if (!filled.status?.capacity) return filled
  return withMember(filled, 'status', fill(filled.status, { allocatable: filled.status.capacity }))
}
