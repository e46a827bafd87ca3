// policy/v1 PodDisruptionBudget: how many Pods of a selection may be taken away on purpose at one time.

import type { Condition, IntOrString, KubeObject, LabelSelector } from '../meta.ts'

export interface PodDisruptionBudget extends KubeObject {
  readonly spec: {
    readonly minAvailable?: IntOrString | undefined
    readonly maxUnavailable?: IntOrString | undefined
    readonly selector?: LabelSelector | undefined
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow' | undefined
  }
  readonly status?:
    | {
        readonly observedGeneration?: number | undefined
        /** Pods whose eviction was granted and that are not gone yet, by name, and when. */
        readonly disruptedPods?: { readonly [pod: string]: string } | undefined
        readonly disruptionsAllowed: number
        readonly currentHealthy: number
        readonly desiredHealthy: number
        readonly expectedPods: number
        readonly conditions?: readonly Condition[] | undefined
      }
    | undefined
}
