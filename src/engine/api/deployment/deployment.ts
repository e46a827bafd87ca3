// apps/v1 Deployment.

import type { Condition, IntOrString, KubeObject, LabelSelector } from '../meta.ts'
import type { PodTemplateSpec } from '../pod/pod.ts'

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplateSpec
    readonly strategy: {
      readonly type: 'RollingUpdate' | 'Recreate'
      readonly rollingUpdate?:
        | { readonly maxSurge?: IntOrString | undefined; readonly maxUnavailable?: IntOrString | undefined }
        | undefined
    }
    readonly minReadySeconds?: number | undefined
    readonly revisionHistoryLimit?: number | undefined
    readonly progressDeadlineSeconds?: number | undefined
    readonly paused?: boolean | undefined
  }
  readonly status?:
    | {
        readonly observedGeneration?: number | undefined
        readonly replicas?: number | undefined
        readonly updatedReplicas?: number | undefined
        readonly readyReplicas?: number | undefined
        readonly availableReplicas?: number | undefined
        readonly unavailableReplicas?: number | undefined
        readonly terminatingReplicas?: number | undefined
        readonly collisionCount?: number | undefined
        readonly conditions?: readonly Condition[] | undefined
      }
    | undefined
}
