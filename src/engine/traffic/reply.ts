// What the first packet of a request meets at the end of its way.

import type { FailurePlace } from './trip.ts'

/** What comes back for the first packet. */
export interface Reply {
  /** `silent`: nothing ever does. */
  readonly kind: 'answers' | 'refused' | 'silent'
  /** Where it ended when nobody answers. */
  readonly place: FailurePlace
  /** The Node it went to; '' for an address outside the cluster, or nobody's. */
  readonly node: string
  /** The process that answers; '' for a server outside the cluster. */
  readonly uid: string
}
