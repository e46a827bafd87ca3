// How a kubelet has a command run in a container: for exec probes, for hooks, and for the script of a container's first
// process. What the commands do is known a floor higher, where the network is; here stand only the words they are asked in.

import type { Container, Pod } from '../api/pod/pod.ts'
import type { CommandLine } from './shell-script.ts'

export interface RanCommand {
  readonly code: number
  /** Standard output and standard error, as a probe's result shows them. */
  readonly output: string
  readonly tookMs: number
  /** False when a program was asked for that the simulated shell does not have, or a line that it cannot read. */
  readonly known: boolean
}

/** Runs a command in a container as things stand at this moment; all of it, whatever time it takes. */
export type RunCommand = (pod: Pod, container: Container, line: CommandLine, lastCode?: number) => RanCommand

/** What `sleep infinity`, `wait` and `tail -f` take: ten years. */
export const FOREVER_MS = 315_360_000_000
