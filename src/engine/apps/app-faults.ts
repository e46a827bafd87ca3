// What may be wrong with the application of a Pod, as its owner asks for it by an annotation of the Pod: so it can stand in a
// manifest or come by `kubectl annotate`, and goes with it. The process itself never looks at the annotation. Pure.

import type { Pod } from '../api/pod/pod.ts'

/** Any of the words of `AppFault` with commas between. */
export const FAULT_ANNOTATION = 'service-playground/app-fault'

/**
 * `not-ready` fails its readiness probes; `unhealthy` fails all of its probes; `hang` answers nothing, probes and signals
 * included, while its ports stay open; `ignores-sigterm` has to be killed.
 */
const FAULTS = ['not-ready', 'unhealthy', 'hang', 'ignores-sigterm'] as const
export type AppFault = (typeof FAULTS)[number]

export function hasFault(pod: Pod, fault: AppFault): boolean {
  return (
    pod.metadata.annotations?.[FAULT_ANNOTATION]
      ?.split(',')
      .map(word => word.trim())
      .includes(fault) ?? false
  )
}
