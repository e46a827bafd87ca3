// Reads what one request is asked for: from where, and to what as one would type it. What makes no sense gets a sentence.

import { ipFamily } from '../../kernel/ip.ts'

export interface TripRequest {
  /** `Pod/default/my-app-…`, `Node/n1`, `Client/frontend-1` or `outside`. */
  readonly from: string
  /** A name or an address, with or without a port: `my-service`, `my-service.prod:8080`, `10.96.0.10`, `[fd00::1]:80`. */
  readonly to: string
  readonly port?: number | undefined
  readonly protocol?: 'TCP' | 'UDP' | undefined
}

/** Where a request goes, as far as it was said. */
export interface TripTarget {
  readonly host: string
  /** Undefined: to be found out from the Service. */
  readonly port: number | undefined
  readonly protocol: 'TCP' | 'UDP'
}

const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*\.?$/

export function readTarget({ to, port, protocol = 'TCP' }: TripRequest): TripTarget | { readonly message: string } {
  const { host, typedPort } = splitHost(to)
  // Digits and dots alone are an address that went wrong, not a name.
  if (ipFamily(host) === undefined && (!HOST_NAME.test(host) || /^[\d.]+$/.test(host))) {
    return { message: `to must be a name or an address, with or without a port, not ${JSON.stringify(to)}` }
  }
  const number = port ?? typedPort
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65_535)) {
    return { message: `port must be a whole number from 1 to 65535, not ${number}` }
  }
  if (protocol !== 'TCP' && protocol !== 'UDP') {
    return { message: `protocol must be TCP or UDP, not ${JSON.stringify(protocol)}` }
  }
  return { host, port: number, protocol }
}

function splitHost(to: string): { readonly host: string; readonly typedPort: number | undefined } {
  if (ipFamily(to) === 'IPv6') return { host: to, typedPort: undefined }
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(to) ?? []
  return { host: bracketed ?? plain ?? to, typedPort: digits === undefined ? undefined : Number(digits) }
}
