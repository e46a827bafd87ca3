import { describe, expect, test } from 'vitest'
import { iptablesHash, nftablesEndpointName, nftablesName } from './chain-names.ts'

describe('names of chains', () => {
  test.each([
    ['default/my-service', 'tcp', '', 'FXIYY6OHUSNBITIX'],
    ['default/my-service', 'tcp', '10.244.1.5:9376', 'YPA555UNOBVQMW6C'],
    ['default/my-service', 'tcp', '10.244.2.7:9376', 'PGPXLQMQVAUMU7RG'],
    ['default/my-service', 'tcp', '10.244.3.9:9376', '2W5YROHARHGOHXSF'],
    ['default/kubernetes:https', 'tcp', '', 'NPX46M4PTMTKRN6Y'],
    ['kube-system/kube-dns:dns', 'udp', '', 'TCOU7JCQXEZGVUNU'],
    ['kube-system/kube-dns:dns-tcp', 'tcp', '', 'ERIFXISQEP7F7OF4'],
    ['kube-system/kube-dns:metrics', 'tcp', '', 'JD5MR3NA4I4DYORP'],
  ])('iptables: %s %s %s is %s', (servicePort, protocol, endpoint, hash) => {
    expect(iptablesHash(servicePort, protocol, endpoint)).toBe(hash)
  })

  test('nftables: a short hash, then what it is of', () => {
    const port = { namespace: 'ns1', service: 'svc1', protocol: 'tcp', portName: 'p80' }
    expect(nftablesName(port)).toBe('ULMVA6XW-ns1/svc1/tcp/p80')
    expect(nftablesEndpointName(port, '10.180.0.1', 80)).toBe('5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80')
    const unnamed = { namespace: 'default', service: 'my-service', protocol: 'tcp', portName: '' }
    expect(nftablesName(unnamed)).toBe('4BBKY5IM-default/my-service/tcp/')
  })

  test('nftables: colons of IPv6 are dots, and what is too long ends in three of them', () => {
    const long = { namespace: 'n'.repeat(63), service: 's'.repeat(63), protocol: 'sctp', portName: 'p'.repeat(63) }
    const name = nftablesEndpointName(long, 'fd00:10:244:1000:2000:3000:4000:5000', 65535)
    expect(name).toHaveLength(240)
    expect(name).toMatch(/__fd00\.10\.244\.1000\.2000\.3000\.400\.\.\.$/)
  })
})
