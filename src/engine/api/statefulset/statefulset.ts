// apps/v1 StatefulSet: Pods with numbers for names, started and stopped in order.

import type { Condition, IntOrString, KubeObject, LabelSelector } from '../meta.ts'
import type { PodTemplateSpec } from '../pod/pod.ts'

export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplateSpec
    /** Kept as it was written: nothing here makes volumes. */
    readonly volumeClaimTemplates?: readonly KubeObject[] | undefined
    readonly serviceName: string
    readonly podManagementPolicy: 'OrderedReady' | 'Parallel'
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?:
        | { readonly partition?: number | undefined; readonly maxUnavailable?: IntOrString | undefined }
        | undefined
    }
    readonly revisionHistoryLimit: number
    readonly minReadySeconds?: number | undefined
    readonly persistentVolumeClaimRetentionPolicy?:
      | { readonly whenDeleted?: string | undefined; readonly whenScaled?: string | undefined }
      | undefined
    readonly ordinals?: { readonly start?: number | undefined } | undefined
  }
  readonly status?:
    | {
        readonly observedGeneration?: number | undefined
        readonly replicas: number
        readonly readyReplicas?: number | undefined
        readonly currentReplicas?: number | undefined
        readonly updatedReplicas?: number | undefined
        readonly currentRevision?: string | undefined
        readonly updateRevision?: string | undefined
        readonly collisionCount?: number | undefined
        readonly conditions?: readonly Condition[] | undefined
        readonly availableReplicas: number
      }
    | undefined
}
