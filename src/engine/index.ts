// The engine's one door.

export { createCluster, restoreCluster, type Cluster, type ClusterOptions } from './cluster.ts'
export { apiOf, describeApi, replay } from './cluster-api.ts'
export type { ClusterCommand, CommandOutcome, ExecutableCommand, LoggedCommand, ScalableKind } from './commands.ts'
export { SETTINGS, type ClusterSettings } from './api/cluster-settings.ts'
export { settingBounds, type SettingEntry } from './api/setting-types.ts'
export { readSettings, settingText } from './api/setting-values.ts'
export type { DaemonSet } from './api/daemonset/daemonset.ts'
export type { Deployment } from './api/deployment/deployment.ts'
export type { Endpoints } from './api/endpoints/endpoints.ts'
export {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type Endpoint,
  type EndpointSlice,
} from './api/endpointslice/endpointslice.ts'
export type { Event } from './api/event/event.ts'
export { KINDS, type AnyObject, type Kind, type KindMap } from './api/kind-registry.ts'
export type { Lease } from './api/lease/lease.ts'
export { isSimulated, ZONE_LABEL, type Node } from './api/node/node.ts'
export type { Pod } from './api/pod/pod.ts'
export type { ReplicaSet } from './api/replicaset/replicaset.ts'
export type { StatefulSet } from './api/statefulset/statefulset.ts'
export type { Service } from './api/service/service.ts'
export { readFault, type FaultSpec } from './api/fault-spec.ts'
export type { TrafficSpec } from './api/workload-spec.ts'
export type { Machine, PodProcess, WorldChange } from './apps/world.ts'
export {
  IPVS_SCHEDULERS,
  PROXY_MODES,
  recordData,
  type DnsAnswer,
  type DnsQuestion,
  type DnsRecord,
  type DnsType,
  type IPFamily,
  type IpvsScheduler,
  type ProxyMode,
  type RulesForm,
} from './dataplane/index.ts'
export {
  concerns,
  DecisionLog,
  serviceEmptyReason,
  type LoggedDecision,
  type EndpointVerdict,
} from './explain/index.ts'
export { canonicalJson, compareText, sameJson } from './kernel/json.ts'
export { parseTimestamp } from './kernel/timestamp.ts'
export type { ClientMetrics, Metrics } from './metrics/index.ts'
export type {
  ApiBody,
  ApiDoor,
  ApiRequest,
  ApiResponse,
  ApiStream,
  ApiWatch,
  ManifestOutcome,
  OpenApi,
  OpenApiSchema,
  SchemasByName,
  StreamInput,
  StreamOutput,
} from './rest/index.ts'
export type { StoreClient, WatchEvent } from './store/client.ts'
export type { Fault, FaultNews, TrafficClient, TripHop, TripReport, TripRequest } from './traffic/index.ts'
export type { TripRecord } from './traffic/trip.ts'
