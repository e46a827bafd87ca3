// What the user interface is told about the cluster: small, flat projections of API objects and of the ground truth,
// never the objects themselves. Every view has an id, unique over all kinds: `Pod/default/my-app-…-x8k2p`, `Node//n1`,
// `Client//frontend-1`. Times ending in Ms are virtual milliseconds since the start.

/** `Kind/namespace/name`; the namespace is empty for Node, Client and Outside. */
export type ViewId = string

export type ConditionStatus = 'True' | 'False' | 'Unknown'

export interface NodeView {
  readonly kind: 'Node'
  readonly id: ViewId
  readonly namespace: ''
  readonly name: string
  /** '' when the Node has no zone label. */
  readonly zone: string
  readonly internalIP: string
  readonly podCIDR: string
  readonly podCapacity: number
  /** The Ready condition as the API server has it. */
  readonly ready: ConditionStatus
  /** When the Ready condition last changed. */
  readonly readySinceMs: number
  readonly cordoned: boolean
  /** `key:effect`, in the order of the object. */
  readonly taints: readonly string[]
  /** Renewal time of its Lease, or null when it has none. */
  readonly leaseRenewMs: number | null
  readonly simulated: boolean
  /** The truth, whatever the API says: whether the machine has power, and since when. */
  readonly power: boolean
  readonly powerSinceMs: number
  /** When the first of its Pods will be evicted by taint, or null when no timer runs. */
  readonly evictsAtMs: number | null
}

export interface PodView {
  readonly kind: 'Pod'
  readonly id: ViewId
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** 0, 1, 2 …: the order in which Pods came to be; the hue is this modulo ten. */
  readonly hue: number
  readonly createdMs: number
  /** The workload a reader would name (`Deployment/my-app`, past its ReplicaSet), or null. */
  readonly owner: { readonly kind: string; readonly name: string } | null
  /** '' until scheduled. */
  readonly node: string
  /** '' until it has one. */
  readonly ip: string
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  /** What kubectl's STATUS column says: `Running`, `ContainerCreating`, `Terminating`, `Evicted`, … */
  readonly status: string
  readonly ready: boolean
  readonly restarts: number
  readonly terminating: boolean
  /** When its grace ends, while terminating. */
  readonly graceEndsMs: number | null
  readonly labels: { readonly [key: string]: string }
  /** The truth: its process lives and its machine has power. */
  readonly alive: boolean
  /** A fault holds its readiness down. */
  readonly readinessFails: boolean
}

export interface ServicePortView {
  readonly name: string
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly port: number
  /** A number or a port name, as text. */
  readonly targetPort: string
  readonly nodePort: number | null
}

export interface ServiceView {
  readonly kind: 'Service'
  readonly id: ViewId
  readonly namespace: string
  readonly name: string
  readonly createdMs: number
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  /** An address, 'None' for headless, '' for ExternalName. */
  readonly clusterIP: string
  readonly externalName: string
  readonly ports: readonly ServicePortView[]
  /** null when the Service has no selector. */
  readonly selector: { readonly [key: string]: string } | null
  /** Addresses that a load balancer gave; empty while pending. */
  readonly ingress: readonly string[]
  /** Full name: `my-service.default.svc.cluster.local`. */
  readonly dnsName: string
  readonly endpoints: number
  readonly readyEndpoints: number
  /** Why nobody answers, when readyEndpoints is 0 and the Service is not an ExternalName; else null. */
  readonly emptyReason: 'no-pod-matches' | 'none-ready' | 'no-endpoints-by-hand' | null
}

export interface EndpointView {
  readonly address: string
  /** As the condition is to be read: nil counts as ready, as serving and as not terminating. */
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly node: string
  readonly zone: string
  /** Id of the Pod it stands for, or null for an address that is no Pod. */
  readonly pod: ViewId | null
}

export interface SliceView {
  readonly kind: 'EndpointSlice'
  readonly id: ViewId
  readonly namespace: string
  readonly name: string
  readonly createdMs: number
  /** Id of the Service it belongs to by label, or null. */
  readonly service: ViewId | null
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly ports: readonly {
    readonly name: string
    readonly protocol: 'TCP' | 'UDP' | 'SCTP'
    readonly port: number | null
  }[]
  readonly managedBy: string
  /** Written by the mirroring controller from an Endpoints object. */
  readonly mirrored: boolean
  readonly endpoints: readonly EndpointView[]
  /** The cap in force: 100 unless the setting says otherwise. */
  readonly maxEndpoints: number
}

/** An Endpoints object that somebody wrote by hand (one that a controller keeps is not shown). */
export interface EndpointsView {
  readonly kind: 'Endpoints'
  readonly id: ViewId
  readonly namespace: string
  readonly name: string
  readonly addresses: readonly string[]
}

export interface WorkloadView {
  readonly kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet'
  readonly id: ViewId
  readonly namespace: string
  readonly name: string
  /** Wanted, existing, ready. */
  readonly replicas: number
  readonly currentReplicas: number
  readonly readyReplicas: number
  /** Whether a Deployment stands above it (then the graph need not name it). */
  readonly owned: boolean
}

export interface ClientView {
  readonly kind: 'Client'
  readonly id: ViewId
  readonly namespace: ''
  readonly name: string
  readonly node: string
  readonly ip: string
  /** As typed: `my-service`, or an address. */
  readonly to: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  /** Requests a second. */
  readonly rate: number
  /** Id of the Service that `to` names, or null. */
  readonly service: ViewId | null
  /** Set when `to` is a Pod's address and not a Service's: this client keeps an IP of its own. */
  readonly keptIP: string | null
  readonly keptPod: ViewId | null
  /** False while its Node is dead. */
  readonly alive: boolean
}

export type View = NodeView | PodView | ServiceView | SliceView | EndpointsView | WorkloadView | ClientView
export type ViewKind = View['kind']

/** What happened to requests, in whole numbers since the start. */
export interface PodTotals {
  readonly pod: ViewId
  readonly ok: number
  readonly failed: number
}

export interface RequestTotals {
  readonly sent: number
  readonly ok: number
  readonly failed: number
  readonly byCause: { readonly [cause: string]: number }
  /** Latency of answered requests so far; null while there are none. */
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number } | null
}

/** One second of virtual time, closed: requests that ended in it. */
export interface SecondSample {
  /** The second: samples cover [second, second + 1). */
  readonly second: number
  readonly ok: number
  readonly failed: number
  /** Answered and failed, for each Pod that took part. */
  readonly byPod: readonly PodTotals[]
}

/** A request to draw. It comes once when it ends, or once as pending if it takes long, then once more when it ends. */
export interface BeadView {
  readonly id: number
  readonly client: ViewId
  readonly service: ViewId | null
  readonly slice: ViewId | null
  /** The Pod chosen, or null. */
  readonly pod: ViewId | null
  /** The address chosen without port, or null; the way to an endpoint that is no Pod. */
  readonly address: string | null
  readonly startMs: number
  readonly latencyMs: number
  readonly outcome: 'ok' | 'failed' | 'pending'
  readonly cause: 'refused' | 'timeout' | 'reset' | 'dns' | null
  readonly place: 'name' | 'service' | 'node' | 'pod' | 'client' | null
  /** How many requests this bead stands for; 1 unless traffic is too dense to draw. */
  readonly weight: number
}

/** A mark on the timeline. */
export interface MarkView {
  readonly id: number
  readonly atMs: number
  readonly type:
    | 'applied'
    | 'refused'
    | 'pod-ready'
    | 'pod-unready'
    | 'pod-deleted'
    | 'pod-evicted'
    | 'pod-killed'
    | 'readiness-failed'
    | 'readiness-restored'
    | 'node-died'
    | 'node-revived'
    | 'node-not-ready'
    | 'node-ready'
    | 'scaled'
    | 'slice-created'
    | 'slice-deleted'
    | 'endpoint-unready'
    | 'proxies-synced'
    | 'fault-begun'
    | 'fault-over'
    | 'fault-missed'
  /** Whom it is about, or null. */
  readonly about: ViewId | null
  /** The name to show; never a sentence. */
  readonly label: string
  readonly count: number
}

/** One decision of a controller, as data: the UI makes a sentence of the code, the rule and the facts. */
export interface DecisionView {
  /** Rises by one with each decision of a cluster. */
  readonly number: number
  readonly atMs: number
  /** Who decided: `endpointslice-controller`. */
  readonly controller: string
  readonly about: ViewId
  /** What else took part: the Service, the slice, the Node. */
  readonly related: readonly ViewId[]
  /** What was decided: `endpoint-out`, `pod-evicted`. */
  readonly code: string
  /** The rule that decided it: `label-differs`, `toleration-ran-out`. */
  readonly rule: string
  /** What the rule looked at; names that end in Ms are virtual milliseconds. */
  readonly facts: { readonly [name: string]: string | number | boolean }
}

/** An Event object, as `kubectl get events` has it. */
export interface EventView {
  readonly atMs: number
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  /** `pod/my-app-…-x8k2p`. */
  readonly object: string
  readonly about: ViewId
  readonly message: string
  readonly source: string
  readonly count: number
}
