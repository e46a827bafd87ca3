// autoscaling/v1 Scale: the narrow view of a Deployment, ReplicaSet or StatefulSet that says how many Pods are wanted and are there.

import type { AnyObject, KindMap } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/meta.ts'
import { selectorText } from './table-cells.ts'

export type Scalable = KindMap['Deployment'] | KindMap['ReplicaSet'] | KindMap['StatefulSet']

/** Numbers that are 0 are left out of its spec, as Go leaves them out. */
export interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number | undefined }
  readonly status: { readonly replicas: number; readonly selector?: string | undefined }
}

/** The Scale of such a workload. */
export function scaleOf(object: AnyObject): Scale {
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
