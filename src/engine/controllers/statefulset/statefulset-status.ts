// What a StatefulSet says about itself (stateful_set_control.go, updateStatus and completeRollingUpdate): how many Pods there
// are, by readiness and by revision. An update that is through makes its revision the current one. Pure.

import type { Pod } from '../../api/pod/pod.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { positive } from '../runtime/counts.ts'
import { isPodAvailable, isPodReady, isTerminating } from '../runtime/pod-facts.ts'
import { podRevision } from './stateful-pods.ts'

export type StatefulSetStatus = NonNullable<StatefulSet['status']>

export function statefulSetStatus({
  set,
  pods,
  revisions,
  wallMs,
}: {
  readonly set: StatefulSet
  readonly pods: readonly Pod[]
  readonly revisions?: { readonly current: string; readonly update: string }
  readonly wallMs: number
}): StatefulSetStatus {
  const running = pods.filter(pod => pod.status?.phase === 'Running' && isPodReady(pod))
  const staying = pods.filter(pod => !isTerminating(pod))
  const onRevision = (name: string | undefined): number => staying.filter(pod => podRevision(pod) === name).length
  const updatedReplicas = onRevision(revisions?.update)
  const isThrough =
    set.spec.updateStrategy.type === 'RollingUpdate' &&
    updatedReplicas === pods.length &&
    running.length === pods.length &&
    pods.length === set.spec.replicas
  const currentRevision = isThrough ? revisions?.update : revisions?.current
  const { conditions, collisionCount = 0 } = set.status ?? {}
  return {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    ...positive({ readyReplicas: running.length, currentReplicas: onRevision(currentRevision), updatedReplicas }),
    ...(revisions ? { currentRevision, updateRevision: revisions.update } : {}),
    collisionCount,
    ...(conditions ? { conditions } : {}),
    availableReplicas: running.filter(pod => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, wallMs)).length,
  }
}
