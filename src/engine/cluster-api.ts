// The Kubernetes API of a cluster, as clients of HTTP know it. Apart from the cluster itself, so that a page that only
// applies texts need not load it.

import type { Cluster } from './cluster.ts'
import { createApiDoor, type ApiDoor } from './rest/index.ts'

/** What `/version` says: the version whose answers were recorded. */
const KUBERNETES_VERSION = 'v1.34.4'

/** The door holds no state of its own: any number of them may stand before one cluster. */
export function apiOf(cluster: Cluster): ApiDoor {
  return createApiDoor({
    store: cluster.objects,
    nowMs: () => cluster.epochMs + cluster.nowMs,
    version: KUBERNETES_VERSION,
  })
}
