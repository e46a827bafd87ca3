// A question to cluster DNS and its answer, as values; the bytes of the wire are somebody else's. Names are without the
// final dot, in lower case.

/** `other`: of any type that the cluster has no records of. */
export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT' | 'NS' | 'SOA' | 'other'

export interface DnsQuestion {
  /** With or without the final dot, in any case. */
  readonly name: string
  readonly type: DnsType
}

interface RecordBase {
  readonly name: string
  readonly ttlSeconds: number
}

export interface AddressRecord extends RecordBase {
  readonly type: 'A' | 'AAAA'
  readonly address: string
  /** The EndpointSlice whose row gave the address, `namespace/name`; null where no row did. Not part of the wire. */
  readonly slice: string | null
}

interface CnameRecord extends RecordBase {
  readonly type: 'CNAME'
  readonly target: string
}

export interface SrvRecord extends RecordBase {
  readonly type: 'SRV'
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

interface PtrRecord extends RecordBase {
  readonly type: 'PTR'
  readonly target: string
}

interface TxtRecord extends RecordBase {
  readonly type: 'TXT'
  readonly text: string
}

interface NsRecord extends RecordBase {
  readonly type: 'NS'
  readonly target: string
}

/** The head of the zone; a server adds a serial number of its own. */
export interface SoaRecord extends RecordBase {
  readonly type: 'SOA'
  readonly primary: string
  readonly mailbox: string
  readonly refreshSeconds: number
  readonly retrySeconds: number
  readonly expireSeconds: number
  /** How long "no such name" and "no such record" may be remembered. */
  readonly minimumSeconds: number
}

export type DnsRecord = AddressRecord | CnameRecord | SrvRecord | PtrRecord | TxtRecord | NsRecord | SoaRecord

export interface DnsAnswer {
  /** NOERROR with no answers is what resolvers call NODATA: the name exists, with other types. */
  readonly rcode: 'NOERROR' | 'NXDOMAIN'
  /** The name is the cluster's to answer; all others are only known by hearsay. */
  readonly isOurs: boolean
  /** CNAMEs first. Addresses stand in a fixed order: a server shuffles them for each answer, and a client picks one. */
  readonly answers: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
  /** The head of the zone where nothing was found: it tells how long that may be remembered. */
  readonly authority: readonly SoaRecord[]
  /** `namespace/name` of the Service whose name was asked for, or null. */
  readonly service: string | null
}
