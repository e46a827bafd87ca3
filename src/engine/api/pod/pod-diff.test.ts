import { expect, test } from 'vitest'
import { podSpecDiff } from './pod-diff.ts'
import type { PodSpec } from './pod.ts'

const SPEC = { containers: [{ name: 'c', image: 'nginx' }] } as unknown as PodSpec

/** The lines that went and came, without what surrounds them. */
function changed(before: object, after: object): readonly string[] {
  return podSpecDiff({ ...SPEC, ...before }, { ...SPEC, ...after })
    .split('\n')
    .filter(line => /^[-+]/.test(line))
}

test.each([
  [
    'a text by its Go name',
    { dnsPolicy: 'Default' },
    { dnsPolicy: 'None' },
    ['- "DNSPolicy": "Default",', '+ "DNSPolicy": "None",'],
  ],
  ['a number that was not there', {}, { priority: 7 }, ['- "Priority": null,', '+ "Priority": 7,']],
  [
    'a field that lives in the security context',
    {},
    { hostNetwork: true },
    ['-  "HostNetwork": false,', '+  "HostNetwork": true,'],
  ],
  [
    'a map with its own keys',
    {},
    { nodeSelector: { disk: 'ssd' } },
    ['- "NodeSelector": null,', '+ "NodeSelector": {', '+  "disk": "ssd"', '+ },'],
  ],
  [
    'letters that Go escapes',
    { hostname: 'a' },
    { hostname: 'a<b' },
    ['- "Hostname": "a",', '+ "Hostname": "a\\u003cb",'],
  ],
])('%s', (_, before, after, expected) => {
  expect(changed(before, after)).toEqual(expected)
})

test('a probe comes with all that it leaves out', () => {
  const container = { name: 'c', image: 'nginx', readinessProbe: { tcpSocket: { port: 'web' } } }
  const lines = changed({}, { containers: [container] })
  expect(lines).toContain('+   "ReadinessProbe": {')
  expect(lines).toContain('+     "Port": "web",')
  expect(lines).toContain('+    "GRPC": null,')
})
