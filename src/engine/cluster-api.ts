// The Kubernetes API of a cluster, as clients of HTTP know it. Apart from the cluster itself, so that a page that only
// applies texts need not load it. What is written here enters the cluster's log, and so does all that is typed into commands
// in containers; a log is replayed here. Left out: a command that goes on while its cluster is saved and restored ends there,
// but not in a replay.

import { KUBERNETES_VERSION } from './api/kubernetes-version.ts'
import type { Cluster } from './cluster.ts'
import { keptRequest, onlyReads } from './command-log.ts'
import type { ExecInput, LoggedCommand } from './commands.ts'
import { evictionAnswered } from './explain-eviction.ts'
import {
  createApiDoor,
  createOpenApi,
  type ApiDoor,
  type ApiRequest,
  type ApiStream,
  type OpenApi,
  type SchemasByName,
  type StreamInput,
} from './rest/index.ts'

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
    onEviction: asked => cluster.decide(() => evictionAnswered(asked)),
  })
  return {
    handle: request => {
      const response = door.handle(request)
      if (response.type === 'stream' && response.protocol === 'exec') return loggedExec(response, request, cluster)
      if (!onlyReads(request)) cluster.note({ type: 'request', request: keptRequest(request) })
      return response
    },
  }
}

/** The same stream, of which everything that comes in is logged. */
function loggedExec(exec: ApiStream, request: ApiRequest, cluster: Cluster): ApiStream {
  return {
    ...exec,
    open: to => {
      const id = cluster.log.length
      cluster.note({ type: 'exec', id, request: keptRequest(request) })
      const inner = exec.open(to)
      const pass = (input: ExecInput): void => {
        cluster.note({ type: 'exec-input', id, input })
        give(inner, input)
      }
      return {
        write: text => pass({ type: 'text', text }),
        closeInput: () => pass({ type: 'close' }),
        stop: () => pass({ type: 'stop' }),
      }
    },
  }
}

function give(exec: StreamInput, input: ExecInput): void {
  if (input.type === 'text') exec.write(input.text)
  else if (input.type === 'close') exec.closeInput()
  else exec.stop()
}

/**
 * Does to a cluster what a log says, each command at its moment. A new cluster with the options of the one that the log is
 * of ends with the same bytes, once it has come to the same time.
 */
export function replay(cluster: Cluster, log: readonly LoggedCommand[]): void {
  const door = apiOf(cluster)
  const execs = new Map<number, StreamInput>()
  for (const { command, ...moment } of log) {
    cluster.advanceToMoment(moment)
    switch (command.type) {
      case 'apply':
        cluster.apply(command.text)
        break
      case 'request':
        door.handle(command.request)
        break
      case 'exec': {
        const exec = door.handle(command.request)
        if (exec.type === 'stream') execs.set(command.id, exec.open({ send: () => {}, end: () => {} }))
        break
      }
      case 'exec-input': {
        const exec = execs.get(command.id)
        if (exec) give(exec, command.input)
        break
      }
      case 'trip':
        cluster.trip(command.request)
        break
      default:
        cluster.execute(command)
    }
  }
}
