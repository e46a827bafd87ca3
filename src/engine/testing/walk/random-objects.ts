// Objects for random worlds: valid ones of every kind that the controllers look at, in as many shapes as a draw gives. Names
// come from small sets, so that a later step of a walk finds, changes and deletes what an earlier one made. Left out: objects
// that the API server would refuse, which api-fuzz.test.ts sends.

import type { Container, Pod, PodSpec, PodTemplateSpec } from '../../api/pod/pod.ts'
import type { Kind, KindMap } from '../../api/kind-registry.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import { ZONE_LABEL } from '../../api/node/node.ts'
import type { ServicePort, ServiceSpec } from '../../api/service/service.ts'
import { nodeBlocks } from '../../kernel/ip-block.ts'
import { simulatedNode } from '../controller-fixture.ts'

/** A whole number in [0, below). */
export type Draw = (below: number) => number

/** Where the objects of a walk are. */
export const NAMESPACES = ['default', 'team'] as const

export function oneOf<T>(draw: Draw, items: readonly T[]): T {
  return items[draw(items.length)] as T
}

/** True once in so many draws. */
export function onceIn(draw: Draw, times: number): boolean {
  return draw(times) === 0
}

export function randomLabels(draw: Draw): Labels {
  const app = oneOf(draw, ['a', 'b'])
  return onceIn(draw, 3) ? { app, tier: oneOf(draw, ['x', 'y']) } : { app }
}

const SERVICE_PORTS: readonly (readonly ServicePort[])[] = [
  [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
  [{ name: 'web', protocol: 'TCP', port: 80, targetPort: 'http' }],
  [
    { name: 'web', protocol: 'TCP', port: 80, targetPort: 'http', appProtocol: 'http' },
    { name: 'metrics', protocol: 'TCP', port: 9100, targetPort: 9100 },
  ],
  [
    { name: 'dns', protocol: 'UDP', port: 53, targetPort: 'dns' },
    { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 8080 },
  ],
]

/** A Service with a selector, without one, or a mere name; of any type, policy and family that the cluster has. */
export function randomService(
  draw: Draw,
  name: string,
  namespace: string,
  dualStack: boolean,
): Draft<KindMap['Service']> {
  const headless = onceIn(draw, 4)
  const type = headless ? 'ClusterIP' : oneOf(draw, ['ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer'] as const)
  const ports = headless && onceIn(draw, 3) ? undefined : oneOf(draw, SERVICE_PORTS)
  const selector = onceIn(draw, 6) ? undefined : randomLabels(draw)
  const spec: ServiceSpec = {
    type,
    ports,
    selector,
    clusterIP: headless ? 'None' : undefined,
    publishNotReadyAddresses: onceIn(draw, 4) || undefined,
    trafficDistribution: onceIn(draw, 4) ? oneOf(draw, ['PreferClose', 'PreferSameZone', 'PreferSameNode']) : undefined,
    ipFamilyPolicy: dualStack
      ? oneOf(draw, ['SingleStack', 'PreferDualStack', 'RequireDualStack'] as const)
      : undefined,
    sessionAffinity: onceIn(draw, 5) ? 'ClientIP' : undefined,
  }
  const named = onceIn(draw, 12)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: onceIn(draw, 3) ? { team: oneOf(draw, ['red', 'blue']) } : undefined,
      annotations: onceIn(draw, 5) ? { 'service.kubernetes.io/topology-mode': 'Auto' } : undefined,
    },
    spec: named ? { type: 'ExternalName', externalName: 'example.com' } : spec,
  }
}

function randomContainer(draw: Draw): Container {
  const http = { name: 'http', containerPort: oneOf(draw, [8080, 8080, 9090]), protocol: 'TCP' as const }
  const dns = { name: 'dns', containerPort: 5353, protocol: 'UDP' as const }
  const probe = { httpGet: { path: '/readyz', port: http.containerPort }, periodSeconds: oneOf(draw, [1, 5, 10]) }
  const broken = { tcpSocket: { port: 7 }, periodSeconds: 5 }
  return {
    name: 'app',
    image: oneOf(draw, ['nginx:1', 'nginx:2', 'registry.k8s.io/e2e-test-images/agnhost:2.53']),
    ports: onceIn(draw, 3) ? [http, dns] : [http],
    readinessProbe: onceIn(draw, 10) ? broken : onceIn(draw, 2) ? probe : undefined,
    livenessProbe: onceIn(draw, 20) ? broken : undefined,
    startupProbe: onceIn(draw, 8) ? { ...probe, failureThreshold: 5 } : undefined,
    lifecycle: onceIn(draw, 8) ? { preStop: { sleep: { seconds: oneOf(draw, [1, 4]) } } } : undefined,
  }
}

function randomPodSpec(draw: Draw): PodSpec {
  return {
    containers: [randomContainer(draw)],
    terminationGracePeriodSeconds: oneOf(draw, [0, 1, 5, 30]),
    tolerations: onceIn(draw, 6)
      ? [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }]
      : undefined,
  }
}

export function randomTemplate(draw: Draw, labels: Labels): PodTemplateSpec {
  return { metadata: { labels: { ...randomLabels(draw), ...labels } }, spec: randomPodSpec(draw) }
}

/** A Pod that nobody owns: for the scheduler, or on a Node that nobody runs, where the walk itself writes its status. */
export function randomPod(draw: Draw, name: string, namespace: string): Draft<Pod> {
  const spec = randomPodSpec(draw)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: randomLabels(draw) },
    spec: {
      ...spec,
      nodeName: onceIn(draw, 2) ? oneOf(draw, ['x1', 'x2', 'nowhere']) : undefined,
      hostname: onceIn(draw, 3) ? name : undefined,
      subdomain: onceIn(draw, 3) ? 's0' : undefined,
      restartPolicy: oneOf(draw, ['Always', 'Always', 'Never'] as const),
    },
  }
}

/** What the kubelet of such a Node might write. */
export function randomPodStatus(draw: Draw, dualStack: boolean): NonNullable<Pod['status']> {
  // Hardly ever the same address twice: that a Pod ended while nothing else changed queues no Service.
  const host = 2 + draw(250)
  const ips = [
    { ip: `10.250.${draw(250)}.${host}` },
    ...(dualStack && draw(3) > 0 ? [{ ip: `fd00:250::${draw(65_000).toString(16)}:${host.toString(16)}` }] : []),
  ]
  const ready = oneOf(draw, ['True', 'False'] as const)
  return {
    phase: oneOf(draw, ['Running', 'Running', 'Running', 'Pending', 'Succeeded', 'Failed'] as const),
    podIP: ips[0]?.ip,
    podIPs: ips,
    conditions: [{ type: 'Ready', status: ready, lastTransitionTime: `2026-01-01T00:${10 + draw(40)}:00Z` }],
  }
}

type Workload = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet'

export function randomWorkload<K extends Workload>(
  draw: Draw,
  kind: K,
  name: string,
  namespace: string,
): Draft<KindMap[K]> {
  const own = { of: `${kind}-${name}`.toLowerCase() }
  const specs: { readonly [W in Workload]: () => object } = {
    Deployment: () => ({
      replicas: draw(5),
      strategy: onceIn(draw, 4)
        ? { type: 'Recreate' }
        : {
            type: 'RollingUpdate',
            rollingUpdate: {
              maxSurge: oneOf(draw, [1, 2, '25%', '100%']),
              maxUnavailable: oneOf(draw, [0, 1, '25%', '50%']),
            },
          },
      minReadySeconds: onceIn(draw, 4) ? 3 : undefined,
      revisionHistoryLimit: oneOf(draw, [0, 1, 10]),
      progressDeadlineSeconds: onceIn(draw, 3) ? 30 : undefined,
    }),
    StatefulSet: () => ({
      replicas: draw(4),
      serviceName: oneOf(draw, ['s0', 's1']),
      podManagementPolicy: oneOf(draw, ['OrderedReady', 'OrderedReady', 'Parallel']),
      updateStrategy: onceIn(draw, 4)
        ? { type: 'OnDelete' }
        : { type: 'RollingUpdate', rollingUpdate: { partition: draw(2) } },
      minReadySeconds: onceIn(draw, 4) ? 2 : undefined,
    }),
    DaemonSet: () => ({
      updateStrategy: onceIn(draw, 3)
        ? { type: 'OnDelete' }
        : {
            type: 'RollingUpdate',
            rollingUpdate: onceIn(draw, 2)
              ? { maxSurge: 1, maxUnavailable: 0 }
              : { maxUnavailable: oneOf(draw, [1, '50%']) },
          },
    }),
    ReplicaSet: () => ({ replicas: draw(4), minReadySeconds: onceIn(draw, 4) ? 3 : undefined }),
  }
  // A bare ReplicaSet adopts what it finds.
  const matchLabels = kind === 'ReplicaSet' ? { app: oneOf(draw, ['a', 'b']) } : own
  const spec = { ...specs[kind](), selector: { matchLabels }, template: randomTemplate(draw, matchLabels) }
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace }, spec } as unknown as Draft<KindMap[K]>
}

export function randomBudget(draw: Draw, name: string, namespace: string): Draft<KindMap['PodDisruptionBudget']> {
  const spec = onceIn(draw, 2)
    ? { minAvailable: oneOf(draw, [1, 2, '50%']) }
    : { maxUnavailable: oneOf(draw, [0, 1, '40%']) }
  const policy = onceIn(draw, 3) ? ('AlwaysAllow' as const) : undefined
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace },
    spec: { ...spec, selector: { matchLabels: randomLabels(draw) }, unhealthyPodEvictionPolicy: policy },
  }
}

/** Endpoints as people write them, for the Service of that name. */
export function randomEndpoints(draw: Draw, name: string, namespace: string): Draft<KindMap['Endpoints']> {
  const address = (): { readonly ip: string } => ({ ip: `192.0.2.${1 + draw(20)}` })
  const addresses = [...new Map(Array.from({ length: 1 + draw(5) }, address).map(one => [one.ip, one])).values()]
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: onceIn(draw, 5) ? { 'endpointslice.kubernetes.io/skip-mirror': 'true' } : { by: 'hand' },
    },
    subsets: [
      {
        ...(onceIn(draw, 4) ? { notReadyAddresses: addresses } : { addresses }),
        ports: [{ name: 'web', port: oneOf(draw, [80, 8080]), protocol: 'TCP' }],
      },
    ],
  }
}

/** A slice by hand for a Service; one in three claims to be the controller's own. */
export function randomSlice(draw: Draw, name: string, namespace: string): Draft<KindMap['EndpointSlice']> {
  const managedBy = onceIn(draw, 3) ? 'endpointslice-controller.k8s.io' : 'somebody'
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace,
      labels: {
        'kubernetes.io/service-name': `s${draw(4)}`,
        'endpointslice.kubernetes.io/managed-by': managedBy,
      },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [`198.51.100.${1 + draw(9)}`], conditions: { ready: true } }],
    ports: [{ name: 'web', protocol: 'TCP', port: 8080 }],
  }
}

/** A Node that somebody else runs, and to which nothing is scheduled. Its zone follows from its name, since a zone is read when an endpoint is written. */
export function foreignNode(name: string): Draft<KindMap['Node']> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, [ZONE_LABEL]: `zone-${name}` } },
    spec: { unschedulable: true },
    status: {},
  }
}

/** A Node that is simulated, the first one of its name or one that comes back, with a block of each family. */
export function nodeOf(index: number, clusterCidr: string): Draft<KindMap['Node']> {
  const node = simulatedNode(index)
  const podCIDRs = nodeBlocks(clusterCidr, index, { ipv4: 24, ipv6: 64 }) ?? []
  return { ...node, spec: { podCIDR: podCIDRs[0], podCIDRs } }
}

type Propagation = 'Background' | 'Foreground' | 'Orphan'
export const PROPAGATIONS: readonly Propagation[] = ['Background', 'Background', 'Foreground', 'Orphan']

/** Kinds whose objects a walk deletes by name. */
export const DELETED_KINDS: readonly Kind[] = [
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'PodDisruptionBudget',
  'Endpoints',
  'EndpointSlice',
]
