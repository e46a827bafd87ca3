import { expect, test } from 'vitest'
import type { ServiceView } from '../../../protocol/index.ts'
import { service } from './sample-views.ts'
import { serviceForm, serviceLines } from './service-lines.ts'

function check(more: Partial<ServiceView>, expected: string): void {
  expect(
    serviceLines(service(more))
      .map(line => ('label' in line ? line.label : 'address' in line ? line.address : line.type))
      .join(' | '),
  ).toBe(expected)
}

const HTTP = { name: 'http', protocol: 'TCP', port: 80, targetPort: '9376', nodePort: null } as const

test('a port and a selector', () => check({}, 'port | app: MyApp'))
test('every port has a line, and its node port one below it', () =>
  check(
    {
      ports: [
        { ...HTTP, nodePort: 30080 },
        { ...HTTP, name: 'https', port: 443 },
      ],
    },
    'port | node-port | port | app: MyApp',
  ))
test('a load balancer waits for its address, then shows it', () => {
  check({ type: 'LoadBalancer' }, 'port | ingress-pending | app: MyApp')
  check({ type: 'LoadBalancer', ingress: ['203.0.113.1'] }, 'port | 203.0.113.1 | app: MyApp')
})
test('without a selector it says so', () => check({ selector: null }, 'port | no-selector'))
test('why nobody answers comes last', () => check({ emptyReason: 'none-ready' }, 'port | app: MyApp | nobody'))
test('of many labels four are shown', () =>
  check({ selector: { a: '1', b: '2', c: '3', d: '4', e: '5' } }, 'port | a: 1 | b: 2 | c: 3 | d: 4'))
test('another name has no lines', () => check({ type: 'ExternalName' }, ''))
test('only an address gets the plate', () => {
  expect([
    serviceForm(service()),
    serviceForm(service({ clusterIP: 'None' })),
    serviceForm(service({ type: 'ExternalName' })),
  ]).toEqual(['plate', 'headless', 'external-name'])
})
