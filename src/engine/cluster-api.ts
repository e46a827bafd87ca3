// The Kubernetes API of a cluster, as clients of HTTP know it. Apart from the cluster itself, so that a page that only
// applies texts need not load it. What is written here enters the cluster's log, and a log is replayed here.

import type { Cluster } from './cluster.ts'
import type { LoggedCommand } from './commands.ts'
import { createApiDoor, createOpenApi, type ApiDoor, type OpenApi, type SchemasByName } from './rest/index.ts'

/** What `/version` says: the version whose answers were recorded. */
const KUBERNETES_VERSION = 'v1.34.4'

/** The description of the API with what is told of its schemas (asked for once, when needed), for any number of doors. */
export function describeApi(told: () => SchemasByName): OpenApi {
  return createOpenApi({ version: KUBERNETES_VERSION, told })
}

/** The door holds no state of its own: any number of them may stand before one cluster. */
export function apiOf(cluster: Cluster, openApi?: OpenApi): ApiDoor {
  const door = createApiDoor({
    store: cluster.objects,
    nowMs: () => cluster.epochMs + cluster.nowMs,
    version: KUBERNETES_VERSION,
    openApi,
    containers: cluster.traffic.containers,
  })
  return {
    handle: request => {
      const response = door.handle(request)
      cluster.noteRequest(request)
      return response
    },
  }
}

/**
 * Does to a cluster what a log says, each command at its moment. A new cluster with the options of the one that the log is
 * of ends with the same bytes, once it has come to the same time.
 */
export function replay(cluster: Cluster, log: readonly LoggedCommand[]): void {
  const door = apiOf(cluster)
  for (const { command, ...moment } of log) {
    cluster.advanceToMoment(moment)
    if (command.type === 'apply') cluster.apply(command.text)
    else if (command.type === 'request') door.handle(command.request)
    else cluster.execute(command)
  }
}
