// The context as controllers inside this room get it: with the hub through which components say what they did.

import type { ControllerContext } from './context.ts'
import type { EventHub } from './event-recorder.ts'

export interface ControllerRuntime extends ControllerContext {
  readonly events: EventHub
}
