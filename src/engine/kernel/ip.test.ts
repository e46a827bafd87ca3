import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  canonicalInFamily,
  canonicalIP,
  cidrContains,
  cidrSize,
  formatIPv4,
  formatIPv6,
  ipFamily,
  isCidr,
  nthAddress,
  parseCidr,
  parseIPv4,
  parseIPv6,
} from './ip.ts'

describe('addresses', () => {
  test.each<[string, string | undefined]>([
    ['10.96.0.1', '10.96.0.1'],
    ['010.001.0.9', '10.1.0.9'],
    ['255.255.255.255', '255.255.255.255'],
    ['256.0.0.1', undefined],
    ['1.2.3', undefined],
    ['1.2.3.4.5', undefined],
    ['1.2.3.', undefined],
    ['1.2.3.-4', undefined],
    [' 1.2.3.4', undefined],
    ['1e1.2.3.4', undefined],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['fe80::', 'fe80::'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['::ffff:102:304', '::ffff:1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6:7:8::', undefined],
    [':1', undefined],
    ['12345::', undefined],
    ['1.2.3.4::', undefined],
    ['fe80::1%eth0', undefined],
    ['', undefined],
    ['foo', undefined],
  ])('%s', (text, expected) => {
    expect(canonicalIP(text)).toBe(expected)
  })

  test('know their family; one that is mapped counts as IPv4', () => {
    expect(['1.2.3.4', '::1', '::ffff:1.2.3.4', 'x'].map(ipFamily)).toEqual(['IPv4', 'IPv6', 'IPv4', undefined])
  })

  test('printed and read again are the same', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), value => {
        expect(parseIPv4(formatIPv4(value))).toBe(value)
      }),
      { seed: 1 },
    )
    const group = fc.oneof(fc.constant(0), fc.nat(0xffff))
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), groups => {
        expect(parseIPv6(formatIPv6(groups))).toEqual(groups)
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})

describe('blocks', () => {
  test.each<[string, string | undefined]>([
    ['10.96.0.0/16', '10.96.0.0/16'],
    ['10.96.7.9/16', '10.96.0.0/16'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['1.2.3.4/32', '1.2.3.4/32'],
    ['1.2.3.4/33', undefined],
    ['1.2.3.4', undefined],
    ['1.2.3.4/8/8', undefined],
    ['::/64', undefined],
  ])('%s', (text, expected) => {
    const cidr = parseCidr(text)
    expect(cidr && `${formatIPv4(cidr.base)}/${cidr.prefix}`).toBe(expected)
  })

  test('of both families are blocks', () => {
    expect(['10.0.0.0/8', 'fd00::/64', 'fd00::/129', '10.0.0.0', 'x/8'].map(isCidr)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('hold their first and last address and no other', () => {
    const cidr = parseCidr('10.96.0.0/16')
    if (!cidr) throw new Error('no block')
    expect(cidrSize(cidr)).toBe(65_536)
    const inside = ['10.95.255.255', '10.96.0.0', '10.96.255.255', '10.97.0.0'].map(ip =>
      cidrContains(cidr, parseIPv4(ip) ?? -1),
    )
    expect(inside).toEqual([false, true, true, false])
  })

  test('count their addresses from the network’s own', () => {
    expect([0, 1, 255, 256, -1].map(index => nthAddress('10.244.3.0/24', index))).toEqual([
      '10.244.3.0',
      '10.244.3.1',
      '10.244.3.255',
      undefined,
      undefined,
    ])
  })
})

test.each([
  ['10.0.0.1', 'IPv4', '10.0.0.1'],
  ['10.0.0.01', 'IPv4', '10.0.0.1'],
  ['10.0.0.1', 'IPv6', undefined],
  ['FD00:0::1', 'IPv6', 'fd00::1'],
  ['fd00::1', 'IPv4', undefined],
  ['::ffff:10.0.0.1', 'IPv4', '::ffff:10.0.0.1'],
  ['::ffff:10.0.0.1', 'IPv6', undefined],
  ['fd00::1::2', 'IPv6', undefined],
  ['web', 'IPv4', undefined],
] as const)('takes %s for an address of %s as %s', (text, family, canonical) => {
  expect(canonicalInFamily(text, family)).toBe(canonical)
  expect(ipFamily(text) === family).toBe(canonical !== undefined)
})
