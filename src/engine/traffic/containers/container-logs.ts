// What containers have written. Of a script it is kept; of a server it is composed when it is read, from the Pod's status (when
// it started, when it ended) and the requests that it answered, in the words of its image. A log can be followed: then each new line is told as it comes,
// until the container ends. Left out: lines of a restart before the last, as a kubelet also keeps one log before the present.

import type { ContainerOutput, OutputLine } from '../../apps/container-output.ts'
import { scriptOf } from '../../apps/program.ts'
import type { ServedRequest, Speaker } from '../../apps/image-speech.ts'
import { voiceOf } from '../../apps/image-voice.ts'
import { argumentsOf } from '../../apps/known-server.ts'
import type { Container, ContainerStatus, Pod } from '../../api/pod/pod.ts'
import { formatMicroTimestamp, parseTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient } from '../../store/client.ts'
import type { Served, ServedRequests } from './served-requests.ts'

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly text: string
}

interface Run {
  readonly fromMs: number
  /** Undefined while it runs. */
  readonly untilMs: number | undefined
}

interface Follower {
  readonly uid: string
  readonly container: Container
  /** As it was last seen. */
  pod: Pod
  readonly send: (line: LogLine) => void
  readonly end: () => void
}

export class ContainerLogs {
  readonly #epochMs: number
  readonly #served: ServedRequests
  readonly #output: ContainerOutput
  readonly #followers = new Set<Follower>()

  constructor(context: {
    readonly epochMs: number
    readonly served: ServedRequests
    readonly store: StoreClient
    readonly output: ContainerOutput
  }) {
    this.#epochMs = context.epochMs
    this.#output = context.output
    this.#output.onLine((uid, name, line) => {
      for (const { uid: other, container, send } of this.#followers)
        if (other === uid && container.name === name) send(this.#printed(line))
    })
    this.#served = context.served
    this.#served.onServed((uid, served) => this.#tellServed(uid, served))
    context.store.watch(['Pod'], ({ type, object }) => {
      if (type === 'DELETED') {
        this.#served.forget(object.metadata.uid)
        this.#output.forget(object.metadata.uid)
      }
      if (this.#followers.size > 0) this.#noticePod(object, type === 'DELETED')
    })
  }

  /** The lines of the present run, or of the one before; undefined where there was none. */
  lines(pod: Pod, container: Container, previous: boolean): readonly LogLine[] | undefined {
    const status = statusOf(pod, container.name)
    // Between two runs the last of them is the one that is shown, asked for either way.
    const between = status?.state?.waiting !== undefined && status.lastState?.terminated !== undefined
    const run = runOf(status, previous || between)
    if (!run) return undefined
    if (scriptOf(container))
      return this.#output.lines(pod.metadata.uid, container.name, previous && !between).map(line => this.#printed(line))
    const voice = voiceOf(container.image ?? '')
    const speaker = speakerOf(pod, container)
    const head = voice.started(speaker, formatMicroTimestamp(run.fromMs)).map(text => ({ atMs: run.fromMs, text }))
    const body = this.#served
      .of(pod.metadata.uid)
      .filter(served => containerServing(pod, portOf(served)) === container.name && this.#isDuring(served, run))
      .map(served => this.#lineOf(pod, container, served))
    return [...head, ...body, ...endLines(pod, container, run)]
  }

  /** Tells of the lines to come; `end` when the container has ended. Returns the way to stop. */
  follow(pod: Pod, container: Container, to: Pick<Follower, 'send' | 'end'>): () => void {
    const follower: Follower = { uid: pod.metadata.uid, container, pod, ...to }
    this.#followers.add(follower)
    this.#served.listen(follower.uid)
    return () => this.#leave(follower)
  }

  #leave(follower: Follower): void {
    if (this.#followers.delete(follower)) this.#served.leave(follower.uid)
  }

  #tellServed(uid: string, served: Served): void {
    for (const follower of this.#followers) {
      const { pod, container } = follower
      if (follower.uid !== uid || containerServing(pod, portOf(served)) !== container.name) continue
      follower.send(this.#lineOf(pod, container, served))
    }
  }

  #noticePod(pod: Pod, isGone: boolean): void {
    for (const follower of this.#followers) {
      if (follower.uid !== pod.metadata.uid) continue
      follower.pod = pod
      const status = statusOf(pod, follower.container.name)
      if (status?.state?.running && !isGone) continue
      const run = runOf(status, status?.state?.terminated === undefined)
      if (run) for (const line of endLines(pod, follower.container, run)) follower.send(line)
      this.#leave(follower)
      follower.end()
    }
  }

  #printed({ atMs, text }: OutputLine): LogLine {
    return { atMs: this.#epochMs + atMs, text }
  }

  #isDuring({ atMs }: Served, { fromMs, untilMs }: Run): boolean {
    const at = this.#epochMs + atMs
    // Times of a status have whole seconds.
    return at >= fromMs && (untilMs === undefined || at < untilMs + 1_000)
  }

  #lineOf(pod: Pod, container: Container, served: Served): LogLine {
    const atMs = this.#epochMs + served.atMs
    const voice = voiceOf(container.image ?? '')
    const speaker = speakerOf(pod, container)
    const { path, agent, client } = served
    const { status, body } = voice.answer(speaker, served)
    const request: ServedRequest = {
      at: formatMicroTimestamp(atMs),
      client,
      port: portOf(served),
      path,
      agent,
      status,
      bytes: body.length,
    }
    return { atMs, text: voice.served(speaker, request) }
  }
}

export function speakerOf(pod: Pod, container: Container): Speaker {
  const { image = '', ports = [] } = container
  return {
    image,
    args: argumentsOf(container),
    podName: pod.metadata.name,
    ports: ports.map(({ containerPort }) => containerPort),
  }
}

/** The container that answers at a port: the one that declares it, else the first. */
export function containerServing(pod: Pod, port: number): string {
  const declares = ({ ports = [] }: Container): boolean => ports.some(({ containerPort }) => containerPort === port)
  return (pod.spec.containers.find(declares) ?? pod.spec.containers[0])?.name ?? ''
}

function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  return [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container)
}

function runOf(status: ContainerStatus | undefined, previous: boolean): Run | undefined {
  const state = previous ? status?.lastState : status?.state
  const fromMs = parseTimestamp(state?.running?.startedAt ?? state?.terminated?.startedAt ?? '')
  if (fromMs === undefined) return undefined
  return { fromMs, untilMs: parseTimestamp(state?.terminated?.finishedAt ?? '') }
}

// A script has said what it had to say, and an init container ends by itself and says nothing of it.
function endLines(pod: Pod, container: Container, { untilMs }: Run): readonly LogLine[] {
  if (untilMs === undefined || scriptOf(container) || !pod.spec.containers.some(({ name }) => name === container.name))
    return []
  const texts = voiceOf(container.image ?? '').ended(speakerOf(pod, container), formatMicroTimestamp(untilMs))
  return texts.map(text => ({ atMs: untilMs, text }))
}

function portOf({ endpoint }: Served): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(':') + 1))
}
