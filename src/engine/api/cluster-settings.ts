// Every number of the cluster that a user may turn, under the name of the real flag where there is one. Defaults are
// those of Kubernetes v1.34; names that start with `sim-` are choices of this playground, since there the real thing is
// simply as fast as its machine. Times are milliseconds.

export interface ClusterSettings {
  readonly 'node-monitor-period': number
  readonly 'node-monitor-grace-period': number
  readonly 'node-startup-grace-period': number
  readonly 'node-lease-duration': number
  readonly 'node-lease-renew-interval': number
  readonly 'node-status-report-frequency': number
  /** Nodes a second that get the NoExecute taint, for each zone. */
  readonly 'node-eviction-rate': number
  readonly 'secondary-node-eviction-rate': number
  readonly 'large-cluster-size-threshold': number
  readonly 'unhealthy-zone-threshold': number
  readonly 'default-not-ready-toleration-seconds': number
  readonly 'default-unreachable-toleration-seconds': number
  readonly 'max-endpoints-per-slice': number
  readonly 'endpointslice-updates-batch-period': number
  readonly 'endpoint-updates-batch-period': number
  readonly 'mirroring-max-endpoints-per-subset': number
  readonly 'max-pods': number
  readonly 'iptables-min-sync-period': number
  /** One block, or two of different families with a comma between, the primary one first; so `cluster-cidr`. */
  readonly 'service-cluster-ip-range': string
  readonly 'service-node-port-range': string
  readonly 'cluster-cidr': string
  readonly 'cluster-domain': string
  readonly 'dns-ttl-seconds': number
  /** From an API write to the handler of a controller's watch, and from there to its worker. */
  readonly 'sim-watch-delay': number
  readonly 'sim-sync-delay': number
  /** How much later than the Endpoints controller the one of EndpointSlices takes up a change of a Pod. */
  readonly 'sim-endpointslice-lag': number
  /** From an API write to a kube-proxy, and how much of it is chance (0…1); then what writing the rules takes. */
  readonly 'sim-proxy-watch-delay': number
  readonly 'sim-proxy-watch-jitter': number
  readonly 'sim-proxy-sync-time': number
  readonly 'sim-schedule-delay': number
  readonly 'sim-kubelet-notice-delay': number
  readonly 'sim-sandbox-time': number
  readonly 'sim-image-pull-time': number
  readonly 'sim-container-start-time': number
  /** From SIGTERM until a well-behaved server has answered what it holds and exits. */
  readonly 'sim-drain-time': number
  /** From power-on to a kubelet that posts status. */
  readonly 'sim-node-boot-time': number
  readonly 'kubelet-relist-period': number
  /** What one write of a Pod's status takes a kubelet, which writes them one after another. */
  readonly 'sim-status-write-time': number
  /** One way between two Pods on one node, and on two nodes. */
  readonly 'sim-latency-same-node': number
  readonly 'sim-latency-cross-node': number
  /** Mean time a server takes to answer one request. */
  readonly 'sim-service-time': number
}

export type SettingName = keyof ClusterSettings

export const DEFAULT_SETTINGS: ClusterSettings = {
  'node-monitor-period': 5_000,
  'node-monitor-grace-period': 50_000,
  'node-startup-grace-period': 60_000,
  'node-lease-duration': 40_000,
  'node-lease-renew-interval': 10_000,
  'node-status-report-frequency': 300_000,
  'node-eviction-rate': 0.1,
  'secondary-node-eviction-rate': 0.01,
  'large-cluster-size-threshold': 50,
  'unhealthy-zone-threshold': 0.55,
  'default-not-ready-toleration-seconds': 300,
  'default-unreachable-toleration-seconds': 300,
  'max-endpoints-per-slice': 100,
  'endpointslice-updates-batch-period': 0,
  'endpoint-updates-batch-period': 0,
  'mirroring-max-endpoints-per-subset': 1000,
  'max-pods': 110,
  'iptables-min-sync-period': 1_000,
  'service-cluster-ip-range': '10.96.0.0/16',
  'service-node-port-range': '30000-32767',
  'cluster-cidr': '10.244.0.0/16',
  'cluster-domain': 'cluster.local',
  'dns-ttl-seconds': 30,
  'sim-watch-delay': 1,
  'sim-sync-delay': 1,
  'sim-endpointslice-lag': 6,
  'sim-proxy-watch-delay': 20,
  'sim-proxy-watch-jitter': 0.5,
  'sim-proxy-sync-time': 30,
  'sim-schedule-delay': 5,
  'sim-kubelet-notice-delay': 10,
  'sim-sandbox-time': 300,
  'sim-image-pull-time': 0,
  'sim-container-start-time': 200,
  'sim-drain-time': 200,
  'sim-node-boot-time': 10_000,
  'kubelet-relist-period': 1_000,
  'sim-status-write-time': 10,
  'sim-latency-same-node': 0.1,
  'sim-latency-cross-node': 0.5,
  'sim-service-time': 4,
}

/** What `--dual-stack` means: both ranges of the cluster have an IPv6 block beside the usual one. */
export const DUAL_STACK_SETTINGS: Pick<ClusterSettings, 'service-cluster-ip-range' | 'cluster-cidr'> = {
  'service-cluster-ip-range': `${DEFAULT_SETTINGS['service-cluster-ip-range']},fd00:10:96::/112`,
  'cluster-cidr': `${DEFAULT_SETTINGS['cluster-cidr']},fd00:10:244::/48`,
}
