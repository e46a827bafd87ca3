// What runs in containers: a server that goes on until it is stopped, or a script, of which one command after another is run
// as virtual time passes, until it ends the container. A command that the simulated shell does not have is the application: from
// there on the container is a server. An init container that is nothing but a server has nothing to do here and ends well.

import { FOREVER_MS } from '../../apps/run-command.ts'
import { nextCommand, scriptOf, type Step } from '../../apps/program.ts'
import { literalText } from '../../apps/shell-script.ts'
import type { Container, Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { PodBench } from './pod-bench.ts'
import { allContainers, type ContainerWork, type PodWork, type ProcessWork } from './pod-work.ts'

const PROCESS_TOPIC = 'kubelet/process'
const CRASH_TOPIC = 'kubelet/crash'
/** What a process that crashes ends with. */
const CRASH_CODE = 1
/** A script that runs so many commands in no time at all is busy for ever. */
const COMMANDS_AT_ONCE_MAX = 100

/** What a command does to its script: goes on, goes on after a while, ends it, or turns out to be a server. */
type Effect =
  | { readonly type: 'on'; readonly code: number; readonly tookMs: number; readonly output: string }
  | { readonly type: 'end'; readonly code: number }
  | { readonly type: 'serve' }

export class MainProcesses {
  readonly #context: ControllerRuntime
  readonly #bench: PodBench

  constructor(context: ControllerRuntime, bench: PodBench) {
    this.#context = context
    this.#bench = bench
    context.loop.on<{ readonly uid: string; readonly container: number }>(PROCESS_TOPIC, ({ uid, container }) => {
      const work = this.#bench.work(uid)
      const pod = work && this.#bench.pod(work)
      const process = work?.containers[container]?.process
      if (!work || !process) return
      process.timer = null
      if (pod) this.#follow(work, pod, container, process)
    })
    context.loop.on<string>(CRASH_TOPIC, uid => this.#crash(uid))
    context.world.onCrash(uid => context.loop.schedule(CRASH_TOPIC, 0, uid))
  }

  /** Starts the process of a container that has just begun to run. */
  begin(work: PodWork, pod: Pod, index: number): void {
    const own = work.containers[index] as ContainerWork
    const container = allContainers(pod)[index] as Container
    const script = scriptOf(container)
    own.process = { at: 0, code: 0, serving: false, termCode: null, trapped: false, timer: null }
    this.#context.world.clearFiles(work.uid, container.name)
    this.#context.world.output.begin(work.uid, container.name)
    if (this.#crashesAtOnce(work, index)) this.#bench.containerEnded(work, index, CRASH_CODE)
    else if (script === undefined) this.#serve(work, index, own.process)
    else this.#follow(work, pod, index, own.process)
  }

  #crashesAtOnce(work: PodWork, index: number): boolean {
    return index >= work.initCount && this.#context.world.crashes(work.namespace, work.name)
  }

  /** Ends what runs in the containers of a Pod, init containers aside. Where there is no power nothing runs. */
  #crash(uid: string): void {
    const work = this.#bench.work(uid)
    if (!work || this.#context.world.machine(work.node)?.power === false) return
    for (let index = work.initCount; index < work.containers.length; index++)
      this.#bench.containerEnded(work, index, CRASH_CODE)
  }

  #follow(work: PodWork, pod: Pod, index: number, process: ProcessWork): void {
    const container = allContainers(pod)[index]
    const script = container && scriptOf(container)
    if (!container || !script) return
    const { loop, world } = this.#context
    for (let ran = 0; ran < COMMANDS_AT_ONCE_MAX; ran++) {
      const effect = this.#next(pod, container, script, process)
      if (effect.type === 'on' && effect.output !== '')
        world.output.print(work.uid, container.name, loop.nowMs, effect.output)
      if (effect.type === 'end') return this.#bench.containerEnded(work, index, effect.code)
      if (effect.type === 'serve') return this.#serve(work, index, process)
      process.code = effect.code
      if (effect.tookMs >= FOREVER_MS) return
      if (effect.tookMs === 0) continue
      const argument = { uid: work.uid, container: index }
      process.timer = loop.schedule(PROCESS_TOPIC, effect.tookMs, argument)
      return
    }
  }

  #next(pod: Pod, container: Container, script: readonly Step[], process: ProcessWork): Effect {
    const next = nextCommand(script, process)
    if (next.type === 'end') return { type: 'end', code: next.code }
    process.at = next.next
    const plain = next.line.words.map(literalText)
    const line = plain[0] === 'exec' ? { ...next.line, words: next.line.words.slice(1) } : next.line
    switch (plain[0]) {
      case 'exit':
        return { type: 'end', code: plain[1] === undefined ? process.code : Number(plain[1]) & 255 }
      case 'trap':
        process.termCode = termCodeOf(plain)
        process.trapped = true
        return { type: 'on', code: 0, tookMs: 0, output: '' }
      case 'wait':
        return { type: 'on', code: 0, tookMs: FOREVER_MS, output: '' }
    }
    const { code, tookMs, known, output } = this.#context.run(pod, container, line, process.code)
    if (!known) return { type: 'serve' }
    // What `exec` runs takes the place of the shell.
    if (plain[0] === 'exec') process.at = script.length
    return { type: 'on', code, tookMs, output }
  }

  #serve(work: PodWork, index: number, process: ProcessWork): void {
    const own = work.containers[index]
    if (index < work.initCount && !own?.sidecar) return this.#bench.containerEnded(work, index, 0)
    process.serving = true
    if (!process.trapped) process.termCode = 0
    const pod = this.#bench.pod(work)
    if (pod) this.#bench.setProcess(work, pod)
  }
}

/** Of `trap COMMANDS SIGNALS`: what the shell exits with at SIGTERM. An empty command makes it deaf. */
function termCodeOf([, commands = '', ...signals]: readonly string[]): number | null {
  if (!signals.some(signal => /^(SIG)?TERM$|^15$/i.test(signal)) || commands === '') return null
  const code = /\bexit(?:\s+(\d+))?/.exec(commands)
  return code ? Number(code[1] ?? 0) : 0
}
