// A watch: the changes of a collection as they are written, one line of JSON each. It begins with what there is, with the
// changes since a version, or with those to come. An object that comes to be chosen by the selectors is ADDED and one that
// ceases to be is DELETED, whatever happened to it otherwise. A bookmark comes where a client asked for them: at the end
// of the initial events, in a busy collection of which the client sees little once a minute of virtual time, and whenever
// the carrier's own minute has passed without a word. Left out: the one just before a timeout.

import type { AnyObject } from '../api/kind-registry.ts'
import { revisionOf, type WatchEvent } from '../store/index.ts'
import { statusAnswer } from './answer.ts'
import { AnswerForm } from './answer-form.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiResponse } from './api-request.ts'
import { versionNumber, type ListOptions } from './list-options.ts'
import { objectsNow } from './read-verbs.ts'
import { expired, unclassified } from './refusals.ts'

const BOOKMARK_EVERY_MS = 60_000
const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' }

export function watchObjects(call: ApiCall, options: ListOptions, nowMs: () => number): ApiResponse {
  // The form is that of each object in the stream, not of a list.
  const form = AnswerForm.of(call, false, nowMs)
  if (!(form instanceof AnswerForm)) return statusAnswer(form)
  const version = versionNumber(options.resourceVersion)
  if (typeof version !== 'number') return statusAnswer(unclassified(version.wrong))
  let watcher: Watcher | undefined
  return {
    type: 'watch',
    headers: { 'content-type': 'application/json' },
    timeoutSeconds: options.timeoutSeconds,
    open: (send, end) => {
      watcher = new Watcher({ call, options, form, nowMs, send, end })
      return watcher.start(version)
    },
    ...(options.allowBookmarks && { idle: () => watcher?.idle() }),
  }
}

interface WatcherOptions {
  readonly call: ApiCall
  readonly options: ListOptions
  readonly form: AnswerForm
  readonly nowMs: () => number
  readonly send: (line: string) => void
  readonly end: () => void
}

class Watcher {
  readonly #options: WatcherOptions
  #isFirst = true
  #isStopped = false
  #isQuiet = true
  #bookmarkAtMs: number
  #leave: () => void = () => undefined

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#bookmarkAtMs = options.nowMs() + BOOKMARK_EVERY_MS
  }

  /** Sends what is due and goes on listening; returns the way to stop. */
  start(version: number): () => void {
    const { call, options } = this.#options
    const { history, revision } = call.store
    // Everything up to here is told by the initial events; a version to come holds back what is written before it.
    let told = Math.max(version, revision)
    if (options.sendInitialEvents ?? version === 0) {
      told = revision
      this.#tellAll()
    } else if (version > 0 && !this.#catchUp(version)) {
      this.#end()
      return () => undefined
    }
    if (this.#isStopped) return () => undefined
    this.#leave = history.listen(call.info.kind, {
      changed: event => {
        if (revisionOf(event) > told) this.#tell(event)
      },
      reset: () => this.#end(),
    })
    return () => this.#stop()
  }

  /** Says how far the client has come, unless something was said since it was last asked for. */
  idle(): void {
    if (this.#isQuiet) this.#bookmark(String(this.#options.call.store.revision), undefined)
    this.#isQuiet = true
  }

  #tellAll(): void {
    const { call, options } = this.#options
    for (const object of objectsNow(call)) if (options.matches(object)) this.#send('ADDED', object)
    if (options.allowBookmarks) this.#bookmark(String(call.store.revision), INITIAL_EVENTS_END)
  }

  /** Tells the changes after a version; false, having said so, when some of them are forgotten. */
  #catchUp(version: number): boolean {
    const { history } = this.#options.call.store
    const { kind } = this.#options.call.info
    const missed = history.since(kind, version)
    if (!missed) {
      this.#line('ERROR', JSON.stringify(expired(`too old resource version: ${version} (${history.floor(kind)})`)))
      return false
    }
    for (const event of missed) this.#tell(event)
    return true
  }

  #tell(event: WatchEvent): void {
    const { call, options } = this.#options
    const { object, previous } = event
    if (call.namespace !== '' && object.metadata.namespace !== call.namespace) return
    const isChosen = event.type !== 'DELETED' && options.matches(object)
    const wasChosen = previous !== undefined && options.matches(previous)
    if (isChosen) this.#send(wasChosen ? 'MODIFIED' : 'ADDED', object)
    else if (previous && wasChosen) this.#send('DELETED', renumbered(previous, object.metadata.resourceVersion))
    else this.#noteUnseen(object.metadata.resourceVersion)
  }

  /** A change that the client does not see still takes it further, which it learns by a bookmark now and then. */
  #noteUnseen(resourceVersion: string): void {
    if (this.#options.options.allowBookmarks && this.#options.nowMs() >= this.#bookmarkAtMs) {
      this.#bookmark(resourceVersion, undefined)
    }
  }

  #bookmark(resourceVersion: string, annotations: object | undefined): void {
    this.#line('BOOKMARK', JSON.stringify(this.#options.form.bookmarkObject(resourceVersion, annotations)))
    this.#bookmarkAtMs = this.#options.nowMs() + BOOKMARK_EVERY_MS
  }

  #send(type: string, object: AnyObject): void {
    this.#line(type, this.#options.form.eventObject(object, this.#isFirst))
    this.#isFirst = false
    this.#bookmarkAtMs = this.#options.nowMs() + BOOKMARK_EVERY_MS
  }

  #line(type: string, object: string): void {
    this.#isQuiet = false
    if (!this.#isStopped) this.#options.send(`{"type":"${type}","object":${object}}`)
  }

  #end(): void {
    if (this.#isStopped) return
    this.#stop()
    this.#options.end()
  }

  #stop(): void {
    this.#isStopped = true
    this.#leave()
  }
}

/** The last state that was chosen, under the number of the change that ended it. */
function renumbered(object: AnyObject, resourceVersion: string): AnyObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } }
}
