// core/v1 Event: what components say about objects, as `kubectl get events` shows it.

import type { ObjectReference } from '../endpoints/endpoints.ts'
import type { KubeObject } from '../meta.ts'

export interface Event extends KubeObject {
  readonly involvedObject: ObjectReference
  readonly reason: string
  readonly message: string
  readonly type: 'Normal' | 'Warning'
  readonly source?: { readonly component?: string | undefined; readonly host?: string | undefined } | undefined
  readonly firstTimestamp?: string | null | undefined
  readonly lastTimestamp?: string | null | undefined
  readonly count?: number | undefined
  readonly eventTime?: string | null | undefined
  /** What was done or tried: `Binding`. Only events of events.k8s.io have one. */
  readonly action?: string | undefined
  /** There once such an event was told again. */
  readonly series?: { readonly count: number; readonly lastObservedTime: string } | undefined
  readonly reportingComponent?: string | undefined
  readonly reportingInstance?: string | undefined
}
