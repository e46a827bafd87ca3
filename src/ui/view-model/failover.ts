// The story of the last node death, read from marks and seconds: fault → NotReady → endpoint unready → proxies synced →
// evicted → replacement Ready, with the requests lost on the way. What has not happened yet carries when it is expected,
// with the default timers of Kubernetes v1.34: grace 50 s after the last lease, eviction 300 s after NotReady. Pure.

import type { MarkView, NodeView, SecondSample, View, ViewId } from '../../protocol/index.ts'
import { idParts } from './pod-name.ts'

const GRACE_MS = 50_000
const EVICTION_MS = 300_000
const REPLACEMENT_MS = 1_000

export type FailoverStepName = 'not-ready' | 'endpoint-unready' | 'proxies-synced' | 'evicted' | 'replaced'

export interface FailoverStep {
  readonly name: FailoverStepName
  /** When it happened, or null. */
  readonly atMs: number | null
  /** When it is to be expected while it has not happened; null when it will not. */
  readonly expectedMs: number | null
}

export interface Failover {
  readonly node: ViewId
  readonly nodeName: string
  readonly diedMs: number
  readonly revivedMs: number | null
  readonly steps: readonly FailoverStep[]
  /** Requests that ended since, and those of them that failed. */
  readonly sent: number
  readonly lost: number
  /** Every Pod of the node was replaced, or the node came back. */
  readonly over: boolean
}

export interface FailoverInput {
  readonly marks: readonly MarkView[]
  readonly seconds: readonly SecondSample[]
  readonly views: ReadonlyMap<ViewId, View>
}

export function lastFailover({ marks, seconds, views }: FailoverInput): Failover | null {
  const died = marks.findLast(mark => mark.type === 'node-died' && mark.about !== null)
  if (died === undefined || died.about === null) return null
  const node = died.about
  const later = marks.filter(mark => mark.atMs >= died.atMs && mark.id !== died.id)
  const revived = later.find(mark => mark.type === 'node-revived' && mark.about === node)
  const happened = stepsThatHappened(later, node)
  const view = views.get(node)
  const steps = withExpectations(happened, {
    diedMs: died.atMs,
    node: view?.kind === 'Node' ? view : null,
    revived: revived !== undefined,
  })
  const counted = seconds.filter(sample => sample.second >= Math.floor(died.atMs / 1000))
  return {
    node,
    nodeName: idParts(node).name,
    diedMs: died.atMs,
    revivedMs: revived?.atMs ?? null,
    steps,
    sent: counted.reduce((sum, sample) => sum + sample.ok + sample.failed, 0),
    lost: counted.reduce((sum, sample) => sum + sample.failed, 0),
    over: revived !== undefined || happened.replaced !== null,
  }
}

type Happened = { readonly [K in FailoverStepName]: number | null }

function stepsThatHappened(later: readonly MarkView[], node: ViewId): Happened {
  const first = (type: MarkView['type'], fromMs: number | null, about?: ViewId): number | null =>
    fromMs === null
      ? null
      : (later.find(mark => mark.type === type && mark.atMs >= fromMs && (about === undefined || mark.about === about))
          ?.atMs ?? null)
  const notReady = first('node-not-ready', 0, node)
  const unready = first('endpoint-unready', notReady)
  const evicted = first('pod-evicted', notReady)
  const evictions = later.filter(mark => mark.type === 'pod-evicted').reduce((sum, mark) => sum + mark.count, 0)
  return {
    'not-ready': notReady,
    'endpoint-unready': unready,
    'proxies-synced': first('proxies-synced', unready),
    evicted,
    replaced: evicted === null ? null : nthReady(later, evicted, evictions),
  }
}

/** When as many Pods had become ready since `fromMs` as had to be replaced. */
function nthReady(later: readonly MarkView[], fromMs: number, wanted: number): number | null {
  let ready = 0
  for (const mark of later) {
    if (mark.type !== 'pod-ready' || mark.atMs < fromMs) continue
    ready += mark.count
    if (ready >= wanted) return mark.atMs
  }
  return null
}

interface Outlook {
  readonly diedMs: number
  readonly node: NodeView | null
  readonly revived: boolean
}

function withExpectations(happened: Happened, { diedMs, node, revived }: Outlook): readonly FailoverStep[] {
  const notReadyMs = happened['not-ready'] ?? (node?.leaseRenewMs ?? diedMs) + GRACE_MS
  const evictsMs = happened.evicted ?? node?.evictsAtMs ?? notReadyMs + EVICTION_MS
  const expected: { readonly [K in FailoverStepName]: number } = {
    'not-ready': notReadyMs,
    'endpoint-unready': notReadyMs,
    'proxies-synced': notReadyMs,
    evicted: evictsMs,
    replaced: evictsMs + REPLACEMENT_MS,
  }
  return (Object.keys(expected) as FailoverStepName[]).map(name => ({
    name,
    atMs: happened[name],
    expectedMs: happened[name] === null && !revived ? expected[name] : null,
  }))
}
