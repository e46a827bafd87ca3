// autoscaling/v1 Scale: the narrow view of a Deployment, ReplicaSet or StatefulSet that says how many Pods are wanted and are there.

import type { AnyObject, KindMap } from '../api/kind-registry.ts'
import { selectorText } from './table-cells.ts'

export type Scalable = KindMap['Deployment'] | KindMap['ReplicaSet'] | KindMap['StatefulSet']

/** The Scale of such a workload. Numbers that are 0 are left out of its spec, as Go leaves them out. */
export function scaleOf(object: AnyObject): { readonly [field: string]: unknown } {
  const { metadata, spec, status } = object as Scalable
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const selector = selectorText(spec.selector)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, ...(selector === '' ? {} : { selector }) },
  }
}
