import { describe, expect, test } from 'vitest'
import {
  addressAt,
  blockSize,
  blocksOf,
  holdsAddress,
  mergedSpans,
  nodeBlocks,
  parseBlock,
  placeIn,
  type IPBlock,
} from './ip-block.ts'

function block(text: string): IPBlock {
  const parsed = parseBlock(text)
  if (!parsed) throw new Error(`${text} is no block`)
  return parsed
}

describe('a block of either family', () => {
  test.each([
    ['10.96.0.0/16', 65_536, '10.96.1.2', 258],
    ['10.96.7.9/16', 65_536, '10.96.0.0', 0],
    ['fd00:10:96::/112', 65_536, 'fd00:10:96::102', 258],
    ['fd00:10:96::5/112', 65_536, 'fd00:10:96::ffff', 65_535],
    ['fd00:10:244::/48', 2 ** 48, 'fd00:10:244::1:0:0', 2 ** 32],
    ['::1/128', 1, '::1', 0],
  ])('%s has %i places, and %s at place %i', (text, size, address, place) => {
    expect(blockSize(block(text))).toBe(size)
    expect(addressAt(block(text), place)).toBe(address)
    expect(placeIn(block(text), address)).toBe(place)
  })

  test.each([
    ['10.96.0.0/16', '10.97.0.0'],
    ['10.96.0.0/16', 'fd00:10:96::1'],
    ['fd00:10:96::/112', 'fd00:10:96::1:0'],
    ['fd00:10:96::/112', '10.96.0.1'],
    ['fd00:10:96::/112', 'text'],
  ])('%s does not hold %s', (text, address) => {
    expect(placeIn(block(text), address)).toBeUndefined()
  })

  test.each(['10.96.0.0', '10.96.0.0/33', 'fd00::/129', 'x/8', ''])('%j is none', text => {
    expect(parseBlock(text)).toBeUndefined()
  })
})

describe('an address in a block', () => {
  test.each([
    ['fd00:10:244::/48', 'fd00:10:244:1::5', true],
    ['fd00:10:244::/48', 'fd00:10:245::5', false],
    ['10.244.0.0/16', '10.244.255.255', true],
    ['10.244.0.0/16', '10.245.0.0', false],
    ['10.244.0.0/16', 'fd00::1', false],
    ['0.0.0.0/0', '255.255.255.255', true],
  ])('of %s, %s: %s', (text, address, expected) => {
    expect(holdsAddress(block(text), address)).toBe(expected)
  })
})

describe('blocks as spans', () => {
  test.each([
    ['one block', ['10.96.0.7/16'], ['10.96.0.0/16']],
    ['two that touch and make one', ['198.51.101.0/24', '198.51.100.0/24'], ['198.51.100.0/23']],
    ['two that touch and make none', ['203.0.113.5/32', '203.0.113.6/32'], ['203.0.113.5-203.0.113.6']],
    ['one inside another', ['10.0.0.0/8', '10.1.0.0/16', '192.0.2.1/32'], ['10.0.0.0/8', '192.0.2.1']],
    ['everything', ['128.0.0.0/1', '0.0.0.0/1'], ['0.0.0.0/0']],
    ['IPv6', ['2001:db8::/64', '2001:db8:0:1::/64'], ['2001:db8::/63']],
  ])('%s', (_, texts, spans) => {
    expect(mergedSpans(texts.map(block))).toEqual(spans)
  })
})

const MASKS = { ipv4: 24, ipv6: 64 }

describe('the podCIDRs of Nodes', () => {
  test('are a /24 of each range of IPv4, and a /64 of IPv6', () => {
    expect(nodeBlocks('10.244.0.0/16', 1, MASKS)).toEqual(['10.244.1.0/24'])
    expect(nodeBlocks('10.244.0.0/16,fd00:10:244::/48', 300, MASKS)).toBeUndefined()
    expect(nodeBlocks('10.244.0.0/16, fd00:10:244::/48', 17, MASKS)).toEqual(['10.244.17.0/24', 'fd00:10:244:11::/64'])
    expect(nodeBlocks('172.18.0.0/15', 256, MASKS)).toEqual(['172.19.0.0/24'])
    expect(nodeBlocks('10.244.0.0/25', 0, MASKS)).toBeUndefined()
    expect(nodeBlocks('10.244.0.0/16,fd00::/48', 3, { ipv4: 26, ipv6: 80 })).toEqual([
      '10.244.0.192/26',
      'fd00::3:0:0:0/80',
    ])
  })

  test('come from a setting that names one range or two', () => {
    expect(blocksOf('10.244.0.0/16')).toEqual(['10.244.0.0/16'])
    expect(blocksOf('fd00::/48, 10.244.0.0/16')).toEqual(['fd00::/48', '10.244.0.0/16'])
  })
})
