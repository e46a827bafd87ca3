import { expect, test } from 'vitest'
import { applyPatch } from './apply-patch.ts'

test('nothing to change is no patch, whatever the server added', () => {
  const wanted = { spec: { ports: [{ port: 80 }], selector: { app: 'a' } } }
  const current = { spec: { clusterIP: '10.96.0.1', ports: [{ port: 80, protocol: 'TCP' }], selector: { app: 'a' } } }
  expect(applyPatch(wanted, wanted, current)).toBeNull()
})

test('what was applied before and is no longer wanted goes; what others set stays', () => {
  const last = { metadata: { labels: { a: '1', b: '2' } } }
  const current = { metadata: { labels: { a: '1', b: '2', theirs: 'x' } } }
  expect(applyPatch(last, { metadata: { labels: { a: '1' } } }, current)).toEqual({ metadata: { labels: { b: null } } })
})

test('lists with a key are merged by it, in the order that is wanted', () => {
  const ports = (...numbers: number[]): object => ({ spec: { ports: numbers.map(port => ({ port })) } })
  expect(applyPatch(ports(80), ports(81, 80), ports(80))).toEqual({
    spec: { '$setElementOrder/ports': [{ port: 81 }, { port: 80 }], ports: [{ port: 81 }] },
  })
  expect(applyPatch(ports(80, 81), ports(80), ports(80, 81))).toEqual({
    spec: { '$setElementOrder/ports': [{ port: 80 }], ports: [{ $patch: 'delete', port: 81 }] },
  })
})

test('two items of one key are taken in order', () => {
  const ports = (target: number): object => ({
    spec: {
      ports: [
        { name: 'dns', port: 53, targetPort: target },
        { name: 'dns-tcp', port: 53, targetPort: 53 },
      ],
    },
  })
  expect(applyPatch(ports(53), ports(5353), ports(53))).toMatchObject({
    spec: { ports: [{ port: 53, targetPort: 5353 }] },
  })
})

test('lists without a key are replaced as a whole', () => {
  const patch = applyPatch(null, { spec: { externalIPs: ['192.0.2.1'] } }, { spec: { externalIPs: ['192.0.2.2'] } })
  expect(patch).toEqual({ spec: { externalIPs: ['192.0.2.1'] } })
})
