// What the server fills into a status that a client writes, and what it finds wrong with it (core validation of Service and
// Pod status). Only addresses are looked at: a Pod's phase may be any word, as with the real server.

import { ipFamily } from '../kernel/ip.ts'
import { forbiddenField, invalidValue, notSupported, type FieldError } from './field-error.ts'
import { validateIP } from './ip-validation.ts'
import type { Kind, KindMap } from './kind-registry.ts'
import { broken } from './meta-validation.ts'
import { dnsSubdomain } from './name-rules.ts'
import type { Pod } from './pod/pod.ts'
import type { LoadBalancerIngress, Service } from './service/service.ts'

const IP_MODES = ['Proxy', 'VIP']

/** The object with the defaults of its status; only a load balancer's address has one. */
export function withStatusDefaults<K extends Kind>(kind: K, object: KindMap[K]): KindMap[K] {
  if (kind !== 'Service') return object
  const { status } = object as Service
  const ingress = status?.loadBalancer?.ingress?.map(one => (one.ip && !one.ipMode ? { ...one, ipMode: 'VIP' } : one))
  const loadBalancer = ingress && ingress.length > 0 ? { ingress } : {}
  return { ...object, status: { ...status, loadBalancer } }
}

/** Mistakes of a status that was written, with the spec that is stored. */
export function validateStatus<K extends Kind>(kind: K, object: KindMap[K]): readonly FieldError[] {
  if (kind === 'Service') return validateServiceStatus(object as Service)
  return kind === 'Pod' ? validatePodStatus(object as Pod) : []
}

function validateServiceStatus({ spec, status }: Service): readonly FieldError[] {
  const field = 'status.loadBalancer.ingress'
  const ingress = status?.loadBalancer?.ingress ?? []
  if (ingress.length > 0 && spec.type !== 'LoadBalancer') {
    return [forbiddenField(field, "may only be used when `spec.type` is 'LoadBalancer'")]
  }
  return ingress.flatMap((one, index) => validateIngress(one, `${field}[${index}]`))
}

function validateIngress({ ip, hostname, ipMode }: LoadBalancerIngress, field: string): readonly FieldError[] {
  const errors: FieldError[] = ip ? [...validateIP(`${field}.ip`, ip)] : []
  if (ipMode !== undefined && !ip) {
    errors.push(forbiddenField(`${field}.ipMode`, 'may not be specified when `ip` is not set'))
  } else if (ipMode !== undefined && !IP_MODES.includes(ipMode)) {
    errors.push(notSupported(`${field}.ipMode`, ipMode, IP_MODES))
  }
  if (!hostname) return errors
  errors.push(...broken(`${field}.hostname`, hostname, dnsSubdomain))
  if (ipFamily(hostname))
    errors.push(invalidValue(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'))
  return errors
}

function validatePodStatus({ status }: Pod): readonly FieldError[] {
  const errors: FieldError[] = []
  const ips = status?.podIPs ?? []
  for (const [index, { ip }] of ips.entries()) errors.push(...validateIP(`status.podIPs[${index}]`, ip ?? ''))
  if (errors.length > 0 || ips.length < 2) return errors
  const families = ips.map(({ ip }) => ipFamily(ip))
  if (new Set(families).size === families.length) return errors
  const shown = ips.map(({ ip }) => ({ IP: ip }))
  return [invalidValue('status.podIPs', shown, 'may specify no more than one IP for each IP family')]
}
