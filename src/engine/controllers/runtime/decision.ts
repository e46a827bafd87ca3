// The words in which controllers explain themselves: what was decided about which object (the code), by which rule, and the
// values that the rule looked at. Data only; sentences in any language are made of it elsewhere. A code and a rule are names
// that others rely on (verdicts, lessons, the timeline), so they stay once they are given.

import type { KubeObject } from '../../api/meta.ts'

/** An object by its names; the namespace is '' for cluster-wide kinds. */
export interface ObjectName {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** '' when only the name is known. */
  readonly uid: string
}

/** Each rule with the values that it looked at. */
export interface RuleFacts {
  // Why a Pod is no endpoint, or another one than before.
  'label-differs': { readonly label: string; readonly is: string; readonly wants: string }
  'label-missing': { readonly label: string; readonly wants: string }
  'selector-missing': { readonly service: string }
  'pod-finished': { readonly phase: string }
  'pod-gone': { readonly pod: string }
  'no-ip': { readonly pod: string }
  'no-ip-of-family': { readonly family: string }
  'node-unknown': { readonly node: string }
  'ports-differ': { readonly was: string; readonly is: string }
  'pod-ready': { readonly pod: string }
  'pod-not-ready': { readonly pod: string }
  'pod-terminating': { readonly serving: boolean }
  'field-differs': { readonly field: string; readonly was: string; readonly is: string }
  'endpoints-forget': { readonly serving: boolean }
  'over-capacity': { readonly kept: number }
  'no-port': { readonly service: string }
  'addresses-differ': { readonly added: number; readonly removed: number; readonly moved: number }
  // What of Endpoints that people write becomes a slice.
  'mirrors-endpoints': { readonly addresses: number }
  'endpoints-gone': { readonly name: string }
  'service-gone': { readonly name: string }
  'selector-present': { readonly name: string }
  'skip-mirror': { readonly name: string }
  'subset-gone': { readonly name: string }
  'too-many-addresses': { readonly skipped: number; readonly max: number }
  // Which slice an endpoint goes into.
  'fills-touched-slice': { readonly slice: string; readonly endpoints: number; readonly max: number }
  'fits-untouched-slice': { readonly slice: string; readonly endpoints: number; readonly max: number }
  'needs-new-slice': { readonly endpoints: number; readonly max: number }
  'takes-recycled-slice': { readonly slice: string; readonly endpoints: number; readonly max: number }
  // Why a slice is written or goes.
  placeholder: { readonly service: string }
  'endpoints-differ': { readonly added: number; readonly removed: number; readonly changed: number }
  'labels-differ': { readonly label: string; readonly was: string; readonly is: string }
  'hints-differ': { readonly endpoints: number }
  'no-endpoint-left': { readonly service: string }
  'ports-unwanted': { readonly ports: string }
  'family-unwanted': { readonly family: string }
  'earlier-service': { readonly service: string }
  'write-refused': { readonly message: string }
  // What becomes of a Node that falls silent, and of its Pods.
  'no-heartbeat': { readonly silentMs: number; readonly graceMs: number }
  'ready-is': { readonly status: string; readonly taint: string }
  'node-lost': { readonly node: string }
  'taint-not-tolerated': { readonly node: string; readonly taint: string }
  'toleration-runs': { readonly node: string; readonly taint: string; readonly seconds: number; readonly dueMs: number }
  'toleration-ran-out': { readonly node: string; readonly taint: string; readonly seconds: number }
  'taint-gone': { readonly node: string }
  'zone-state': {
    readonly zone: string
    readonly state: string
    readonly ready: number
    readonly notReady: number
    readonly rate: number
  }
  'all-zones-down': { readonly zone: string }
  'node-gone': { readonly node: string; readonly waitedMs: number }
  'out-of-service': { readonly node: string }
  'too-many-ended': { readonly ended: number; readonly max: number }
  'never-bound': { readonly pod: string }
  // What is deleted with something else.
  'owners-gone': { readonly owners: string }
  'owner-waits': { readonly owners: string }
  'orphan-asked': { readonly owner: string }
  'objects-remain': { readonly count: number; readonly kinds: string }
  'nothing-remains': { readonly namespace: string }
  // What a Service is given from outside, and what a budget allows.
  'first-free-address': { readonly ip: string; readonly range: string }
  'range-used-up': { readonly range: string }
  unguarded: { readonly pod: string }
  'budget-counts': {
    readonly budget: string
    readonly left: number
    readonly healthy: number
    readonly desired: number
  }
  'healthy-counted': {
    readonly healthy: number
    readonly desired: number
    readonly expected: number
    readonly allowed: number
  }
  // Why a workload makes and deletes Pods.
  'too-few-pods': { readonly wanted: number; readonly active: number; readonly made: number }
  'all-pods-go': { readonly wanted: number }
  'unassigned-first': { readonly spared: string }
  'pending-first': { readonly phase: string; readonly spared: string }
  'unready-first': { readonly spared: string }
  'cheaper-first': { readonly cost: number; readonly spared: string; readonly sparedCost: number }
  'crowded-first': {
    readonly node: string
    readonly pods: number
    readonly spared: string
    readonly sparedPods: number
  }
  'ready-later-first': { readonly spared: string }
  'restarted-first': { readonly restarts: number; readonly spared: string; readonly sparedRestarts: number }
  'younger-first': { readonly spared: string }
  'uid-first': { readonly spared: string }
  // How a Deployment moves from one ReplicaSet to another.
  'template-new': { readonly revision: number; readonly replicas: number }
  'template-known': { readonly revision: number }
  'replicas-asked': { readonly from: number; readonly to: number; readonly replicas: number }
  'share-of-surge': { readonly from: number; readonly to: number; readonly total: number; readonly allowed: number }
  'room-to-grow': { readonly from: number; readonly to: number; readonly total: number; readonly max: number }
  'serves-nobody': { readonly from: number; readonly to: number; readonly available: number }
  'can-be-spared': { readonly from: number; readonly to: number; readonly available: number; readonly min: number }
  'old-first': { readonly from: number; readonly to: number }
  'old-gone': { readonly from: number; readonly to: number }
  'no-room': { readonly total: number; readonly max: number; readonly available: number; readonly min: number }
  'old-pods-remain': { readonly pods: number }
  paused: { readonly deployment: string }
  'deadline-passed': { readonly seconds: number }
  'all-available': { readonly replicas: number }
  // In what order a StatefulSet goes, and where a DaemonSet runs.
  'ordinal-empty': { readonly ordinal: number; readonly revision: string }
  'ordinal-beyond': { readonly ordinal: number; readonly replicas: number }
  'ordinal-waits': { readonly pod: string; readonly state: string }
  'pod-ended': { readonly phase: string }
  'revision-outdated': { readonly is: string; readonly wants: string }
  'node-wants-one': { readonly node: string }
  'one-per-node': { readonly node: string }
  'node-left-out': { readonly node: string }
  'node-name-differs': { readonly wants: string }
  'affinity-differs': { readonly node: string }
  // What a kubelet does with the Pods that it runs.
  'probe-failed': {
    readonly probe: string
    readonly container: string
    readonly count: number
    readonly threshold: number
  }
  'probe-passed': {
    readonly probe: string
    readonly container: string
    readonly count: number
    readonly threshold: number
  }
  'probe-limit': { readonly probe: string; readonly container: string }
  'container-ended': { readonly container: string; readonly code: number; readonly waitMs: number }
  'restart-policy': { readonly container: string; readonly code: number; readonly policy: string }
  'grace-over': { readonly container: string }
  'deletion-asked': { readonly graceMs: number }
  'given-up': { readonly reason: string; readonly graceMs: number }
  'machine-restarted': { readonly node: string }
  // Where the scheduler puts a Pod.
  'only-node': { readonly node: string; readonly nodes: number }
  'best-score': { readonly node: string; readonly score: number; readonly scores: string }
  'drawn-by-lot': { readonly node: string; readonly score: number; readonly among: number; readonly scores: string }
  'no-node-fits': { readonly nodes: number; readonly reasons: string }
  gated: { readonly pod: string }
}

export type DecisionRule = keyof RuleFacts

/** What may be decided, and by which rules. */
export interface DecisionRules {
  'endpoint-in': 'fills-touched-slice' | 'fits-untouched-slice' | 'needs-new-slice' | 'takes-recycled-slice'
  'endpoint-out':
    | 'label-differs'
    | 'label-missing'
    | 'selector-missing'
    | 'pod-finished'
    | 'pod-gone'
    | 'no-ip'
    | 'no-ip-of-family'
    | 'node-unknown'
    | 'ports-differ'
    | 'family-unwanted'
    | 'earlier-service'
  'endpoint-changed': 'pod-ready' | 'pod-not-ready' | 'pod-terminating' | 'field-differs'
  'endpoint-held-back': 'pod-finished' | 'no-ip' | 'no-ip-of-family' | 'node-unknown'
  'address-moved': 'pod-ready' | 'pod-not-ready'
  'address-out':
    | 'label-differs'
    | 'label-missing'
    | 'selector-missing'
    | 'pod-finished'
    | 'pod-gone'
    | 'no-ip'
    | 'no-ip-of-family'
    | 'endpoints-forget'
    | 'over-capacity'
    | 'no-port'
  'endpoints-written': 'addresses-differ'
  'endpoints-truncated': 'over-capacity'
  'slice-mirrored': 'mirrors-endpoints'
  'mirror-ended': 'endpoints-gone' | 'service-gone' | 'selector-present' | 'skip-mirror' | 'subset-gone'
  'mirror-incomplete': 'too-many-addresses'
  'not-mirrored': 'service-gone' | 'skip-mirror'
  'slice-created': 'needs-new-slice' | 'placeholder'
  'slice-rewritten': 'endpoints-differ' | 'takes-recycled-slice' | 'labels-differ' | 'hints-differ' | 'placeholder'
  'slice-deleted': 'no-endpoint-left' | 'ports-unwanted' | 'family-unwanted' | 'earlier-service'
  'sync-retried': 'write-refused'
  'node-unknown': 'no-heartbeat'
  'node-tainted': 'ready-is'
  'node-untainted': 'ready-is'
  'pod-unready': 'node-lost'
  'eviction-planned': 'toleration-runs'
  'eviction-cancelled': 'taint-gone'
  'pod-evicted': 'taint-not-tolerated' | 'toleration-ran-out'
  'pods-made': 'too-few-pods'
  'pod-deleted':
    | 'all-pods-go'
    | 'unassigned-first'
    | 'pending-first'
    | 'unready-first'
    | 'cheaper-first'
    | 'crowded-first'
    | 'ready-later-first'
    | 'restarted-first'
    | 'younger-first'
    | 'uid-first'
  'replicaset-made': 'template-new'
  'replicaset-reused': 'template-known'
  'replicaset-scaled':
    | 'replicas-asked'
    | 'share-of-surge'
    | 'room-to-grow'
    | 'serves-nobody'
    | 'can-be-spared'
    | 'old-first'
    | 'old-gone'
  'rollout-waits': 'no-room' | 'old-pods-remain' | 'paused' | 'ordinal-waits'
  'rollout-failed': 'deadline-passed'
  'rollout-done': 'all-available'
  'pod-made': 'ordinal-empty' | 'node-wants-one'
  'pod-removed': 'ordinal-beyond' | 'pod-ended' | 'revision-outdated' | 'one-per-node' | 'node-left-out'
  'node-left-out': 'node-name-differs' | 'affinity-differs' | 'taint-not-tolerated'
  'zone-judged': 'zone-state' | 'all-zones-down'
  'pod-collected': 'node-gone' | 'out-of-service' | 'too-many-ended' | 'never-bound'
  'object-collected': 'owners-gone' | 'owner-waits'
  'object-orphaned': 'orphan-asked'
  'namespace-waits': 'objects-remain'
  'namespace-emptied': 'nothing-remains'
  'address-given': 'first-free-address'
  'address-refused': 'range-used-up'
  'eviction-allowed': 'unguarded' | 'budget-counts'
  'eviction-refused': 'budget-counts'
  'disruptions-counted': 'healthy-counted'
  'probe-counted': 'probe-failed' | 'probe-passed'
  'container-stopped': 'probe-limit'
  'container-restarts': 'container-ended'
  'container-stays': 'restart-policy'
  'container-killed': 'grace-over'
  'pod-stopping': 'deletion-asked' | 'given-up'
  'sandbox-remade': 'machine-restarted'
  'sandbox-refused': 'range-used-up'
  'pod-scheduled': 'only-node' | 'best-score' | 'drawn-by-lot'
  'pod-unscheduled': 'no-node-fits' | 'gated'
}

export type DecisionCode = keyof DecisionRules

/** A rule by its name, with its values. */
export type Because = { readonly [R in DecisionRule]: { readonly rule: R } & RuleFacts[R] }[DecisionRule]

/** The rules by which something is decided, with their values. */
export type DecisionOf<C extends DecisionCode> = Extract<Because, { readonly rule: DecisionRules[C] }>

interface Common {
  readonly atMs: number
  /** Who decided, as it is called where it writes: `endpointslice-controller`. */
  readonly controller: string
  readonly about: ObjectName
  /** What else took part: the Service, the slice, the Node. */
  readonly related: readonly ObjectName[]
}

/** One decision of one controller. Plain data, and never changed. */
export type Decision = {
  readonly [C in DecisionCode]: Common & {
    readonly code: C
    readonly because: DecisionOf<C>
  }
}[DecisionCode]

/** A decision as its controller tells it; objects may be given whole. */
export type DecisionDraft = {
  readonly [C in DecisionCode]: {
    readonly code: C
    readonly about: KubeObject | ObjectName
    readonly because: DecisionOf<C>
    readonly related?: readonly (KubeObject | ObjectName)[]
    /** A state that every sync finds again: said only when its controller last said something else about the object. */
    readonly once?: true
  }
}[DecisionCode]

export function objectName(of: KubeObject | ObjectName): ObjectName {
  if (!('metadata' in of)) return of
  const { name, namespace = '', uid } = of.metadata
  return { kind: of.kind, namespace, name, uid }
}

/** An object of which only the names are known. */
export function named(kind: string, namespace: string, name: string): ObjectName {
  return { kind, namespace, name, uid: '' }
}
