// The names that kube-proxy gives to its chains and sets: hashes of what they stand for, so that a chain keeps its name as
// long as Service port and endpoint are the same. Follows pkg/proxy/iptables and pkg/proxy/nftables of v1.34.

import { sha256 } from '@noble/hashes/sha2.js'
import { utf8Bytes } from '../../kernel/utf8.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const IPTABLES_HASH = 16
const NFTABLES_HASH = 8
/** A name of nftables, its hash and dash among it, is cut to so many characters. */
const NFTABLES_NAME_MAX = 240

/** `FXIYY6OHUSNBITIX`: what follows `KUBE-SVC-`, `KUBE-SVL-`, `KUBE-EXT-`, `KUBE-FW-` and, with an endpoint, `KUBE-SEP-`. */
export function iptablesHash(servicePort: string, protocol: string, endpoint = ''): string {
  return base32Hash(`${servicePort}${protocol}${endpoint}`, IPTABLES_HASH)
}

export interface NftablesPort {
  readonly namespace: string
  readonly service: string
  /** '' for the unnamed port. */
  readonly portName: string
  /** In lower case. */
  readonly protocol: string
}

/** `4BBKY5IM-default/my-service/tcp/`: what follows `service-`, `local-`, `external-` and `firewall-`. */
export function nftablesName({ namespace, service, protocol, portName }: NftablesPort): string {
  return hashAndCut(`${namespace}/${service}/${protocol}/${portName}`)
}

/** `KXJG4AGQ-default/my-service/tcp/__10.244.1.5/9376`: what follows `endpoint-` and `affinity-`. */
export function nftablesEndpointName(port: NftablesPort, ip: string, number: number): string {
  const { namespace, service, protocol, portName } = port
  return hashAndCut(`${namespace}/${service}/${protocol}/${portName}__${ip.replaceAll(':', '.')}/${number}`)
}

function hashAndCut(name: string): string {
  const full = `${base32Hash(name, NFTABLES_HASH)}-${name}`
  return full.length > NFTABLES_NAME_MAX ? `${full.slice(0, NFTABLES_NAME_MAX - 3)}...` : full
}

/** The first characters of the base32 form of the SHA-256. */
function base32Hash(text: string, length: number): string {
  const hash = sha256(Uint8Array.from(utf8Bytes(text)))
  let out = ''
  for (let bit = 0; out.length < length; bit += 5) {
    const at = bit >> 3
    const pair = ((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)
    out += BASE32[(pair >> (11 - (bit & 7))) & 31]
  }
  return out
}
