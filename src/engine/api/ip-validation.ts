// Rules on addresses that users may write into Services, Endpoints and EndpointSlices (core validation,
// ValidateEndpointIP): an address must be one, and not of a range that never leaves its own machine or link.

import { canonicalIP, formatIPv6, isMapped, parseIPv4, parseIPv6 } from '../kernel/ip.ts'
import { invalidValue, type FieldError } from './field-error.ts'
import { NOT_AN_IP } from './service/service-ip-families.ts'

export function validateIP(field: string, text: string): FieldError[] {
  return canonicalIP(text) === undefined ? [invalidValue(field, text, NOT_AN_IP)] : []
}

/** Whether an address is of the family, in canonical form and reachable: at one glance what the rules here say at length. */
export function isPlainAddress(text: string, family: 'IPv4' | 'IPv6'): boolean {
  if (family === 'IPv4') {
    const value = parseIPv4(text)
    return value !== undefined && refusedIPv4(value, text) === undefined
  }
  const groups = parseIPv6(text)
  return groups !== undefined && !isMapped(groups) && formatIPv6(groups) === text && !refusedIPv6(groups, text)
}

/** The ranges that may not stand behind a Service; nothing for a text that is no address. */
export function validateReachableIP(field: string, text: string): FieldError[] {
  const groups = parseIPv6(text)
  const value =
    parseIPv4(text) ?? (groups && isMapped(groups) ? (groups[6] ?? 0) * 0x1_0000 + (groups[7] ?? 0) : undefined)
  const why = value !== undefined ? refusedIPv4(value, text) : groups ? refusedIPv6(groups, text) : undefined
  return why === undefined ? [] : [invalidValue(field, text, why)]
}

const LOOPBACK = 'may not be in the loopback range (127.0.0.0/8, ::1/128)'
const LINK_LOCAL = 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'
const LINK_LOCAL_MULTICAST = 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'

function refusedIPv4(value: number, text: string): string | undefined {
  if (value === 0) return `may not be unspecified (${text})`
  if (value >>> 24 === 127) return LOOPBACK
  if (value >>> 16 === 0xa9fe) return LINK_LOCAL
  return value >>> 8 === 0xe0_0000 ? LINK_LOCAL_MULTICAST : undefined
}

function refusedIPv6(groups: readonly number[], text: string): string | undefined {
  const [first = 0] = groups
  if (groups.slice(0, 7).every(group => group === 0)) {
    if (groups[7] === 0) return `may not be unspecified (${text})`
    if (groups[7] === 1) return LOOPBACK
  }
  if ((first & 0xffc0) === 0xfe80) return LINK_LOCAL
  return (first & 0xff0f) === 0xff02 ? LINK_LOCAL_MULTICAST : undefined
}
