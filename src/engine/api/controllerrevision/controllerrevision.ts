// apps/v1 ControllerRevision: one past state of a StatefulSet's or DaemonSet's template, kept to go back to.

import type { KubeObject } from '../meta.ts'

export interface ControllerRevision extends KubeObject {
  /** A patch that makes the owner's spec what it was: `{"spec":{"template":{…,"$patch":"replace"}}}`. */
  readonly data?: unknown
  readonly revision: number
}
