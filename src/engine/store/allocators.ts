// Addresses and node ports of Services: which one comes next and what a request for a certain one comes to (core service
// ipallocator and portallocator). What is taken is known from the Services themselves (Holders), so nothing is handed out
// twice, and deleting a Service gives all back. One range of addresses for each family, one of ports.

import { addressAt, blockSize, parseBlock, placeIn, type IPBlock } from '../kernel/ip-block.ts'
import { canonicalIP } from '../kernel/ip.ts'
import { invariant } from '../kernel/invariant.ts'
import type { RandomStream } from '../kernel/rng.ts'
import type { ObjectTableKey } from './object-table.ts'
import type { Holders } from './object-set.ts'

/** A range of numbers, both ends included, whose low part is left to requests for a certain number. */
interface Range {
  readonly first: number
  readonly last: number
  readonly staticCount: number
}

/** One range of cluster addresses, by the places of its block. */
export interface AddressRange extends Range {
  readonly block: IPBlock
}

/**
 * The usable addresses of a block: not the network's own, and in IPv4 not the last, which is broadcast. The static band is
 * min(max(16, size/16), 256).
 */
export function addressRange(text: string): AddressRange {
  const block = parseBlock(text)
  invariant(block, `service-cluster-ip-range ${text} is no block of addresses`)
  const size = blockSize(block)
  return { block, first: 1, last: size - (block.family === 'IPv4' ? 2 : 1), staticCount: bandSize(size, 16, 256) }
}

/** `30000-32767`; the static band is min(max(16, size/32), 128). */
export function portRange(text: string): Range {
  const [first = 0, last = -1] = text.split('-').map(Number)
  return { first, last, staticCount: bandSize(last - first + 1, 32, 128) }
}

/** The text of a free address, or undefined when the range is full. */
export function nextAddress(range: AddressRange, held: Holders<string>, random: RandomStream): string | undefined {
  const place = nextFree(range, candidate => held.isFree(addressAt(range.block, candidate)), random)
  return place === undefined ? undefined : addressAt(range.block, place)
}

/** Why a certain address cannot be had, in the server's words, or undefined when it can. */
export function addressRefusal(
  range: AddressRange,
  address: string,
  held: Holders<string>,
  key: ObjectTableKey,
): string | undefined {
  const place = placeIn(range.block, address)
  if (place === undefined || place < range.first || place > range.last)
    return 'the provided network does not match the current range'
  return held.heldByOther(canonicalIP(address) ?? address, key) ? 'provided IP is already allocated' : undefined
}

/** A free node port that is not in `alsoTaken` either, or undefined when the range is full. */
export function nextPort(
  range: Range,
  held: Holders<number>,
  alsoTaken: ReadonlySet<number>,
  random: RandomStream,
): number | undefined {
  return nextFree(range, candidate => held.isFree(candidate) && !alsoTaken.has(candidate), random)
}

/** Why a certain node port cannot be had, in the server's words, or undefined when it can. */
export function portRefusal(
  rangeText: string,
  port: number,
  held: Holders<number>,
  key: ObjectTableKey,
): string | undefined {
  const range = portRange(rangeText)
  if (port < range.first || port > range.last) {
    return `provided port is not in the valid range. The range of valid ports is ${rangeText}`
  }
  return held.heldByOther(port, key) ? ALREADY_ALLOCATED : undefined
}

export const ALREADY_ALLOCATED = 'provided port is already allocated'

// From a random place in the upper band upwards and round; when that band is full, the lower band from its start.
function nextFree(range: Range, isFree: (value: number) => boolean, random: RandomStream): number | undefined {
  const upper = range.first + range.staticCount
  const count = range.last - upper + 1
  if (count > 0) {
    const start = random.int(count)
    for (let step = 0; step < count; step++) {
      const candidate = upper + ((start + step) % count)
      if (isFree(candidate)) return candidate
    }
  }
  for (let candidate = range.first; candidate < Math.min(upper, range.last + 1); candidate++) {
    if (isFree(candidate)) return candidate
  }
  return undefined
}

function bandSize(size: number, divisor: number, max: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / divisor)), max)
}
