// Containers as one may look into them: their logs, and commands in them. The part that saves what the logs are made from, and
// that gives each command its place: a Pod's network, names and environment at that moment.

import type { RanCommand } from '../../apps/run-command.ts'
import type { CommandLine } from '../../apps/shell-script.ts'
import { isNetexec, queryValue } from '../../apps/agnhost.ts'
import type { HttpAnswer, HttpRequest, Speaker } from '../../apps/image-speech.ts'
import { voiceOf } from '../../apps/image-voice.ts'
import { plainCommand } from '../../apps/shell-script.ts'
import { dial } from './netexec-dial.ts'
import type { World } from '../../apps/world.ts'
import type { Container, Pod } from '../../api/pod/pod.ts'
import { formatMicroTimestamp } from '../../kernel/timestamp.ts'
import type { Part } from '../../kernel/part.ts'
import type { StoreClient } from '../../store/client.ts'
import type { TrafficContext } from '../workload.ts'
import type { Network } from '../network.ts'
import { ShellSession, WAKE_TOPIC, type ShellOptions, type ShellOutput } from '../shell.ts'
import type { CommandContext, ContainerFiles } from './command.ts'
import { environmentOf } from './container-env.ts'
import { ContainerLogs, containerServing, speakerOf, type LogLine } from './container-logs.ts'
import { sendOne, type Sent } from './one-request.ts'
import { runLine } from './run-line.ts'
import type { SavedServedRequests, ServedRequests } from './served-requests.ts'

interface SavedContainers {
  readonly nextSession: number
  readonly served: SavedServedRequests
}

/** The container at the end of a request. */
interface Server {
  readonly pod: Pod
  readonly container: Container
  readonly speaker: Speaker
}

export interface ExecHandle {
  write(text: string): void
  closeInput(): void
  stop(): void
}

export interface ContainersContext extends TrafficContext {
  readonly epochMs: number
  readonly served: ServedRequests
  readonly network: Network
}

export class Containers implements Part {
  readonly partName = 'containers'
  readonly #context: ContainersContext
  readonly #store: StoreClient
  readonly #world: World
  readonly #logs: ContainerLogs
  readonly #sessions = new Map<number, ShellSession>()
  #nextSession = 1

  constructor(context: ContainersContext) {
    this.#context = context
    this.#world = context.world
    this.#store = context.client('container')
    this.#logs = new ContainerLogs({
      epochMs: context.epochMs,
      served: context.served,
      store: this.#store,
      output: context.world.output,
    })
    context.loop.on<number>(WAKE_TOPIC, id => {
      const session = this.#sessions.get(id)
      session?.wake()
      if (session?.ended) this.#sessions.delete(id)
    })
  }

  /** Whether somebody answers at the kubelet's port of this Node: `silent` when its machine is off or cut off. */
  kubelet(node: string): 'answers' | 'refused' | 'silent' {
    const machine = this.#world.machine(node)
    if (!machine?.power || machine.cutOff) return 'silent'
    return machine.kubelet ? 'answers' : 'refused'
  }

  get({
    address,
    port,
    path,
  }: {
    readonly address: string
    readonly port: number
    readonly path: string
  }): HttpAnswer & {
    readonly kind: Sent['kind']
  } {
    const { kind, uid } = this.#context.network.reach(address, port, 'TCP')
    if (kind !== 'answers') return { kind, status: 0, body: '' }
    const request = { path, agent: 'kube-apiserver' }
    return { kind, ...this.#answer({ uid, endpoint: `${address}:${port}` }, request) }
  }

  lines(pod: Pod, container: Container, previous: boolean): readonly LogLine[] | undefined {
    return this.#logs.lines(pod, container, previous)
  }

  follow(pod: Pod, container: Container, to: { send(line: LogLine): void; end(): void }): () => void {
    return this.#logs.follow(pod, container, to)
  }

  exec(pod: Pod, container: Container, options: ShellOptions, output: ShellOutput): ExecHandle {
    const id = this.#nextSession++
    const { loop } = this.#context
    const context = (): CommandContext => this.#commandContext(pod, container)
    const session = new ShellSession(id, { loop, image: container.image ?? '', context, options, output })
    this.#sessions.set(id, session)
    session.start()
    const then = (work: () => void) => (): void => {
      work()
      if (session.ended) this.#sessions.delete(id)
    }
    then(() => undefined)()
    return {
      write: text => then(() => session.write(text))(),
      closeInput: then(() => session.closeInput()),
      stop: then(() => session.stop()),
    }
  }

  /** Runs a command to its end as things stand now, as the kubelet has it done. */
  run(pod: Pod, container: Container, line: CommandLine, lastCode?: number): RanCommand {
    return runLine(line, this.#commandContext(pod, container), lastCode)
  }

  save(): SavedContainers {
    return { nextSession: this.#nextSession, served: this.#context.served.save() }
  }

  load(saved: SavedContainers): void {
    this.#nextSession = saved.nextSession
    this.#context.served.load(saved.served)
  }

  #commandContext(begun: Pod, container: Container): CommandContext {
    const { loop, settings, dataplane, network, random, epochMs } = this.#context
    const { namespace = '', name, uid } = begun.metadata
    const now = this.#store.get('Pod', namespace, name)
    const pod = now?.metadata.uid === uid ? now : begun
    const place = { pod, container, store: this.#store, domain: settings()['cluster-domain'] }
    const chance = random.stream('traffic/shell')
    const source = pod.status?.podIP ?? ''
    const node = pod.spec.nodeName ?? ''
    return {
      ...place,
      env: environmentOf(place),
      files: filesIn(this.#world, { uid, container: container.name }),
      dataplane,
      readInput: () => '',
      answersNames: network.wire.answersNames(node),
      wallMs: epochMs + loop.nowMs,
      chance: () => chance.unit(),
      send: to => sendOne({ settings, dataplane, network, random: chance }, { node, source, ...to }),
      answer: (sent, request) => {
        if (sent.health) return sent.health
        // The server writes to its log as it is asked, since nothing more of the request is followed.
        if (sent.uid !== '') this.#context.served.note(sent.uid, loop.nowMs, sent.seenAs, sent.endpoint, request)
        return this.#answer(sent, {
          ...request,
          from: this.#seenFrom(sent),
          at: formatMicroTimestamp(epochMs + loop.nowMs),
        })
      },
      datagram: (sent, text) => {
        const server = this.#server(sent)
        if (!server) return undefined
        const { speaker } = server
        return voiceOf(speaker.image).datagram?.(speaker, { text, from: this.#seenFrom(sent) })
      },
    }
  }

  /** Address and a port of the kind that Linux gives a client. */
  #seenFrom({ seenAs }: Sent): string {
    const port = 32_768 + this.#context.random.stream('traffic/shell/ports').int(28_232)
    return seenAs.includes(':') ? `[${seenAs}]:${port}` : `${seenAs}:${port}`
  }

  /** The container that answers at the end of a request; undefined outside the cluster. */
  #server({ uid, endpoint }: Pick<Sent, 'uid' | 'endpoint'>): Server | undefined {
    const process = this.#world.process(uid)
    const pod = process && this.#store.get('Pod', process.namespace, process.name)
    if (!pod) return undefined
    const name = containerServing(pod, Number(endpoint.slice(endpoint.lastIndexOf(':') + 1)))
    const container = pod.spec.containers.find(one => one.name === name)
    return container && { pod, container, speaker: speakerOf(pod, container) }
  }

  #answer(sent: Pick<Sent, 'uid' | 'endpoint'>, request: HttpRequest): HttpAnswer {
    const server = this.#server(sent)
    if (!server) return { status: 200, body: '' }
    const { headers = [], ...answer } = this.#said(server, request)
    return { ...answer, headers: [...headers, ['x-pod', server.pod.metadata.name]] }
  }

  #said({ pod, container, speaker }: Server, request: HttpRequest): HttpAnswer {
    if (isNetexec(speaker)) {
      if (/^\/dial\b/.test(request.path)) return dial(request.path, this.#commandContext(pod, container))
      if (/^\/shell\b/.test(request.path)) return this.#shell(request.path, pod, container)
    }
    return voiceOf(speaker.image).answer(speaker, request)
  }

  /** netexec's `/shell?cmd=…`. */
  #shell(path: string, pod: Pod, container: Container): HttpAnswer {
    const text = queryValue(path, 'shellCommand') || queryValue(path, 'cmd')
    const { code, output, tookMs } = this.run(pod, container, plainCommand(['/bin/sh', '-c', text]))
    const body = {
      ...(code === 0 ? {} : { error: `exit status ${code}` }),
      ...(output === '' ? {} : { output }),
    }
    return { status: 200, body: JSON.stringify(body), tookMs }
  }
}

/** The files of a container as they are whenever they are looked at. */
function filesIn(world: World, where: { readonly uid: string; readonly container: string }): ContainerFiles {
  return {
    get written() {
      return world.filesOf(where.uid, where.container)
    },
    write: (path, text) => world.setFile(where, path, text),
  }
}
