// Services, EndpointSlices, Nodes and Pods for tests, from a short notation. A row of a slice is written as
// `10.244.1.5 @node-1 unready serving terminating host=web-0 zone=zone-a node-hint=node-1 pod=my-app-1`: an address, then what is said of it.

import {
  SERVICE_NAME_LABEL,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
} from '../api/endpointslice/endpointslice.ts'
import { SIMULATED_ANNOTATION, ZONE_LABEL, type Node } from '../api/node/node.ts'
import type { Pod } from '../api/pod/pod.ts'
import type { Service, ServiceSpec, ServiceStatus } from '../api/service/service.ts'

const BORN = '2026-01-01T00:00:00Z'

function meta(name: string, namespace: string | undefined, labels?: { readonly [key: string]: string }) {
  return { name, namespace, uid: `uid-${name}`, resourceVersion: '', creationTimestamp: BORN, labels }
}

/** `default/my-service` at 10.96.0.100, one unnamed TCP port 80 → 9376, unless the parts say otherwise. */
export function testService(spec: Partial<ServiceSpec> = {}, name = 'my-service', status?: ServiceStatus): Service {
  const clusterIP = spec.clusterIP ?? '10.96.0.100'
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name, 'default'),
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ protocol: 'TCP', port: 80, targetPort: 9376 }],
      selector: { app: 'MyApp' },
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ...spec,
    },
    status: status ?? { loadBalancer: {} },
  }
}

export interface SliceParts {
  readonly name?: string
  readonly service?: string
  readonly ports?: readonly EndpointPort[]
  readonly addressType?: EndpointSlice['addressType']
  readonly labels?: { readonly [key: string]: string }
}

/** A slice of `my-service` with the unnamed port 9376, unless the parts say otherwise. */
export function testSlice(rows: readonly string[], parts: SliceParts = {}): EndpointSlice {
  const service = parts.service ?? 'my-service'
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta(parts.name ?? `${service}-abcde`, 'default', { [SERVICE_NAME_LABEL]: service, ...parts.labels }),
    addressType: parts.addressType ?? 'IPv4',
    endpoints: rows.map(testEndpoint),
    ports: parts.ports ?? [{ name: '', protocol: 'TCP', port: 9376 }],
  }
}

function testEndpoint(row: string): Endpoint {
  const [address = '', ...words] = row.split(' ').filter(word => word !== '')
  const value = (key: string): string | undefined =>
    words.find(word => word.startsWith(`${key}=`))?.slice(key.length + 1)
  const terminating = words.includes('terminating')
  const unready = words.includes('unready') || terminating
  const pod = value('pod')
  const zone = value('zone')
  const node = value('node-hint')
  const hints =
    zone === undefined && node === undefined
      ? undefined
      : {
          forZones: zone === undefined ? undefined : [{ name: zone }],
          forNodes: node === undefined ? undefined : [{ name: node }],
        }
  return {
    addresses: [address],
    conditions: {
      ready: !unready || words.includes('ready'),
      serving: !unready || words.includes('serving'),
      terminating,
    },
    nodeName: words.find(word => word.startsWith('@'))?.slice(1),
    hostname: value('host'),
    targetRef: pod === undefined ? undefined : { kind: 'Pod', namespace: 'default', name: pod },
    hints,
  }
}

/** `node-2`: InternalIP 172.18.0.12, podCIDR 10.244.2.0/24, simulated. */
export function testNode(index: number, zone = ''): Node {
  const name = `node-${index}`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      ...meta(name, undefined, zone === '' ? {} : { [ZONE_LABEL]: zone }),
      annotations: { [SIMULATED_ANNOTATION]: 'true' },
    },
    spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`] },
    status: { addresses: [{ type: 'InternalIP', address: `172.18.0.${10 + index}` }] },
  }
}

/** A Pod of `app: MyApp` that runs and is ready, unless the parts say otherwise. */
export function testPod(
  name: string,
  parts: {
    readonly metadata?: Partial<Pod['metadata']>
    readonly spec?: Partial<Pod['spec']>
    readonly status?: Partial<NonNullable<Pod['status']>>
  } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta(name, 'default', { app: 'MyApp' }), ...parts.metadata },
    spec: { containers: [{ name: 'main', ports: [{ containerPort: 9376 }] }], nodeName: 'node-1', ...parts.spec },
    status: { phase: 'Running', podIP: '10.244.1.5', conditions: [{ type: 'Ready', status: 'True' }], ...parts.status },
  }
}
