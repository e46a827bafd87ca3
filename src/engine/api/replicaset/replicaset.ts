// apps/v1 ReplicaSet.

import type { Condition, KubeObject, LabelSelector } from '../meta.ts'
import type { PodTemplateSpec } from '../pod/pod.ts'

export interface ReplicaSet extends KubeObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplateSpec
    readonly minReadySeconds?: number | undefined
  }
  readonly status?:
    | {
        readonly replicas: number
        readonly fullyLabeledReplicas?: number | undefined
        readonly readyReplicas?: number | undefined
        readonly availableReplicas?: number | undefined
        readonly terminatingReplicas?: number | undefined
        readonly observedGeneration?: number | undefined
        readonly conditions?: readonly Condition[] | undefined
      }
    | undefined
}
