// apps/v1 DaemonSet: one Pod on every Node that will have it.

import type { Condition, IntOrString, KubeObject, LabelSelector } from '../meta.ts'
import type { PodTemplateSpec } from '../pod/pod.ts'

export interface DaemonSet extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector
    readonly template: PodTemplateSpec
    readonly updateStrategy: {
      readonly type: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?:
        | { readonly maxUnavailable?: IntOrString | undefined; readonly maxSurge?: IntOrString | undefined }
        | undefined
    }
    readonly minReadySeconds?: number | undefined
    readonly revisionHistoryLimit: number
  }
  readonly status?:
    | {
        readonly currentNumberScheduled: number
        readonly numberMisscheduled: number
        readonly desiredNumberScheduled: number
        readonly numberReady: number
        readonly observedGeneration?: number | undefined
        readonly updatedNumberScheduled?: number | undefined
        readonly numberAvailable?: number | undefined
        readonly numberUnavailable?: number | undefined
        readonly collisionCount?: number | undefined
        readonly conditions?: readonly Condition[] | undefined
      }
    | undefined
}

/** How often the template changed, counted where clients of old look for it. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
