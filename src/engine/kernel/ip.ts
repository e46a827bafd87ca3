// IP addresses and CIDR blocks as numbers: parsing, canonical printing, membership, counting addresses and subnets. Pure
// arithmetic: no DNS and no sockets. IPv4 is a 32-bit number, IPv6 eight 16-bit groups. Zones (`fe80::1%eth0`) are not read.

/** An IPv4 block: the first address as a number, and the length of the prefix. */
export interface Cidr {
  readonly base: number
  readonly prefix: number
}

const DOT = 46
const ZERO = 48
const NINE = 57
/** Of one part, leading zeros among them. */
const DIGITS_MAX = 10
const GROUP = /^[0-9a-fA-F]{1,4}$/

/** The 32-bit number of a dotted quad; leading zeros are read as decimal, as the API server does. Undefined when it is none. */
export function parseIPv4(text: string): number | undefined {
  // By characters: thousands of addresses are read in one sync of a large Service.
  let value = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined
      value = value * 256 + part
      part = 0
      digits = 0
      continue
    }
    if (code < ZERO || code > NINE || ++digits > DIGITS_MAX) return undefined
    part = part * 10 + (code - ZERO)
    if (part > 255) return undefined
  }
  return dots === 3 && digits > 0 ? value * 256 + part : undefined
}

/** `10.96.0.1` of its number. */
export function formatIPv4(value: number): string {
  return `${Math.floor(value / 0x100_0000)}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

/** The eight 16-bit groups of an IPv6 address, or undefined when it is none. */
export function parseIPv6(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] as string, halves.length === 1)
  if (halves.length === 1) return head?.length === 8 ? head : undefined
  const tail = parseGroups(halves[1] as string, true)
  if (!head || !tail || head.length + tail.length > 7) return undefined
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
}

/** The canonical text of RFC 5952: lower case, the longest run of zeros (the first of equals, two at least) as `::`. */
export function formatIPv6(groups: readonly number[]): string {
  if (isMapped(groups)) return `::ffff:${formatIPv4((groups[6] as number) * 0x1_0000 + (groups[7] as number))}`
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map(group => group.toString(16))
      .join(':')
  return best.start < 0 ? text(0, 8) : `${text(0, best.start)}::${text(best.start + best.length, 8)}`
}

/** Whether the groups are an IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`). */
export function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
}

/** `IPv4` or `IPv6` for an address, undefined for any other text. An IPv4-mapped address counts as IPv4, as in Go's net. */
export function ipFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  if (parseIPv4(text) !== undefined) return 'IPv4'
  const groups = parseIPv6(text)
  return groups && (isMapped(groups) ? 'IPv4' : 'IPv6')
}

/** The canonical text of an address of either family, or undefined. */
export function canonicalIP(text: string): string | undefined {
  const value = parseIPv4(text)
  // Only leading zeros make a text longer than it need be: most texts are good as they are.
  if (value !== undefined) return text.length === lengthOfIPv4(value) ? text : formatIPv4(value)
  const groups = parseIPv6(text)
  return groups && formatIPv6(groups)
}

/** The canonical text of an address if it is of that family, by the reckoning of `ipFamily`; else undefined. */
export function canonicalInFamily(text: string, family: 'IPv4' | 'IPv6'): string | undefined {
  if (!text.includes(':')) return family === 'IPv4' ? canonicalIP(text) : undefined
  // Only one with this group in it can be IPv4 in disguise: Pods of both families are asked for each of theirs.
  if (family === 'IPv4' && !/ffff/i.test(text)) return undefined
  const groups = parseIPv6(text)
  return groups && isMapped(groups) === (family === 'IPv4') ? formatIPv6(groups) : undefined
}

/** The block of `10.96.0.0/16`, host bits cut off; undefined when it is no IPv4 block. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/')
  const value = parseIPv4(address)
  if (value === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined
  const size = 2 ** (32 - Number(length))
  return { base: Math.floor(value / size) * size, prefix: Number(length) }
}

/** Whether the text is an IPv4 or IPv6 block. */
export function isCidr(text: string): boolean {
  if (parseCidr(text)) return true
  const [address = '', length = '', ...rest] = text.split('/')
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= 128 && parseIPv6(address) !== undefined
}

/** How many addresses the block has. */
export function cidrSize(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix)
}

export function cidrContains(cidr: Cidr, address: number): boolean {
  return address >= cidr.base && address < cidr.base + cidrSize(cidr)
}

/** The `index`-th address of a block, from 0 (the network's own); undefined when the block is too small or is none. */
export function nthAddress(block: string, index: number): string | undefined {
  const cidr = parseCidr(block)
  return cidr && index >= 0 && index < cidrSize(cidr) ? formatIPv4(cidr.base + index) : undefined
}

function lengthOfIPv4(value: number): number {
  let length = 3
  for (let shift = 0; shift < 32; shift += 8) {
    const part = (value >>> shift) & 255
    length += part > 99 ? 3 : part > 9 ? 2 : 1
  }
  return length
}

function parseGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const quad = last && index === parts.length - 1 ? parseIPv4(part) : undefined
      if (quad === undefined) return undefined
      groups.push(Math.floor(quad / 0x1_0000), quad % 0x1_0000)
    }
  }
  return groups
}

/** Whether an address in text is of 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') && parseIPv4(address) !== undefined
}
