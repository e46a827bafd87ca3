// How long lost packets hold a request up. A SYN that is lost, or whose answer is, is sent again after a second, and again
// after another; the request and its answer are sent again after 200 ms, which doubles each time. Over UDP nobody sends anything
// again. The values are Linux's (tcp_syn_linear_timeouts, TCP_RTO_MIN). Left out: windows, and fast retransmission.

import type { RandomStream } from '../../kernel/rng.ts'

const SYN_AGAIN_MS = 1_000
/** After so many SYNs Linux gives up. */
const SYN_TRIES_MAX = 7
const DATA_AGAIN_MS = 200
const DATA_TRIES_MAX = 15

/** How much later an answer comes, ms; Infinity when none ever does. `loss` is of packets in one direction, 0 to 1. */
export function heldUpMs(loss: number, protocol: 'TCP' | 'UDP', stream: RandomStream): number {
  const roundTripLost = 1 - (1 - loss) ** 2
  const isLost = (): boolean => stream.unit() < roundTripLost
  if (protocol === 'UDP') return isLost() ? Infinity : 0
  let heldMs = 0
  for (let tries = 1; isLost(); tries++) {
    if (tries === SYN_TRIES_MAX) return Infinity
    heldMs += SYN_AGAIN_MS
  }
  for (let tries = 1; isLost(); tries++) {
    if (tries === DATA_TRIES_MAX) return Infinity
    heldMs += DATA_AGAIN_MS * 2 ** (tries - 1)
  }
  return heldMs
}
