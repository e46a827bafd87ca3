import { describe, expect, test } from 'vitest'
import { any3, CaseCluster, CLUSTER_IP, podOn, ROWS, type CaseParts } from '../../testing/case-cluster.ts'
import { testSlice } from '../../testing/service-objects.ts'

const MODES = ['iptables', 'nftables', 'ipvs'] as const
const ANY3 = any3('10.244.4.20')
const leaving = ROWS.map(row => `${row} terminating serving`)
const [A, B, C] = ROWS

/** A row for each mode, where all three come to the same. */
const inAll = (expected: readonly string[]): readonly (readonly [(typeof MODES)[number], readonly string[]])[] =>
  MODES.map(mode => [mode, expected])

describe('a Pod asks the cluster IP', () => {
  test.each(MODES)('%s: any Pod of the Service, which sees the Pod that asks', mode => {
    expect(new CaseCluster({ mode }).outcomes(podOn(4))).toEqual(ANY3)
  })

  test.each(['iptables', 'nftables'] as const)(
    '%s: a Pod that is sent to itself sees the bridge of its own node',
    mode => {
      const cluster = new CaseCluster({ mode })
      expect(cluster.outcomes('Pod/default/pod-1')).toEqual([
        'ok pod-1 as 10.244.1.1',
        'ok pod-2 as 10.244.1.5',
        'ok pod-3 as 10.244.1.5',
      ])
    },
  )

  test.each([
    ['iptables', 'timeout'],
    ['nftables', 'refused'],
    ['ipvs', 'refused'],
  ] as const)('%s: a port that the Service does not have comes to %s', (mode, expected) => {
    expect(new CaseCluster({ mode }).outcomes(podOn(4), `${CLUSTER_IP}:81`)).toEqual([expected])
  })

  test.each([
    ['iptables', 'timeout'],
    ['nftables', 'refused'],
    ['ipvs', 'refused'],
  ] as const)('%s: UDP to a Service of TCP comes to %s', (mode, expected) => {
    expect(new CaseCluster({ mode }).outcomes(podOn(4), `${CLUSTER_IP}:80`, { protocol: 'UDP' })).toEqual([expected])
  })

  test.each(inAll(['timeout']))('%s: an address that no Service has stays silent', (mode, expected) => {
    expect(new CaseCluster({ mode }).outcomes(podOn(4), '10.96.0.50')).toEqual(expected)
  })

  test.each(MODES)('%s: by its name, the same', mode => {
    expect(new CaseCluster({ mode }).outcomes(podOn(4), 'my-service')).toEqual(ANY3)
  })
})

describe('a Service of UDP', () => {
  const udp = (rows: readonly string[]): CaseParts => ({
    spec: { ports: [{ protocol: 'UDP', port: 80, targetPort: 9376 }] },
    slices: [testSlice(rows, { ports: [{ name: '', protocol: 'UDP', port: 9376 }] })],
  })

  test.each(MODES)('%s: says no to whoever asks when it has no endpoint, as an ICMP error does', mode => {
    const cluster = new CaseCluster({ ...udp([]), mode })
    expect(cluster.outcomes(podOn(4), `${CLUSTER_IP}:80`, { protocol: 'UDP' })).toEqual(['refused'])
  })

  test.each(MODES)('%s: sends a datagram to any Pod', mode => {
    const cluster = new CaseCluster({ ...udp(ROWS), mode })
    for (const [place, ip] of ['10.244.1.5', '10.244.2.7', '10.244.3.9'].entries()) {
      cluster.run(place + 1, { ip, tcpPorts: [], udpPorts: [9376] })
    }
    expect(cluster.outcomes(podOn(4), `${CLUSTER_IP}:80`, { protocol: 'UDP' })).toEqual(ANY3)
    expect(cluster.outcomes(podOn(4), `${CLUSTER_IP}:80`)).toEqual([mode === 'iptables' ? 'timeout' : 'refused'])
  })
})

describe('which endpoints a connection may come to', () => {
  const cases: readonly (readonly [claim: string, parts: CaseParts, expected: readonly string[]])[] = [
    ['a Service without selector and without slices refuses at once', { slices: [] }, ['refused']],
    ['Pods that all run and none is ready: refused', { rows: ROWS.map(row => `${row} unready`) }, ['refused']],
    ['two ready ones keep one out that is leaving', { rows: [A, B, `${C} terminating serving`] }, ANY3.slice(0, 2)],
    ['when all are leaving and serve, each of them may be chosen', { rows: leaving }, ANY3],
    [
      'of those that are leaving only the one that still serves',
      { rows: [`${A} terminating serving`, `${B} terminating`, `${C} terminating`] },
      ANY3.slice(0, 1),
    ],
    ['all are leaving and none serves: refused', { rows: ROWS.map(row => `${row} terminating`) }, ['refused']],
    [
      'a row that says ready counts though its Pod is not (publishNotReadyAddresses)',
      { spec: { publishNotReadyAddresses: true }, rows: [A, B, `${C} terminating ready`] },
      ANY3,
    ],
    ['a Pod that has failed has no row, and the two others are used', { rows: [A, B] }, ANY3.slice(0, 2)],
    [
      'a slice whose port has a name is not for a Service port without one: refused',
      { slices: [testSlice(ROWS, { ports: [{ name: 'http', protocol: 'TCP', port: 9376 }] })] },
      ['refused'],
    ],
    [
      'a slice of type FQDN is passed over: refused',
      { slices: [testSlice(ROWS, { addressType: 'FQDN' })] },
      ['refused'],
    ],
  ]
  test.each(cases)('%s', (_, parts, expected) => {
    for (const mode of MODES)
      expect([mode, new CaseCluster({ ...parts, mode }).outcomes(podOn(4))]).toEqual([mode, expected])
  })

  test.each(MODES)('%s: refuses within one round trip on the node, without waiting', mode => {
    expect(new CaseCluster({ mode, slices: [] }).trip(podOn(4), CLUSTER_IP).latencyMs).toBeLessThan(1)
  })
})

describe('the list of endpoints', () => {
  const candidates = (cluster: CaseCluster, from = podOn(4)): readonly string[] => {
    const hop = cluster.trip(from, CLUSTER_IP).hops.find(({ kind }) => kind === 'rules')
    return hop?.kind === 'rules' ? hop.detail.candidates : []
  }

  test('holds an endpoint of two slices once: each has a third of the connections', () => {
    const cluster = new CaseCluster({ slices: [testSlice(ROWS), testSlice([A], { name: 'my-service-zzzzz' })] })
    expect(candidates(cluster)).toEqual(['10.244.1.5:9376', '10.244.2.7:9376', '10.244.3.9:9376'])
    const printed = cluster.dataplane.printedRules('node-4', { mode: 'iptables', family: 'IPv4', scheduler: 'rr' })
    expect(printed?.match(/--probability \S+/g)).toEqual(['--probability 0.33333333349', '--probability 0.50000000000'])
  })

  test('an address that stands there twice is what it was first; on its own node, what it was last', () => {
    const cluster = new CaseCluster({ rows: [`${A} terminating serving`, A, B] })
    expect(candidates(cluster, podOn(4))).toEqual(['10.244.2.7:9376'])
    expect(candidates(cluster, podOn(1))).toEqual(['10.244.1.5:9376', '10.244.2.7:9376'])
  })

  test('is in the order of the text: .10 comes before .5', () => {
    const cluster = new CaseCluster({ rows: ['10.244.1.5 @node-1', '10.244.1.10 @node-1'] })
    expect(candidates(cluster)).toEqual(['10.244.1.10:9376', '10.244.1.5:9376'])
  })
})
