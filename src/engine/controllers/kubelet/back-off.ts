// The back-off of a kubelet, for containers that end and images that do not come: ten seconds, doubled each time, five
// minutes at most. A container's first restart waits for nothing, and ten minutes without a restart make it the first again;
// after k8s.io/client-go/util/flowcontrol. Pure.

import type { ContainerWork } from './pod-work.ts'

const FIRST_MS = 10_000
const MAX_MS = 300_000

/** How long is waited after the `times`th failure, from 1 on. */
export function backOffMs(times: number): number {
  return Math.min(FIRST_MS * 2 ** (times - 1), MAX_MS)
}

/** How long after its end a container is started again, which is the next restart that the back-off counts. */
export function restartDelayMs(own: ContainerWork): number {
  const finishedMs = own.exit?.finishedMs ?? 0
  if (own.crashes > 0 && finishedMs - own.restartedMs > 2 * MAX_MS) own.crashes = 0
  return own.crashes === 0 ? 0 : backOffMs(own.crashes)
}

/** `10s`, `1m20s`, `5m0s`: a duration as Go writes it. */
export function goDuration(ms: number): string {
  const seconds = ms / 1000
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
