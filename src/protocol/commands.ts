// What a client may ask of an engine host, wherever it runs. Every request has an id of the client's; the host answers
// each one exactly once with the same id. All that changes the cluster goes through here.

import type { SettingChange, SettingsAnswer } from './settings.ts'
import type { ApiAnswer, ApiRequestMessage } from './api.ts'
import type { DecisionView, ViewId } from './views.ts'

/** A half-open range of UTF-16 offsets in a text. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/** Replace `range` of a text by `insert`. Several edits of one text do not overlap and are in order of place. */
export interface TextEdit extends TextRange {
  readonly insert: string
}

/** One mistake in a manifest text, with its place. */
export interface Problem extends TextRange {
  readonly severity: 'error' | 'warning'
  /** Which document of the text, from 0. */
  readonly document: number
  /** Line and column of `from`, from 1. */
  readonly line: number
  readonly column: number
  /** `Service/my-service` when that much is known, else ''. */
  readonly object: string
  /** `spec.ports[0].port`, or '' when it is about the text itself. */
  readonly field: string
  /** Kubernetes' own words (or the YAML parser's): `spec.ports[0].port: Invalid value: 0: must be …`. */
  readonly message: string
  /** Key of the plain sentence in the catalogues (`problem.portRange`), and its values. */
  readonly plain: { readonly key: string; readonly values: { readonly [name: string]: string | number } }
  /** A way to mend it, where there is one. */
  readonly fix?:
    | {
        readonly label: { readonly key: string; readonly values: { readonly [name: string]: string | number } }
        readonly edits: readonly TextEdit[]
      }
    | undefined
}

export interface AppliedObject {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly result: 'created' | 'configured' | 'unchanged' | 'deleted'
}

/** What became of a text: applied as a whole, or not at all. */
export type ApplyOutcome =
  | {
      readonly ok: true
      readonly documents: number
      readonly applied: readonly AppliedObject[]
      readonly problems: readonly Problem[]
    }
  | { readonly ok: false; readonly documents: number; readonly problems: readonly Problem[] }

export type Request =
  /** First of all; answers with the version and everything needed to draw. */
  | { readonly type: 'hello'; readonly version: number }
  /** Makes the cluster follow this multi-document text: creates, changes, and deletes what an earlier text brought and this one lacks. */
  | { readonly type: 'apply'; readonly text: string }
  | { readonly type: 'clock'; readonly running?: boolean | undefined; readonly speed?: number | undefined }
  /** Pauses, and runs to the next moment at which an object changes or a request ends. */
  | { readonly type: 'step' }
  /** Runs on by so much virtual time, at once. */
  | { readonly type: 'advance'; readonly byMs: number }
  | { readonly type: 'act'; readonly action: Action }
  | {
      readonly type: 'reset'
      readonly scenario?: string | undefined
      readonly seed?: number | undefined
      readonly nodes?: number | undefined
      readonly empty?: boolean | undefined
    }
  /** The object as YAML, its events, and why it is as it is. */
  | { readonly type: 'inspect'; readonly id: ViewId }
  /** Makes a change of one setting (null: none), and tells all of them. */
  | { readonly type: 'settings'; readonly change: SettingChange | null }
  | { readonly type: 'snapshot' }
  | { readonly type: 'restore'; readonly snapshot: string }
  /** One request of the Kubernetes API. */
  | { readonly type: 'api'; readonly request: ApiRequestMessage }
  /** The decisions about one object, or about all (null): those so far, and from then on in updates with the id of this request. */
  | { readonly type: 'decisions'; readonly about: ViewId | null }
  | { readonly type: 'decisions-close'; readonly stream: number }
  /** Ends the stream that the request with this id opened; one that has ended is no mistake. */
  | { readonly type: 'api-close'; readonly stream: number }

export type Action =
  /** `kubectl delete pod NAME --now`. */
  | { readonly type: 'kill-pod'; readonly id: ViewId }
  | { readonly type: 'fail-readiness'; readonly id: ViewId }
  | { readonly type: 'restore-readiness'; readonly id: ViewId }
  /** Power off, and on again. */
  | { readonly type: 'kill-node'; readonly id: ViewId }
  | { readonly type: 'revive-node'; readonly id: ViewId }
  /** Off as an operator does it: with the grace that the kubelet asks for, where one is configured. */
  | { readonly type: 'shut-down-node'; readonly id: ViewId }
  /** The kubelet's process is stopped, and started again; containers go on. */
  | { readonly type: 'stop-kubelet'; readonly id: ViewId }
  | { readonly type: 'start-kubelet'; readonly id: ViewId }
  /** The kubelet reports its Node not ready, for want of a network plugin, and ready again; containers go on. */
  | { readonly type: 'break-network'; readonly id: ViewId }
  | { readonly type: 'mend-network'; readonly id: ViewId }
  /** Kubelet and API server do not reach each other, and do again; containers go on. */
  | { readonly type: 'cut-off-node'; readonly id: ViewId }
  | { readonly type: 'reconnect-node'; readonly id: ViewId }
  | { readonly type: 'cordon'; readonly id: ViewId }
  | { readonly type: 'uncordon'; readonly id: ViewId }
  | { readonly type: 'drain'; readonly id: ViewId }
  /** A Deployment, ReplicaSet or StatefulSet, or a Pod (then: its owner). */
  | { readonly type: 'scale'; readonly id: ViewId; readonly replicas: number }
  | {
      readonly type: 'start-client'
      readonly name: string
      readonly node: string
      readonly to: string
      readonly port: number
      readonly rate: number
    }
  | { readonly type: 'stop-client'; readonly id: ViewId }

export interface ReasonView {
  readonly code:
    | 'selector'
    | 'namespace'
    | 'port'
    | 'not-ready'
    | 'terminating'
    | 'finished'
    | 'no-ip'
    | 'no-node'
    | 'node-dead'
  /** English, for scripts; the UI words it from code and fields. */
  readonly message: string
  /** The field on each side and what it holds, e.g. `spec.selector.app: MyApp` and `metadata.labels.app: myapp`. */
  readonly serviceField: string
  readonly podField: string
}

export interface PodVerdict {
  readonly pod: ViewId
  readonly in: boolean
  readonly ready: boolean
  readonly slice: ViewId | null
  readonly reasons: readonly ReasonView[]
  /** What the EndpointSlice controller last decided about the Pod under this Service, or null when nobody heard it. */
  readonly decision: DecisionView | null
}

export interface Inspection {
  readonly id: ViewId
  /** false when the object is gone: the rest is as it was last, or empty. */
  readonly exists: boolean
  /** The object as `kubectl get -o yaml` prints it (no managedFields). */
  readonly yaml: string
  readonly events: readonly import('./views.ts').EventView[]
  /** For a Service: every Pod of interest, in graph order. For a Pod: one entry for each Service of its namespace. */
  readonly verdicts: readonly (PodVerdict & { readonly service: ViewId })[]
}

/** The answer to each kind of request. */
export interface Answers {
  readonly hello: HelloAnswer
  readonly apply: ApplyOutcome
  readonly clock: ClockView
  readonly step: ClockView
  readonly advance: ClockView
  readonly act: ActOutcome
  readonly reset: ClockView
  readonly inspect: Inspection
  readonly settings: SettingsAnswer
  readonly snapshot: { readonly snapshot: string }
  readonly restore: ClockView
  readonly api: ApiAnswer
  readonly 'api-close': { readonly closed: boolean }
  /** Oldest first, the latest two hundred. */
  readonly decisions: { readonly decisions: readonly DecisionView[] }
  readonly 'decisions-close': { readonly closed: boolean }
}

export type ActOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string }

export interface ClockView {
  readonly nowMs: number
  readonly running: boolean
  readonly speed: number
}

export interface HelloAnswer {
  readonly version: number
  readonly kubernetes: string
  readonly scenarios: readonly string[]
}

/** A request on the wire. */
export interface RequestMessage {
  readonly type: 'request'
  readonly id: number
  readonly request: Request
}

/** Its answer; `error` is our own bug or a malformed message, never a user's mistake. */
export type AnswerMessage =
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly type: 'answer'; readonly id: number; readonly error: string }
