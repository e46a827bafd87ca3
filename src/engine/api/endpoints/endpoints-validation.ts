// Rules on Endpoints (core validation, ValidateEndpoints). On update, subsets that did not change are not looked at again.

import { canonicalIP } from '../../kernel/ip.ts'
import { sameJson } from '../../kernel/json.ts'
import { eachUnshared } from '../../kernel/shared-items.ts'
import { addAll, invalidValue, notSupported, required, type FieldError } from '../field-error.ts'
import { isPlainAddress, validateIP, validateReachableIP } from '../ip-validation.ts'
import { broken, portNumber, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsLabel, dnsSubdomain, qualifiedName } from '../name-rules.ts'
import { PROTOCOLS } from '../service/service-validation.ts'
import type { EndpointAddress, Endpoints, EndpointSubset, EndpointSubsetPort } from './endpoints.ts'

export function validateEndpoints({ metadata, subsets = [] }: Endpoints): FieldError[] {
  return [...validateMeta(metadata, dnsSubdomain), ...validateSubsets(subsets, [])]
}

export function validateEndpointsUpdate({ metadata, subsets = [] }: Endpoints, old: Endpoints): FieldError[] {
  const errors = validateMetaUpdate(metadata, old.metadata)
  return sameJson(subsets, old.subsets) ? errors : [...errors, ...validateSubsets(subsets, old.subsets ?? [])]
}

/** What addresses of `good` subsets are shared need not be looked at twice: a stored address is frozen. */
function validateSubsets(subsets: readonly EndpointSubset[], good: readonly EndpointSubset[]): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
    const field = `subsets[${index}]`
    const empty = addresses.length === 0 && notReadyAddresses.length === 0
    return [
      ...(empty ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...validateAddresses(addresses, good[index]?.addresses ?? [], `${field}.addresses`),
      ...validateAddresses(notReadyAddresses, good[index]?.notReadyAddresses ?? [], `${field}.notReadyAddresses`),
      ...ports.flatMap((one, at) => validatePort(one, `${field}.ports[${at}]`, ports.length > 1)),
    ]
  })
}

function validateAddresses(
  addresses: readonly EndpointAddress[],
  good: readonly EndpointAddress[],
  field: string,
): FieldError[] {
  const errors: FieldError[] = []
  eachUnshared(addresses, good, (address, at) => {
    if (!isPlain(address)) addAll(errors, validateAddress(address, `${field}[${at}]`))
  })
  return errors
}

/** Whether an address is good at the first glance, as almost all are. */
function isPlain({ ip, hostname, nodeName }: EndpointAddress): boolean {
  if (typeof ip !== 'string' || hostname !== undefined) return false
  if (nodeName !== undefined && dnsSubdomain(nodeName).length > 0) return false
  return isPlainAddress(ip, ip.includes(':') ? 'IPv6' : 'IPv4')
}

// A text that is no address is told so twice, in two wordings, by the real server.
function validateAddress({ ip: given, hostname, nodeName }: EndpointAddress, field: string): FieldError[] {
  const ip = given ?? ''
  const errors = validateIP(`${field}.ip`, ip)
  if (hostname !== undefined) errors.push(...broken(`${field}.hostname`, hostname, dnsLabel))
  if (nodeName !== undefined) errors.push(...broken(`${field}.nodeName`, nodeName, dnsSubdomain))
  if (canonicalIP(ip) === undefined) errors.push(invalidValue(`${field}.ip`, ip, 'must be a valid IP address'))
  return [...errors, ...validateReachableIP(`${field}.ip`, ip)]
}

function validatePort(
  { name = '', port, protocol, appProtocol }: EndpointSubsetPort,
  field: string,
  needsName: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  if (needsName && name === '') errors.push(required(`${field}.name`))
  else if (name !== '') errors.push(...broken(`${field}.name`, name, dnsLabel))
  errors.push(...portNumber(`${field}.port`, port))
  if (protocol === undefined || !PROTOCOLS.includes(protocol))
    errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS))
  if (appProtocol !== undefined) errors.push(...broken(`${field}.appProtocol`, appProtocol, qualifiedName))
  return errors
}
