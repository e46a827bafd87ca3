// Whom a fault is done to: its targets, by name, become Nodes and Pods as they are when it begins.

import { ZONE_LABEL } from '../../api/node/node.ts'
import { targetsOf, type FaultSpec } from '../../api/fault-spec.ts'
import { compareText } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import type { Side } from './disturbances.ts'

export type Found = Side | { readonly message: string }

/** Nodes (of zones too) and Pods (`namespace/name`), each in order; or a sentence about one that is not there. */
export function findTargets(target: FaultSpec['target'], store: StoreClient): Found {
  const nodes = new Set<string>()
  const pods = new Set<string>()
  for (const text of targetsOf(target)) {
    const [kind, first = '', second = ''] = text.split('/')
    if (kind === 'Pod') {
      if (!store.get('Pod', first, second)) return { message: `pods "${second}" not found in namespace "${first}"` }
      pods.add(`${first}/${second}`)
    } else if (kind === 'Node') {
      if (!store.get('Node', '', first)) return { message: `nodes "${first}" not found` }
      nodes.add(first)
    } else {
      const inZone = store.list('Node').filter(({ metadata }) => metadata.labels?.[ZONE_LABEL] === first)
      if (inZone.length === 0) return { message: `no node is in zone "${first}"` }
      for (const { metadata } of inZone) nodes.add(metadata.name)
    }
  }
  return { nodes: [...nodes].sort(compareText), pods: [...pods].sort(compareText) }
}

/** The Pods of a side: those that it names, and all that run on its Nodes now. */
export function podsOf({ nodes, pods }: Side, store: StoreClient): readonly string[] {
  const running = nodes
    .flatMap(node => store.podsOnNode(node))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
  return [...new Set([...pods, ...running])].sort(compareText)
}
