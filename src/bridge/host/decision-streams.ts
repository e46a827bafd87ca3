// What the controllers decided, for whoever asks: the host listens from a cluster's beginning, since one asks why after it
// happened; but across the bridge goes only what a panel shows. What is about the control plane's own objects is told
// to those who ask for that object only.

import { concerns, DecisionLog, type Cluster, type LoggedDecision } from '../../engine/index.ts'
import type { DecisionsUpdate, DecisionView, ViewId } from '../../protocol/index.ts'
import { isHidden, parseViewId, viewId } from './view-ids.ts'

/** The most that one update or answer holds. */
const TOLD_MAX = 200
/** More than a page has panels. */
const OPEN_MAX = 16

interface Stream {
  readonly about: ViewId | null
  /** The number of the first decision that is not told yet. */
  next: number
  restarted: boolean
}

export class DecisionStreams {
  readonly #send: (update: DecisionsUpdate) => void
  readonly #open = new Map<number, Stream>()
  #log = new DecisionLog()

  constructor(send: (update: DecisionsUpdate) => void) {
    this.#send = send
  }

  get log(): DecisionLog {
    return this.#log
  }

  /** Listens to this cluster from now on, and to no other. */
  follow(cluster: Cluster): void {
    const log = new DecisionLog()
    cluster.onDecision(decision => log.add(decision))
    this.#log = log
    for (const stream of this.#open.values()) {
      stream.next = 0
      stream.restarted = true
    }
  }

  /** Opens a stream under the id of its request and gives what there is so far. */
  open(id: number, about: ViewId | null): readonly DecisionView[] {
    if (this.#open.size >= OPEN_MAX) throw new Error(`at most ${OPEN_MAX} streams of decisions may be open`)
    const stream: Stream = { about, next: 0, restarted: false }
    this.#open.set(id, stream)
    return this.#take(stream)
  }

  /** Whether there was such a stream. */
  close(id: number): boolean {
    return this.#open.delete(id)
  }

  /** Tells each stream what is new to it: once for each frame. */
  flush(): void {
    for (const [id, stream] of this.#open) {
      const { restarted } = stream
      const decisions = this.#take(stream)
      stream.restarted = false
      if (restarted || decisions.length > 0) this.#send({ type: 'decisions', stream: id, restarted, decisions })
    }
  }

  #take(stream: Stream): readonly DecisionView[] {
    const fresh = this.#log.from(stream.next)
    stream.next = this.#log.total
    return fresh.filter(meantBy(stream.about)).slice(-TOLD_MAX).map(decisionView)
  }
}

function meantBy(id: ViewId | null): (decision: LoggedDecision) => boolean {
  if (id === null) return ({ about }) => !isHidden(about.kind, about.namespace, about.name)
  const subject = parseViewId(id)
  return decision => subject !== undefined && concerns(decision, subject)
}

export function decisionView(decision: LoggedDecision): DecisionView {
  const { rule, ...facts } = decision.because
  return {
    number: decision.number,
    atMs: decision.atMs,
    controller: decision.controller,
    about: idOf(decision.about),
    related: decision.related.map(idOf),
    code: decision.code,
    rule,
    facts,
  }
}

function idOf({ kind, namespace, name }: LoggedDecision['about']): ViewId {
  return viewId(kind, namespace, name)
}
