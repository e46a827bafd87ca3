// What a cluster holds before anybody applies anything: the namespaces, the API server's own Service and, unless the
// cluster is to be empty, cluster DNS; and how the Nodes that the playground runs itself are written. Neither Service
// has Pods here: the control plane's own address stands behind both.

import { HOSTNAME_LABEL, SIMULATED_ANNOTATION, ZONE_LABEL, type Node } from './api/node/node.ts'
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL, type EndpointPort } from './api/endpointslice/endpointslice.ts'
import type { Kind, KindMap } from './api/kind-registry.ts'
import type { Draft } from './api/meta.ts'
import type { ServicePort } from './api/service/service.ts'
import { invariant } from './kernel/invariant.ts'
import type { StoreClient } from './store/client.ts'

/** Where the API server and cluster DNS run: outside every Node of the cluster. */
export const CONTROL_PLANE_IP = '172.18.0.2'
export const API_SERVER_CLUSTER_IP = '10.96.0.1'
export const DNS_CLUSTER_IP = '10.96.0.10'

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system']
const ZONES = ['zone-a', 'zone-b', 'zone-c']
const NODE_RESOURCES = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '64Gi' }

/** Writes the default namespaces, `default/kubernetes` and, unless `empty`, `kube-system/kube-dns`. */
export function writeDefaults(client: StoreClient, empty: boolean): void {
  for (const name of NAMESPACES) must(client, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  writeControlPlaneService(client, 'default', 'kubernetes', API_SERVER_CLUSTER_IP, [
    { name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 },
  ])
  if (empty) return
  writeControlPlaneService(client, 'kube-system', 'kube-dns', DNS_CLUSTER_IP, [
    { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
    { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
  ])
}

/**
 * The `index`-th simulated Node, from 1: `n1` at 172.18.0.11 with 10.244.1.0/24 in zone-a. Addresses go on past .255, and
 * podCIDRs are the blocks of `cluster-cidr` in order, one of each family.
 */
export function simulatedNode(index: number, podCIDRs: readonly string[], maxPods: number): Draft<Node> {
  const name = `n${index}`
  const host = 10 + index
  const resources = { ...NODE_RESOURCES, pods: String(maxPods) }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        [HOSTNAME_LABEL]: name,
        'beta.kubernetes.io/os': 'linux',
        'beta.kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        [ZONE_LABEL]: ZONES[(index - 1) % ZONES.length] as string,
      },
      annotations: { [SIMULATED_ANNOTATION]: 'true' },
    },
    spec: { podCIDR: podCIDRs[0], podCIDRs },
    status: {
      addresses: [
        { type: 'InternalIP', address: `172.18.${host >> 8}.${host & 255}` },
        { type: 'Hostname', address: name },
      ],
      capacity: resources,
      allocatable: resources,
    },
  }
}

function writeControlPlaneService(
  client: StoreClient,
  namespace: string,
  name: string,
  clusterIP: string,
  ports: readonly ServicePort[],
): void {
  must(client, 'Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: name === 'kubernetes' ? { component: 'apiserver', provider: 'kubernetes' } : { 'k8s-app': name },
    },
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports },
  })
  const slicePorts: EndpointPort[] = ports.map(port => ({
    name: port.name,
    protocol: port.protocol,
    port: Number(port.targetPort),
  }))
  must(client, 'Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [
      {
        addresses: [{ ip: CONTROL_PLANE_IP }],
        ports: slicePorts.map(port => ({ name: port.name, port: port.port ?? 0, protocol: port.protocol })),
      },
    ],
  })
  must(client, 'EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { [SERVICE_NAME_LABEL]: name, [MANAGED_BY_LABEL]: 'control-plane' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [CONTROL_PLANE_IP], conditions: { ready: true } }],
    ports: slicePorts,
  })
}

function must<K extends Kind>(client: StoreClient, kind: K, object: Draft<KindMap[K]>): void {
  const made = client.create(kind, object)
  invariant(made.ok, `a default object was refused: ${made.ok ? '' : made.status.message}`)
}
