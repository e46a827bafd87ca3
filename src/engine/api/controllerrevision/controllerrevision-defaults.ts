// A ControllerRevision that gives no number has number 0, as Go has it.

import { fill } from '../fill.ts'
import type { ControllerRevision } from './controllerrevision.ts'

export function defaultControllerRevision(revision: ControllerRevision): ControllerRevision {
  return fill(revision, { revision: 0 })
}
