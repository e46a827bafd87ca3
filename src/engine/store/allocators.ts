// Addresses and node ports of Services: which one comes next and what a request for a certain one comes to (core service
// ipallocator and portallocator). What is taken is known from the Services themselves (Holders), so nothing is handed out
// twice, and deleting a Service gives all back. One IPv4 range, one port range.

import { cidrContains, cidrSize, formatIPv4, parseCidr, parseIPv4 } from '../kernel/ip.ts'
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

/** The usable addresses of a range: neither the network's own nor broadcast. The static band is min(max(16, size/16), 256). */
export function addressRange(block: string): Range {
  const cidr = parseCidr(block)
  invariant(cidr, `service-cluster-ip-range ${block} is no IPv4 block`)
  const size = cidrSize(cidr)
  return { first: cidr.base + 1, last: cidr.base + size - 2, staticCount: bandSize(size, 16, 256) }
}

/** `30000-32767`; the static band is min(max(16, size/32), 128). */
export function portRange(text: string): Range {
  const [first = 0, last = -1] = text.split('-').map(Number)
  return { first, last, staticCount: bandSize(last - first + 1, 32, 128) }
}

/** The dotted text of a free address, or undefined when the range is full. */
export function nextAddress(range: Range, held: Holders<string>, random: RandomStream): string | undefined {
  const value = nextFree(range, candidate => held.isFree(formatIPv4(candidate)), random)
  return value === undefined ? undefined : formatIPv4(value)
}

/** Why a certain address cannot be had, in the server's words, or undefined when it can. */
export function addressRefusal(
  block: string,
  address: string,
  held: Holders<string>,
  key: ObjectTableKey,
): string | undefined {
  const cidr = parseCidr(block)
  const value = parseIPv4(address)
  const range = addressRange(block)
  const usable = cidr && value !== undefined && cidrContains(cidr, value) && value >= range.first && value <= range.last
  if (!usable) return 'the provided network does not match the current range'
  return held.heldByOther(formatIPv4(value), key) ? 'provided IP is already allocated' : undefined
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
