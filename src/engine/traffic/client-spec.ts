// Reads the specification of a client: what is missing gets its default, what makes no sense gets a sentence. The rules
// are the playground's own, since a client is no API object.

import type { TrafficSpec } from '../api/workload-spec.ts'
import { ipFamily } from '../kernel/ip.ts'

const DEFAULT_TIMEOUT_MS = 1_000
const TIMEOUT_MS_MAX = 3_600_000
const RATE_MAX = 100_000
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*\.?$/

/** A specification with nothing left open. */
export interface ClientSpec {
  readonly id: string
  /** Without `Client/`. */
  readonly name: string
  readonly node: string
  readonly to: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  readonly rate: number
  readonly timeoutMs: number
}

/** The whole specification, or the first thing that is wrong with it. */
export function readClientSpec(spec: TrafficSpec): ClientSpec | { readonly message: string } {
  const name = spec.from.startsWith('Client/') ? spec.from.slice('Client/'.length) : ''
  const whole: ClientSpec = {
    id: spec.id ?? name,
    name,
    node: spec.node,
    to: spec.to,
    port: spec.port,
    protocol: spec.protocol ?? 'TCP',
    rate: spec.rate,
    timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  }
  const message = problemOf(whole, spec)
  return message === undefined ? whole : { message }
}

function problemOf(spec: ClientSpec, given: TrafficSpec): string | undefined {
  if (!LABEL.test(spec.name))
    return `from must be "Client/NAME" with a name of lower case letters, digits and "-", not "${given.from}"`
  if (spec.id === '') return 'id must not be empty'
  if (!isDestination(spec.to)) return `to must be a name or an address without a port, not "${spec.to}"`
  if (!isWhole(spec.port, 65_535)) return `port must be a whole number from 1 to 65535, not ${spec.port}`
  if (spec.protocol !== 'TCP' && spec.protocol !== 'UDP')
    return `protocol must be TCP or UDP, not ${String(spec.protocol)}`
  if (!(spec.rate > 0 && spec.rate <= RATE_MAX))
    return `rate must be above 0 and at most ${RATE_MAX} requests a second, not ${spec.rate}`
  if (!(spec.timeoutMs > 0 && spec.timeoutMs <= TIMEOUT_MS_MAX))
    return `timeoutMs must be above 0 and at most ${TIMEOUT_MS_MAX}, not ${spec.timeoutMs}`
  if (given.connection !== undefined && given.connection !== 'new') return 'connection must be "new"'
  return undefined
}

function isDestination(to: string): boolean {
  if (ipFamily(to)) return true
  // Digits and dots alone are an address that went wrong, not a name.
  return HOST_NAME.test(to) && !/^[\d.]+$/.test(to)
}

function isWhole(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max
}
