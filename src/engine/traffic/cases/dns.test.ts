import { describe, expect, test } from 'vitest'
import { searchCandidates } from '../../dataplane/index.ts'
import { CaseCluster, podOn, ROWS, type CaseParts } from '../../testing/case-cluster.ts'
import { testService, testSlice } from '../../testing/service-objects.ts'

const NAME = 'my-service.default.svc.cluster.local'
const headless = { clusterIP: 'None', clusterIPs: ['None'] } as const
const leaving = ROWS.map(row => `${row} terminating serving`)
const THREE = 'NOERROR | A 10.244.1.5 30 | A 10.244.2.7 30 | A 10.244.3.9 30'

describe('cluster DNS answers', () => {
  const web = [testSlice([`${ROWS[0]} host=web-0`, `${ROWS[1]} host=web-1 unready`])]
  const cases: readonly (readonly [claim: string, parts: CaseParts, name: string, expected: string])[] = [
    ['the cluster IP for 30 seconds', {}, NAME, 'NOERROR | A 10.96.0.10 30'],
    [
      'the cluster IP though no Pod is ready',
      { rows: ROWS.map(row => `${row} unready`) },
      NAME,
      'NOERROR | A 10.96.0.10 30',
    ],
    ['of a headless Service each ready Pod', { spec: headless }, NAME, THREE],
    [
      'that a headless Service with no ready Pod does not exist',
      { spec: headless, rows: [`${ROWS[0]} unready`] },
      NAME,
      'NXDOMAIN',
    ],
    [
      'no Pod of a headless Service any more that is leaving',
      { spec: headless, rows: [ROWS[0], leaving[1] as string, ROWS[2]] },
      NAME,
      'NOERROR | A 10.244.1.5 30 | A 10.244.3.9 30',
    ],
    [
      'a Pod of a StatefulSet by its name',
      { spec: headless, slices: web },
      `web-0.${NAME}`,
      'NOERROR | A 10.244.1.5 30',
    ],
    ['that it does not exist while it is not ready', { spec: headless, slices: web }, `web-1.${NAME}`, 'NXDOMAIN'],
    [
      'the address that is in a Pod’s name, though nobody has it',
      {},
      '10-244-9-9.default.pod.cluster.local',
      'NOERROR | A 10.244.9.9 30',
    ],
  ]
  test.each(cases)('%s', (_, parts, name, expected) => expect(new CaseCluster(parts).ask(name)).toBe(expected))

  test('no address of the other family, of a name that exists', () => {
    expect(new CaseCluster().ask(NAME, 'AAAA')).toBe('NOERROR')
  })

  test('no port by name where the port has none', () => {
    expect(new CaseCluster().ask(`_http._tcp.${NAME}`, 'SRV')).toBe('NXDOMAIN')
  })

  test('an external name with its alias and the addresses of that', () => {
    const cluster = new CaseCluster()
    const { clusterIP: _1, clusterIPs: _2, ipFamilies: _3, ipFamilyPolicy: _4, ...spec } = testService().spec
    const { internalTrafficPolicy: _5, selector: _6, ...rest } = spec
    const base = testService({}, 'db')
    cluster.put('Service', { ...base, spec: { ...rest, type: 'ExternalName', externalName: 'www.example.com' } })
    cluster.loop.advanceTo(6_000)
    expect(cluster.ask('db.default.svc.cluster.local')).toMatch(
      /^NOERROR \| CNAME www\.example\.com \| A 198\.51\.100\.\d+ \d+$/,
    )
  })
})

describe('who asks', () => {
  test('comes to any Pod of a headless Service', () => {
    const cluster = new CaseCluster({ spec: headless })
    expect(cluster.outcomes(podOn(4), 'my-service:9376')).toHaveLength(3)
  })

  test('finds no Pod of a headless Service when all are leaving, and still one by the cluster IP of an equal Service', () => {
    expect(new CaseCluster({ spec: headless, rows: leaving }).outcomes(podOn(4), 'my-service:9376')).toEqual(['dns'])
    expect(new CaseCluster({ rows: leaving }).outcomes(podOn(4), 'my-service')).toHaveLength(3)
  })

  test('asks eight times for a name outside, and six times there is none', () => {
    const cluster = new CaseCluster()
    const names = searchCandidates('www.example.com', 'default', 'cluster.local')
    const answers = names.flatMap(name => [cluster.ask(name, 'A'), cluster.ask(name, 'AAAA')])
    expect(answers).toHaveLength(8)
    expect(answers.filter(answer => answer === 'NXDOMAIN')).toHaveLength(6)
    expect(answers.slice(-2)).toEqual([expect.stringMatching(/^NOERROR \| A /), 'NOERROR'])
  })
})
