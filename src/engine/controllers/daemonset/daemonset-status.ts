// What a DaemonSet says about itself (daemon_controller.go, updateDaemonSetStatus): Nodes by whether they have their Pod, and
// how it does. Of several Pods on a Node the oldest counts. Pure.

import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import { positive } from '../runtime/counts.ts'
import { isPodAvailable, isPodReady } from '../runtime/pod-facts.ts'
import { isUpToDate } from './daemon-pods.ts'
import type { DaemonInput } from './plan-daemonset.ts'

export type DaemonSetStatus = NonNullable<DaemonSet['status']>

export function daemonSetStatus({ set, places, hash, wallMs }: DaemonInput): DaemonSetStatus {
  const nodes = places.filter(({ fit }) => fit.exists)
  const wanted = nodes.filter(({ fit }) => fit.shouldRun)
  const daemons = wanted.flatMap(({ pods }) => pods.slice(0, 1))
  const ready = daemons.filter(isPodReady)
  const available = ready.filter(pod => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, wallMs)).length
  const { conditions, collisionCount } = set.status ?? {}
  return {
    currentNumberScheduled: daemons.length,
    numberMisscheduled: nodes.filter(({ fit, pods }) => !fit.shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: ready.length,
    observedGeneration: set.metadata.generation,
    ...positive({
      updatedNumberScheduled: daemons.filter(pod => isUpToDate(set, pod, hash)).length,
      numberAvailable: available,
      numberUnavailable: wanted.length - available,
    }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions ? { conditions } : {}),
  }
}
