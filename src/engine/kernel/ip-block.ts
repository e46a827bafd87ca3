// Blocks of addresses of either family, by place: the address at a place, the place of an address, the blocks inside a block.
// Pure arithmetic beside ip.ts, whose `Cidr` is IPv4 alone and fit for hot paths; here numbers may have 128 bits.

import { formatIPv4, formatIPv6, ipFamily, isCidr, parseIPv4, parseIPv6 } from './ip.ts'

export interface IPBlock {
  readonly family: 'IPv4' | 'IPv6'
  /** The first address, the network's own. */
  readonly base: bigint
  readonly prefix: number
}

/** Places are counted up to here: enough for any cluster, and exact as a number. */
const PLACES_MAX = 2 ** 48

/** The block of `10.96.0.0/16` or `fd00:10:96::/112`, host bits cut off; undefined when it is none. */
export function parseBlock(text: string): IPBlock | undefined {
  if (!isCidr(text)) return undefined
  const [address = '', length = ''] = text.split('/')
  const family = ipFamily(address)
  const value = addressNumber(address)
  if (family === undefined || value === undefined) return undefined
  const prefix = Number(length)
  const hostBits = BigInt(widthOf(family) - prefix)
  return { family, base: (value >> hostBits) << hostBits, prefix }
}

/** How many addresses the block has, as far as they are counted. */
export function blockSize({ family, prefix }: IPBlock): number {
  return Math.min(2 ** (widthOf(family) - prefix), PLACES_MAX)
}

/** The address at a place of the block, from 0 (the network's own). */
export function addressAt({ family, base }: IPBlock, place: number): string {
  return addressText(family, base + BigInt(place))
}

/** The place of an address in the block, or undefined when it is none of it. */
export function placeIn(block: IPBlock, address: string): number | undefined {
  const value = ipFamily(address) === block.family ? addressNumber(address) : undefined
  if (value === undefined || value < block.base || value >= block.base + BigInt(blockSize(block))) return undefined
  return Number(value - block.base)
}

/** Whether the address is of the block, however large the block is. */
export function holdsAddress({ family, base, prefix }: IPBlock, address: string): boolean {
  const value = ipFamily(address) === family ? addressNumber(address) : undefined
  const hostBits = BigInt(widthOf(family) - prefix)
  return value !== undefined && value >> hostBits === base >> hostBits
}

/** The block of one address; undefined when it is none. */
export function blockOfAddress(address: string): IPBlock | undefined {
  const family = ipFamily(address)
  const base = addressNumber(address)
  return family === undefined || base === undefined ? undefined : { family, base, prefix: widthOf(family) }
}

/**
 * Blocks of one family as few spans, in ascending order: what overlaps or touches is one. A span is written as an address, as
 * a block where it is one, else as `first-last`.
 */
export function mergedSpans(blocks: readonly IPBlock[]): readonly string[] {
  const family = blocks[0]?.family ?? 'IPv4'
  const width = BigInt(widthOf(family))
  const spans: { readonly first: bigint; last: bigint }[] = []
  for (const block of blocks.toSorted((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0))) {
    const last = block.base + (1n << (width - BigInt(block.prefix))) - 1n
    const before = spans.at(-1)
    if (!before || block.base > before.last + 1n) spans.push({ first: block.base, last })
    else if (last > before.last) before.last = last
  }
  return spans.map(({ first, last }) => spanText(family, first, last))
}

function spanText(family: IPBlock['family'], first: bigint, last: bigint): string {
  if (first === last) return addressText(family, first)
  const hostBits = (last - first + 1n).toString(2).length - 1
  const isBlock = last - first + 1n === 1n << BigInt(hostBits) && first % (1n << BigInt(hostBits)) === 0n
  return isBlock
    ? `${addressText(family, first)}/${widthOf(family) - hostBits}`
    : `${addressText(family, first)}-${addressText(family, last)}`
}

/** The canonical text of a block: `198.51.100.0/24`. */
export function blockText({ family, base, prefix }: IPBlock): string {
  return `${addressText(family, base)}/${prefix}`
}

/** The `index`-th block of `prefix` bits inside a block, from 0; undefined when there is none. */
function nthSubnet(block: string, prefix: number, index: number): string | undefined {
  const parsed = parseBlock(block)
  if (!parsed || prefix < parsed.prefix || prefix > widthOf(parsed.family)) return undefined
  if (index < 0 || index >= 2 ** (prefix - parsed.prefix)) return undefined
  const base = parsed.base + (BigInt(index) << BigInt(widthOf(parsed.family) - prefix))
  return `${addressText(parsed.family, base)}/${prefix}`
}

/** How many bits of an address name the block of a Node. */
export interface NodeMasks {
  readonly ipv4: number
  readonly ipv6: number
}

/** The `index`-th podCIDRs of a cluster's ranges; undefined when a range has no more. */
export function nodeBlocks(
  clusterCidr: string,
  index: number,
  { ipv4, ipv6 }: NodeMasks,
): readonly string[] | undefined {
  const blocks = blocksOf(clusterCidr).map(block => nthSubnet(block, block.includes(':') ? ipv6 : ipv4, index))
  return blocks.includes(undefined) ? undefined : (blocks as readonly string[])
}

/** The blocks of a setting that may name one for each family, the primary one first. */
export function blocksOf(setting: string): readonly string[] {
  return setting.split(',').map(block => block.trim())
}

function widthOf(family: IPBlock['family']): number {
  return family === 'IPv4' ? 32 : 128
}

function addressNumber(text: string): bigint | undefined {
  const value = parseIPv4(text)
  if (value !== undefined) return BigInt(value)
  return parseIPv6(text)?.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n)
}

function addressText(family: IPBlock['family'], value: bigint): string {
  if (family === 'IPv4') return formatIPv4(Number(value))
  return formatIPv6(Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn)))
}
