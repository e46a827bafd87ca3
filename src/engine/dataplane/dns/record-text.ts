// Records as zone files and `dig` write them. Names end in a dot.

import type { DnsRecord } from './dns-message.ts'

/** What follows the type: `0 100 80 my-service.default.svc.cluster.local.`. `serial` is that of a SOA. */
export function recordData(record: DnsRecord, serial: number): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return `${record.target}.`
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}.`
    case 'SOA': {
      const { refreshSeconds, retrySeconds, expireSeconds, minimumSeconds } = record
      const times = [serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds]
      return `${record.primary}. ${record.mailbox}. ${times.join(' ')}`
    }
    case 'TXT':
      return `"${record.text}"`
  }
}
