// Pod addresses of one Node, after the host-local IPAM plug-in of CNI: round robin through the podCIDR, starting behind the
// last address given. The first address is the gateway's and the last the broadcast's; a released address comes back
// only when the search has gone all the way round. Pure.

import { cidrSize, formatIPv4, parseCidr } from '../../kernel/ip.ts'

export interface Allocation {
  readonly ip: string
  /** Its place in the block, to be handed in as `last` next time. */
  readonly place: number
}

/** The next free address of an IPv4 block, or undefined when all are in use. `last` is 1 for a Node that gave none yet. */
export function nextPodIP(podCIDR: string, last: number, inUse: ReadonlySet<string>): Allocation | undefined {
  const cidr = parseCidr(podCIDR)
  if (!cidr) return undefined
  // Places 0 (network), 1 (gateway) and the last (broadcast) are never given.
  const first = 2
  const usable = cidrSize(cidr) - 3
  for (let step = 0; step < usable; step++) {
    const place = first + ((Math.max(last, 1) - 1 + step) % usable)
    const ip = formatIPv4(cidr.base + place)
    if (!inUse.has(ip)) return { ip, place }
  }
  return undefined
}
