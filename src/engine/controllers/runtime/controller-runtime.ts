// The context as controllers inside this room get it: with the hubs through which components say what they did, and why, and
// with what makes them look at everything again.

import type { ControllerContext } from './context.ts'
import type { DecisionHub } from './decision-hub.ts'
import type { EventHub } from './event-recorder.ts'
import type { InformerResync } from './informer-resync.ts'

export interface ControllerRuntime extends ControllerContext {
  readonly events: EventHub
  readonly decisions: DecisionHub
  readonly resync: InformerResync
}
