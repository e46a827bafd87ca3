// Everything that can be done to a cluster from outside, as plain data. The cluster keeps a log of what it was told and
// when; seed and log together are the cluster.

import type { ClusterSettings } from './api/cluster-settings.ts'
import type { FaultSpec } from './api/fault-spec.ts'
import type { TrafficSpec } from './api/workload-spec.ts'
import type { Moment } from './kernel/event-loop.ts'
import type { ApiRequest } from './rest/index.ts'
import type { TripRequest } from './traffic/index.ts'

/** Workloads of which one says how many Pods they are to have. */
export type ScalableKind = 'Deployment' | 'ReplicaSet' | 'StatefulSet'

export type ClusterCommand =
  /** Makes the cluster follow this multi-document text, as a whole or not at all. */
  | { readonly type: 'apply'; readonly text: string }
  /** Came to the API's door, and may have changed something; without the headers that decide nothing about that. */
  | { readonly type: 'request'; readonly request: ApiRequest }
  /** A command in a container was begun by a request; `id` names it in what follows. */
  | { readonly type: 'exec'; readonly id: number; readonly request: ApiRequest }
  | { readonly type: 'exec-input'; readonly id: number; readonly input: ExecInput }
  | { readonly type: 'create-nodes'; readonly count: number }
  | { readonly type: 'kill-pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'set-readiness'; readonly namespace: string; readonly name: string; readonly fails: boolean }
  | { readonly type: 'set-power'; readonly node: string; readonly on: boolean }
  /** Has the machine switched off, with as much grace as its kubelet asks for (`shutdownGracePeriod`). */
  | { readonly type: 'shut-down'; readonly node: string }
  /** Stops the kubelet of a machine, whose containers go on, or starts it again. */
  | { readonly type: 'set-kubelet'; readonly node: string; readonly on: boolean }
  /** Whether the network plugin of a machine answers. */
  | { readonly type: 'set-network'; readonly node: string; readonly on: boolean }
  /** Whether a machine's kubelet and the API server reach each other. */
  | { readonly type: 'set-link'; readonly node: string; readonly on: boolean }
  | { readonly type: 'set-cordon'; readonly node: string; readonly cordoned: boolean }
  | { readonly type: 'drain'; readonly node: string }
  | {
      readonly type: 'scale'
      readonly kind: ScalableKind
      readonly namespace: string
      readonly name: string
      readonly replicas: number
    }
  /** One request, of which is told what happened to it. */
  | { readonly type: 'trip'; readonly request: TripRequest }
  | { readonly type: 'start-traffic'; readonly spec: TrafficSpec }
  | { readonly type: 'stop-traffic'; readonly id: string }
  | { readonly type: 'inject-fault'; readonly fault: FaultSpec }
  /** Ends a fault, or forgets one that is planned. */
  | { readonly type: 'heal-fault'; readonly id: string }
  | { readonly type: 'set-settings'; readonly settings: SettingChanges }

/** What needs neither a text's outcome, nor the API's door, nor an answer of its own. */
export type ExecutableCommand = Exclude<
  ClusterCommand,
  { readonly type: 'apply' | 'request' | 'exec' | 'exec-input' | 'trip' }
>

export type SettingChanges = { readonly [K in keyof ClusterSettings]?: ClusterSettings[K] | undefined }

/** What the client of a command in a container did: typed, closed its input, or left. */
export type ExecInput =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'close' }
  | { readonly type: 'stop' }

/** What a command came to. A refusal is a sentence for the user, in Kubernetes' own words where they are its. */
export type CommandOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string }

export interface LoggedCommand extends Moment {
  readonly command: ClusterCommand
}
