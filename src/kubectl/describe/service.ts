// `kubectl describe service`, `endpoints` and `endpointslice`.

import { listAt, mapAt, nameOf, namespaceOf, numberAt, textAt, valueAt, type Fields } from '../fields.ts'
import type { Page } from './page.ts'

const SHOWN = 3

/** `slices` are those that carry the Service's name. */
export function describeService(page: Page, service: Fields, slices: readonly unknown[]): void {
  const spec = mapAt(service, 'spec')
  const type = textAt(spec, 'type')
  page.field('Name', nameOf(service))
  page.field('Namespace', namespaceOf(service))
  page.map('Labels', mapAt(service, 'metadata', 'labels'))
  page.annotations(service)
  const selector = mapAt(spec, 'selector')
  page.field('Selector', pairsText(selector))
  page.field('Type', type)
  const policy = textAt(spec, 'ipFamilyPolicy')
  if (policy !== '') page.field('IP Family Policy', policy)
  page.field('IP Families', joined(listAt(spec, 'ipFamilies')))
  page.field('IP', textAt(spec, 'clusterIP'))
  page.field('IPs', joined(listAt(spec, 'clusterIPs')))
  const external = listAt(spec, 'externalIPs')
  if (external.length > 0) page.field('External IPs', external.map(String).join(','))
  if (textAt(spec, 'loadBalancerIP') !== '') page.field('Desired LoadBalancer IP', textAt(spec, 'loadBalancerIP'))
  if (textAt(spec, 'externalName') !== '') page.field('External Name', textAt(spec, 'externalName'))
  const ingress = listAt(service, 'status', 'loadBalancer', 'ingress')
  if (ingress.length > 0) page.field('LoadBalancer Ingress', ingress.map(ingressText).join(', '))
  for (const port of listAt(spec, 'ports')) describePort(page, port, slices, selector)
  page.field('Session Affinity', textAt(spec, 'sessionAffinity'))
  const externalPolicy = textAt(spec, 'externalTrafficPolicy')
  if (externalPolicy !== '') page.field('External Traffic Policy', externalPolicy)
  const internalPolicy = textAt(spec, 'internalTrafficPolicy')
  if (internalPolicy !== '') page.field('Internal Traffic Policy', internalPolicy)
  const distribution = textAt(spec, 'trafficDistribution')
  if (distribution !== '') page.field('Traffic Distribution', distribution)
  const health = numberAt(spec, 'healthCheckNodePort')
  if (health > 0) page.field('HealthCheck NodePort', String(health))
  const ranges = listAt(spec, 'loadBalancerSourceRanges')
  if (ranges.length > 0) page.field('LoadBalancer Source Ranges', ranges.map(String).join(','))
}

function describePort(page: Page, port: unknown, slices: readonly unknown[], selector: Fields): void {
  const name = textAt(port, 'name') || '<unset>'
  const protocol = textAt(port, 'protocol')
  page.line(0, `Port:\t${name}\t${numberAt(port, 'port')}/${protocol}`)
  page.line(0, `TargetPort:\t${textAt(port, 'targetPort')}/${protocol}`)
  const nodePort = numberAt(port, 'nodePort')
  if (nodePort > 0) page.line(0, `NodePort:\t${name}\t${nodePort}/${protocol}`)
  const found = addressesOf(slices, textAt(port, 'name'))
  const isNobodys = slices.length === 0 && Object.keys(selector).length === 0
  page.field('Endpoints', found === '' && isNobodys ? '<none>' : found)
}

/** Ready addresses with the port of this name: three, and how many more. */
function addressesOf(slices: readonly unknown[], portName: string): string {
  const shown: string[] = []
  let count = 0
  for (const slice of slices) {
    for (const port of listAt(slice, 'ports').filter(one => textAt(one, 'name') === portName)) {
      for (const endpoint of listAt(slice, 'endpoints')) {
        const isReady = valueAt(endpoint, 'conditions', 'ready') !== false
        for (const address of isReady ? listAt(endpoint, 'addresses') : []) {
          count++
          if (shown.length < SHOWN) shown.push(hostPort(String(address), numberAt(port, 'port')))
        }
      }
    }
  }
  // kubectl says how many more there are as soon as one that it does not show follows, ready or not.
  const total = slices.flatMap(slice => listAt(slice, 'endpoints')).length
  return (
    shown.join(',') + (count > SHOWN || (shown.length === SHOWN && total > SHOWN) ? ` + ${count - SHOWN} more...` : '')
  )
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function ingressText(one: unknown): string {
  const ip = textAt(one, 'ip')
  const mode = textAt(one, 'ipMode')
  return ip === '' ? textAt(one, 'hostname') : `${ip}${mode === '' ? '' : ` (${mode})`}`
}

function joined(list: readonly unknown[]): string {
  return list.length === 0 ? '<none>' : list.map(String).join(',')
}

export function pairsText(map: Fields): string {
  const pairs = Object.keys(map)
    .sort()
    .map(key => `${key}=${String(map[key])}`)
  return pairs.length === 0 ? '<none>' : pairs.join(',')
}

export function describeEndpoints(page: Page, endpoints: Fields): void {
  page.field('Name', nameOf(endpoints))
  page.field('Namespace', namespaceOf(endpoints))
  page.map('Labels', mapAt(endpoints, 'metadata', 'labels'))
  page.annotations(endpoints)
  page.line(0, 'Subsets:')
  for (const subset of listAt(endpoints, 'subsets')) {
    const ips = (list: string): string => joined(listAt(subset, list).map(one => textAt(one, 'ip')))
    page.field('Addresses', ips('addresses'), 1)
    page.field('NotReadyAddresses', ips('notReadyAddresses'), 1)
    const ports = listAt(subset, 'ports')
    if (ports.length > 0) {
      page.line(1, 'Ports:')
      page.table(2, ['Name', 'Port', 'Protocol'], ports.map(portRow))
    }
    page.line(0, '')
  }
}

function portRow(port: unknown): readonly string[] {
  return [textAt(port, 'name') || '<unset>', textAt(port, 'port') || '<unset>', textAt(port, 'protocol')]
}

export function describeSlice(page: Page, slice: Fields): void {
  page.field('Name', nameOf(slice))
  page.field('Namespace', namespaceOf(slice))
  page.map('Labels', mapAt(slice, 'metadata', 'labels'))
  page.annotations(slice)
  page.field('AddressType', textAt(slice, 'addressType'))
  const ports = listAt(slice, 'ports')
  if (ports.length === 0) page.line(0, 'Ports: <unset>')
  else {
    page.line(0, 'Ports:')
    page.table(1, ['Name', 'Port', 'Protocol'], ports.map(portRow))
  }
  const endpoints = listAt(slice, 'endpoints')
  if (endpoints.length === 0) return page.line(0, 'Endpoints: <none>')
  page.line(0, 'Endpoints:')
  for (const endpoint of endpoints) describeEndpoint(page, endpoint)
}

function describeEndpoint(page: Page, endpoint: unknown): void {
  page.line(1, `- Addresses:\t${joined(listAt(endpoint, 'addresses'))}`)
  page.line(2, 'Conditions:')
  const ready = textAt(endpoint, 'conditions', 'ready')
  page.field('Ready', ready || '<unset>', 3)
  page.field('Hostname', textAt(endpoint, 'hostname') || '<unset>', 2)
  const target = mapAt(endpoint, 'targetRef')
  if (Object.keys(target).length > 0) page.field('TargetRef', `${textAt(target, 'kind')}/${textAt(target, 'name')}`, 2)
  page.field('NodeName', textAt(endpoint, 'nodeName') || '<unset>', 2)
  page.field('Zone', textAt(endpoint, 'zone') || '<unset>', 2)
  const deprecated = mapAt(endpoint, 'deprecatedTopology')
  if (Object.keys(deprecated).length > 0) page.map('Topology', deprecated, { depth: 2 })
}
