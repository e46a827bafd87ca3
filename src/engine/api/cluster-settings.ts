// Every number of the cluster that a user may turn, in one table. A name is that of the real flag of kube-apiserver,
// kube-controller-manager or kube-proxy; the kubelet and the scheduler are configured by a file, and there it is the field,
// in its own spelling; what is fixed in Kubernetes, or simply as fast as its machine, is named by this playground and starts
// with `sim-`. Defaults are those of Kubernetes v1.34. Durations are milliseconds.

import type { NodeMasks } from '../kernel/ip-block.ts'
import type { SettingEntry } from './setting-types.ts'

export const SETTINGS = {
  // ── when Nodes fail ──
  'node-monitor-grace-period': { group: 'nodes', type: 'duration', value: 50_000, first: true },
  'default-not-ready-toleration-seconds': { group: 'nodes', type: 'seconds', value: 300, first: true },
  'default-unreachable-toleration-seconds': { group: 'nodes', type: 'seconds', value: 300, first: true },
  'node-monitor-period': { group: 'nodes', type: 'duration', value: 5_000, least: 100 },
  'node-startup-grace-period': { group: 'nodes', type: 'duration', value: 60_000 },
  /** The Lease is renewed after a quarter of it. */
  nodeLeaseDurationSeconds: { group: 'nodes', type: 'seconds', value: 40, least: 1 },
  /** How often a kubelet works out its Node's status, and how often it writes it even if nothing changed. */
  nodeStatusUpdateFrequency: { group: 'nodes', type: 'duration', value: 10_000, least: 100 },
  nodeStatusReportFrequency: { group: 'nodes', type: 'duration', value: 300_000, least: 1_000 },
  /** Nodes a second that get the NoExecute taint, for each zone. */
  'node-eviction-rate': { group: 'nodes', type: 'rate', value: 0.1 },
  'secondary-node-eviction-rate': { group: 'nodes', type: 'rate', value: 0.01 },
  'large-cluster-size-threshold': { group: 'nodes', type: 'count', value: 50 },
  'unhealthy-zone-threshold': { group: 'nodes', type: 'fraction', value: 0.55 },
  /** How often the queues of Nodes that wait for it are looked at. */
  'sim-node-taint-period': { group: 'nodes', type: 'duration', value: 100, least: 10 },
  /** Pods that have ended and are kept; 0 keeps all. */
  'terminated-pod-gc-threshold': { group: 'nodes', type: 'count', value: 12_500 },
  'sim-pod-gc-period': { group: 'nodes', type: 'duration', value: 20_000, least: 100 },
  /** How long a Node has to be missing before its Pods are removed. */
  'sim-pod-gc-quarantine': { group: 'nodes', type: 'duration', value: 40_000 },
  /** After what time a drain asks again for a Pod that its disruption budget kept. */
  'sim-drain-retry-period': { group: 'nodes', type: 'duration', value: 5_000, least: 100 },
  /** From power-on to a kubelet that posts status. */
  'sim-node-boot-time': { group: 'nodes', type: 'duration', value: 10_000 },

  // ── EndpointSlices and Endpoints ──
  'max-endpoints-per-slice': { group: 'slices', type: 'count', value: 100, least: 1, most: 1_000, first: true },
  'endpointslice-updates-batch-period': { group: 'slices', type: 'duration', value: 0, first: true },
  'endpoint-updates-batch-period': { group: 'slices', type: 'duration', value: 0 },
  /** So many addresses an Endpoints object holds at the most, over all its subsets. */
  'sim-endpoints-capacity': { group: 'slices', type: 'count', value: 1_000, least: 1 },
  'mirroring-endpointslice-updates-batch-period': { group: 'slices', type: 'duration', value: 0 },
  'mirroring-max-endpoints-per-subset': { group: 'slices', type: 'count', value: 1_000, least: 1, most: 1_000 },
  /** How long a slice that somebody else changed is left alone. */
  'sim-foreign-slice-delay': { group: 'slices', type: 'duration', value: 1_000 },
  /** After a sync that failed: the first wait, which doubles, the longest, and after how many tries it is given up. */
  'sim-endpointslice-back-off': { group: 'slices', type: 'duration', value: 1_000, least: 1 },
  'sim-endpointslice-back-off-max': { group: 'slices', type: 'duration', value: 1_000_000, least: 1 },
  'sim-endpoints-back-off': { group: 'slices', type: 'duration', value: 5, least: 1 },
  'sim-endpoints-back-off-max': { group: 'slices', type: 'duration', value: 1_000_000, least: 1 },
  'sim-mirroring-back-off': { group: 'slices', type: 'duration', value: 1_000, least: 1 },
  'sim-mirroring-back-off-max': { group: 'slices', type: 'duration', value: 100_000, least: 1 },
  'sim-endpoints-retries': { group: 'slices', type: 'count', value: 15 },
  /** How much later than the Endpoints controller the one of EndpointSlices takes up a change of a Pod. */
  'sim-endpointslice-lag': { group: 'slices', type: 'duration', value: 6 },

  // ── the kubelet ──
  'sim-image-pull-time': { group: 'kubelet', type: 'duration', value: 0, first: true },
  /** From SIGTERM until a well-behaved server has answered what it holds and exits. */
  'sim-drain-time': { group: 'kubelet', type: 'duration', value: 200, first: true },
  /** Events a second that a kubelet writes (0: as many as it likes), after so many at once. */
  eventRecordQPS: { group: 'kubelet', type: 'count', value: 50 },
  eventBurst: { group: 'kubelet', type: 'count', value: 100, least: 1 },
  maxPods: { group: 'kubelet', type: 'count', value: 110, least: 1, most: 10_000 },
  /** What a kubelet asks for when its node is shut down, all of it and the last part of it, for critical Pods; 0: nothing. */
  shutdownGracePeriod: { group: 'kubelet', type: 'duration', value: 0, first: true },
  shutdownGracePeriodCriticalPods: { group: 'kubelet', type: 'duration', value: 0 },
  'sim-kubelet-relist-period': { group: 'kubelet', type: 'duration', value: 1_000, least: 10 },
  'sim-kubelet-notice-delay': { group: 'kubelet', type: 'duration', value: 10 },
  'sim-sandbox-time': { group: 'kubelet', type: 'duration', value: 300 },
  'sim-container-start-time': { group: 'kubelet', type: 'duration', value: 200 },
  /** What one write of a Pod's status takes a kubelet, which writes them one after another. */
  'sim-status-write-time': { group: 'kubelet', type: 'duration', value: 10 },

  // ── kube-proxy and DNS ──
  'proxy-mode': {
    group: 'proxy',
    type: 'choice',
    value: 'iptables',
    choices: ['iptables', 'nftables', 'ipvs'],
    first: true,
  },
  'ipvs-scheduler': {
    group: 'proxy',
    type: 'choice',
    value: 'rr',
    choices: ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'sed', 'nq', 'mh'],
    first: true,
  },
  'ipvs-min-sync-period': { group: 'proxy', type: 'duration', value: 0 },
  'iptables-min-sync-period': { group: 'proxy', type: 'duration', value: 1_000, first: true },
  'nftables.minSyncPeriod': { group: 'proxy', type: 'duration', value: 1_000 },
  'dns-ttl-seconds': { group: 'proxy', type: 'seconds', value: 30, first: true },
  /** From an API write to a kube-proxy, and how much of it is chance (0…1); then what writing the rules takes. */
  'sim-proxy-watch-delay': { group: 'proxy', type: 'duration', value: 20 },
  'sim-proxy-watch-jitter': { group: 'proxy', type: 'fraction', value: 0.5 },
  'sim-proxy-sync-time': { group: 'proxy', type: 'duration', value: 30 },
  'cluster-domain': { group: 'proxy', type: 'text', value: 'cluster.local', atStart: true },

  // ── workloads and the scheduler ──
  /** Pods that a controller of kube-controller-manager may create or delete a second, after so many at once; 0: no limit. */
  'kube-api-qps': { group: 'workloads', type: 'rate', value: 20 },
  'kube-api-burst': { group: 'workloads', type: 'count', value: 30, least: 1 },
  /** So many Pods a ReplicaSet makes or removes in one sync. */
  'sim-replicaset-burst': { group: 'workloads', type: 'count', value: 500, least: 1 },
  'sim-daemonset-burst': { group: 'workloads', type: 'count', value: 250, least: 1 },
  /** All controllers look at everything again after between once and twice this. */
  'min-resync-period': { group: 'workloads', type: 'duration', value: 43_200_000, least: 60_000 },
  'sim-schedule-delay': { group: 'workloads', type: 'duration', value: 5 },
  /** What a Pod that fits nowhere waits between attempts: at first, and at most. */
  podInitialBackoffSeconds: { group: 'workloads', type: 'seconds', value: 1 },
  podMaxBackoffSeconds: { group: 'workloads', type: 'seconds', value: 10 },
  /** After this it is tried again even if nothing happened that could help it. */
  'pod-max-in-unschedulable-pods-duration': { group: 'workloads', type: 'duration', value: 300_000, least: 1_000 },

  // ── the API server, and what all its clients do ──
  /** How long an Event is kept after it was last written. */
  'event-ttl': { group: 'api', type: 'duration', value: 3_600_000, least: 1_000 },
  /** From so many different messages on within that time, events about one object for one reason are combined. */
  'sim-event-similar-max': { group: 'api', type: 'count', value: 10, least: 1, most: 1_000 },
  'sim-event-similar-window': { group: 'api', type: 'duration', value: 600_000 },
  /** So many events a component may write about one object, and then one each period. */
  'sim-event-burst': { group: 'api', type: 'count', value: 25, least: 1 },
  'sim-event-refill-period': { group: 'api', type: 'duration', value: 300_000, least: 1_000 },
  /** One block, or two of different families with a comma between, the primary one first; so `cluster-cidr`. */
  'service-cluster-ip-range': { group: 'api', type: 'text', value: '10.96.0.0/16', atStart: true },
  'service-node-port-range': { group: 'api', type: 'text', value: '30000-32767', atStart: true },
  'cluster-cidr': { group: 'api', type: 'text', value: '10.244.0.0/16', atStart: true },
  /** How much of it each Node gets. */
  'node-cidr-mask-size-ipv4': { group: 'api', type: 'count', value: 24, least: 8, most: 30, atStart: true },
  'node-cidr-mask-size-ipv6': { group: 'api', type: 'count', value: 64, least: 16, most: 126, atStart: true },

  // ── this playground ──
  /** What a load balancer takes to give a Service its address. */
  'sim-load-balancer-time': { group: 'playground', type: 'duration', value: 2_000 },
  /** Mean time a server takes to answer one request. */
  'sim-service-time': { group: 'playground', type: 'duration', value: 4, first: true },
  /** One way between two Pods on one node, and on two nodes. */
  'sim-latency-same-node': { group: 'playground', type: 'duration', value: 0.1 },
  'sim-latency-cross-node': { group: 'playground', type: 'duration', value: 0.5 },
  /** From an API write to the handler of a controller's watch, and from there to its worker. */
  'sim-watch-delay': { group: 'playground', type: 'duration', value: 1 },
  'sim-sync-delay': { group: 'playground', type: 'duration', value: 1 },
} as const satisfies { readonly [name: string]: SettingEntry }

export type SettingName = keyof typeof SETTINGS

/** Each setting with what it holds. */
export type ClusterSettings = {
  readonly [K in SettingName]: (typeof SETTINGS)[K] extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : (typeof SETTINGS)[K]['type'] extends 'text'
      ? string
      : number
}

/** A setting that holds a number. */
export type NumberSetting = { [K in SettingName]: ClusterSettings[K] extends number ? K : never }[SettingName]

export const DEFAULT_SETTINGS = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, { value }]) => [name, value]),
) as unknown as ClusterSettings

/** What `--dual-stack` means: both ranges of the cluster have an IPv6 block beside the usual one. */
export const DUAL_STACK_SETTINGS: Pick<ClusterSettings, 'service-cluster-ip-range' | 'cluster-cidr'> = {
  'service-cluster-ip-range': `${DEFAULT_SETTINGS['service-cluster-ip-range']},fd00:10:96::/112`,
  'cluster-cidr': `${DEFAULT_SETTINGS['cluster-cidr']},fd00:10:244::/48`,
}

/** How large the podCIDRs of a Node are. */
export function nodeMasks(settings: ClusterSettings): NodeMasks {
  return { ipv4: settings['node-cidr-mask-size-ipv4'], ipv6: settings['node-cidr-mask-size-ipv6'] }
}
