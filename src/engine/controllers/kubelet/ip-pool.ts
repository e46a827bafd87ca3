// Pod addresses of one Node, after the host-local IPAM plug-in of CNI: round robin through the podCIDR, starting behind the
// last address given. The first address is the gateway's and the last the broadcast's; a released address comes back
// only when the search has gone all the way round. With two podCIDRs a Pod has the same place in both. Pure.

import { addressAt, blockSize, parseBlock } from '../../kernel/ip-block.ts'

export interface Allocation {
  /** One of each podCIDR, in their order. */
  readonly ips: readonly string[]
  /** Their place in the blocks, to be handed in as `last` next time. */
  readonly place: number
}

/**
 * The next free place in the blocks, or undefined when all are in use. `last` is 1 for a Node that gave none yet, and `inUse`
 * holds addresses of the first block.
 */
export function nextPodIPs(
  podCIDRs: readonly string[],
  last: number,
  inUse: ReadonlySet<string>,
): Allocation | undefined {
  const blocks = podCIDRs.flatMap(podCIDR => parseBlock(podCIDR) ?? [])
  const [block] = blocks
  if (!block) return undefined
  // Places 0 (network), 1 (gateway) and the last (broadcast) are never given.
  const first = 2
  const usable = Math.min(...blocks.map(blockSize)) - 3
  for (let step = 0; step < usable; step++) {
    const place = first + ((Math.max(last, 1) - 1 + step) % usable)
    if (!inUse.has(addressAt(block, place))) return { ips: blocks.map(one => addressAt(one, place)), place }
  }
  return undefined
}

/** The addresses of a block that Pods may have, as the plug-in names them: `10.244.1.1-10.244.1.254`. */
export function rangeText(podCIDR: string | undefined): string {
  const block = podCIDR === undefined ? undefined : parseBlock(podCIDR)
  return block ? `${addressAt(block, 1)}-${addressAt(block, blockSize(block) - 2)}` : 'no podCIDR'
}
