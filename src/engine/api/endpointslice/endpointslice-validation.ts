// Rules on EndpointSlices (discovery validation). On update, endpoints that did not change are not looked at again.

import { canonicalIP, isMapped, parseIPv4, parseIPv6 } from '../../kernel/ip.ts'
import { sameJson } from '../../kernel/json.ts'
import { eachUnshared } from '../../kernel/shared-items.ts'
import { addAll, duplicate, invalidValue, notSupported, required, tooMany, type FieldError } from '../field-error.ts'
import { isPlainAddress, validateIP, validateReachableIP } from '../ip-validation.ts'
import { broken, immutable, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName, type NameRule } from '../name-rules.ts'
import { PROTOCOLS } from '../service/service-validation.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from './endpointslice.ts'

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']
const ENDPOINTS_MAX = 1000
const PORTS_MAX = 20_000
const ADDRESSES_MAX = 100
const HINTS_MAX = 8

export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  return [...validateMeta(slice.metadata, dnsSubdomain), ...validateBody(slice, undefined)]
}

export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  return [
    ...validateMetaUpdate(slice.metadata, old.metadata),
    ...validateBody(slice, old),
    ...immutable('addressType', slice.addressType, old.addressType),
  ]
}

function validateBody({ addressType, endpoints, ports }: EndpointSlice, old: EndpointSlice | undefined): FieldError[] {
  const errors: FieldError[] = []
  if (!addressType) errors.push(required('addressType'))
  else if (!ADDRESS_TYPES.includes(addressType)) errors.push(notSupported('addressType', addressType, ADDRESS_TYPES))
  addAll(errors, validatePorts(ports ?? []))
  if (old && sameJson(endpoints, old.endpoints)) return errors
  if (endpoints.length > ENDPOINTS_MAX) return [...errors, tooMany('endpoints', endpoints.length, ENDPOINTS_MAX)]
  // A stored endpoint is frozen and was found good under its address type: it need not be looked at twice.
  const good = old?.addressType === addressType ? old.endpoints : []
  eachUnshared(endpoints, good, (endpoint, index) => {
    if (!isPlain(endpoint, addressType)) addAll(errors, validateEndpoint(endpoint, addressType, `endpoints[${index}]`))
  })
  return errors
}

/** Whether an endpoint is good at the first glance, as almost all are: one address, no hostname, a hint for one zone at most. */
function isPlain(
  { addresses, nodeName, hostname, hints }: Endpoint,
  addressType: EndpointSlice['addressType'],
): boolean {
  const [address, second] = addresses ?? []
  if (addressType === 'FQDN' || address === undefined || second !== undefined || hostname !== undefined) return false
  if (nodeName !== undefined && dnsSubdomain(nodeName).length > 0) return false
  if (hints) {
    const [zone, another] = hints.forZones ?? []
    if (hints.forNodes || another || (zone && labelValue(zone.name ?? '').length > 0)) return false
  }
  return isPlainAddress(address, addressType)
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > PORTS_MAX) return [tooMany('ports', ports.length, PORTS_MAX)]
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const [index, { name = '', protocol, appProtocol }] of ports.entries()) {
    const field = `ports[${index}]`
    if (name !== '') errors.push(...broken(`${field}.name`, name, dnsLabel))
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name))
    names.add(name)
    if (protocol === undefined || !PROTOCOLS.includes(protocol))
      errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS))
    if (appProtocol !== undefined) errors.push(...broken(`${field}.appProtocol`, appProtocol, qualifiedName))
  }
  return errors
}

function validateEndpoint(endpoint: Endpoint, addressType: string, field: string): FieldError[] {
  const errors: FieldError[] = []
  const addresses = endpoint.addresses ?? []
  const at = `${field}.addresses`
  if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'))
  else if (addresses.length > ADDRESSES_MAX) errors.push(tooMany(at, addresses.length, ADDRESSES_MAX))
  for (const [index, address] of addresses.entries()) errors.push(...validateAddress(address, addressType, at, index))
  if (endpoint.nodeName !== undefined) errors.push(...broken(`${field}.nodeName`, endpoint.nodeName, dnsSubdomain))
  if (endpoint.hostname !== undefined) errors.push(...broken(`${field}.hostname`, endpoint.hostname, dnsLabel))
  errors.push(...validateHints(endpoint.hints?.forZones, `${field}.hints.forZones`, labelValue))
  errors.push(...validateHints(endpoint.hints?.forNodes, `${field}.hints.forNodes`, dnsSubdomain))
  return errors
}

function validateAddress(address: string, addressType: string, field: string, index: number): FieldError[] {
  const at = `${field}[${index}]`
  if (addressType === 'FQDN') return validateDomain(address, at)
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return []
  const syntax = validateIP(at, address)
  if (syntax.length > 0) return syntax
  const errors: FieldError[] = []
  const groups = parseIPv6(address)
  if (addressType === 'IPv4') {
    const isV4 = parseIPv4(address) !== undefined || (groups !== undefined && isMapped(groups))
    if (!isV4) errors.push(invalidValue(field, address, 'must be an IPv4 address'))
  } else if (!groups || isMapped(groups)) errors.push(invalidValue(field, address, 'must be an IPv6 address'))
  else if (canonicalIP(address) !== address) {
    errors.push(invalidValue(at, address, `must be in canonical form ("${canonicalIP(address)}")`))
  }
  return [...errors, ...validateReachableIP(at, address)]
}

function validateDomain(name: string, field: string): FieldError[] {
  const bare = name.replace(/\.$/, '')
  if (bare === '') return [required(field)]
  const errors = broken(field, name, () => dnsSubdomain(bare))
  if (!bare.includes('.'))
    errors.push(invalidValue(field, name, 'should be a domain with at least two segments separated by dots'))
  return errors
}

function validateHints(
  hints: readonly { readonly name: string }[] | undefined,
  field: string,
  rule: NameRule,
): FieldError[] {
  if (!hints) return []
  if (hints.length > HINTS_MAX) return [tooMany(field, hints.length, HINTS_MAX)]
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const [index, { name }] of hints.entries()) {
    if (names.has(name)) errors.push(duplicate(`${field}[${index}].name`, name))
    names.add(name)
    errors.push(...broken(`${field}[${index}].name`, name ?? '', rule))
  }
  return errors
}
