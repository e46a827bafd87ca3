// coordination.k8s.io/v1 Lease: a node's heartbeat, in the namespace kube-node-lease.

import type { KubeObject } from '../meta.ts'

export const NODE_LEASE_NAMESPACE = 'kube-node-lease'

export interface Lease extends KubeObject {
  readonly spec: {
    readonly holderIdentity?: string | undefined
    readonly leaseDurationSeconds?: number | undefined
    readonly acquireTime?: string | undefined
    /** RFC 3339 with microseconds. */
    readonly renewTime?: string | undefined
    readonly leaseTransitions?: number | undefined
  }
}
