// What the door has to be given to answer for containers: their logs and commands in them. The door knows Pods and refusals;
// what a container says and does is somebody else's affair, and is handed in when a door is made.

import type { Container, Pod } from '../api/pod/pod.ts'
import type { StreamInput } from './api-request.ts'

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly text: string
}

export interface ExecOptions {
  readonly words: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
}

/** `missing`: there is no such program in the container, and none was started. */
export type ExecEnd =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'missing'; readonly program: string }

export interface ContainerAccess {
  /** Whether somebody answers at the kubelet's port of a Node: `silent` when its machine is off. */
  kubelet(node: string): 'answers' | 'refused' | 'silent'
  /** One GET of the API server's own, past every kube-proxy. */
  get(to: { readonly address: string; readonly port: number; readonly path: string }): {
    readonly kind: 'answers' | 'refused' | 'silent'
    readonly status: number
    readonly body: string
  }
  /** The log of a container's present run, or of the one before; undefined where there was none. */
  lines(pod: Pod, container: Container, previous: boolean): readonly LogLine[] | undefined
  /** The lines to come, until the container ends. Returns the way to stop. */
  follow(pod: Pod, container: Container, to: { send(line: LogLine): void; end(): void }): () => void
  exec(
    pod: Pod,
    container: Container,
    options: ExecOptions,
    output: { send(channel: 'stdout' | 'stderr', text: string): void; end(how: ExecEnd): void },
  ): StreamInput
}
