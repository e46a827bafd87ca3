// The page's kubectl as a recorded story sees it: an engine in this process with three simulated Nodes, a namespace of the
// story's own, and a terminal whose clock is the virtual one, so that a wait of minutes takes milliseconds.

import { apiOf, createCluster, type Cluster } from '../engine/index.ts'
import { Interrupt, runKubectl, type Terminal } from '../kubectl/index.ts'
import { result, type KubectlStep, type KubectlStory, type KubectlWait, type Outcome } from './kubectl-result.mjs'
import { differences, holdsIn, nodeOfStory, nodeStatusOfStory, type Answered, type StoryNode } from './kubectl-story.ts'

const SERVER = 'http://cluster.test'
const NAMESPACE = 'k1-0x'
const EPOCH_MS = 1_893_553_445_000
const TICK_MS = 50
const REQUEST_MS = 5
/** How long a command may take, in virtual time. */
const LIMIT_MS = 90_000
const PATIENCE_MS = 30_000
const QUIET_MS = 400

export class KubectlPlayer {
  readonly #cluster: Cluster = createCluster({ seed: 1, empty: true, epochMs: EPOCH_MS })
  readonly #files = new Map<string, string>()
  #timers: { readonly atMs: number; readonly work: () => void }[] = []

  /** The steps whose outcome differs, as lines to read. */
  async check(story: KubectlStory): Promise<string[]> {
    for (const number of [1, 2, 3]) this.#makeNode({ name: `n${number}`, number, simulated: true })
    this.#ask('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } })
    if (story.node) this.#makeNode({ name: `${NAMESPACE}-node`, number: 99, simulated: false })
    this.#pass(1_000)
    const sent =
      JSON.stringify(story.steps.map(step => ({ ...step, expect: undefined }))) + JSON.stringify(story.files ?? {})
    const context = { ns: NAMESPACE, server: [SERVER], sent }
    const problems: string[] = []
    this.#put(story.files)
    for (const [at, step] of story.steps.entries()) {
      this.#put(step.files)
      const vain = (step.waitFor ?? []).filter(wait => !this.#settles(wait))
      const outcome = result(step, await this.#run(step), context)
      const told = [
        ...vain.map(wait => `waited in vain for ${JSON.stringify(wait)}`),
        ...differences(step.expect, outcome),
      ]
      if (told.length > 0) problems.push(`step ${at}: kubectl ${step.args.join(' ')}`, ...told.map(line => `  ${line}`))
    }
    return problems
  }

  async #run(step: KubectlStep): Promise<Outcome> {
    const interrupt = new Interrupt()
    let stdout = ''
    let stderr = ''
    let lastMs = this.#cluster.nowMs
    const terminal = this.#terminal(step, interrupt, {
      out: text => {
        stdout += text
        lastMs = this.#cluster.nowMs
      },
      err: text => void (stderr += text),
    })
    let exit: number | string | undefined
    const words = ['--server', SERVER, '--namespace', NAMESPACE, ...step.args.map(expand)]
    const done = runKubectl(words, terminal).then(code => void (exit ??= code))
    const startMs = this.#cluster.nowMs
    let due: readonly (readonly string[])[] = step.during ?? []
    for (;;) {
      // What waits on promises goes first; time stands still meanwhile.
      for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
      if (exit !== undefined) break
      const nowMs = this.#cluster.nowMs
      if (due.length > 0 && (stdout !== '' || nowMs - startMs > 1_000)) {
        const [next = [], ...others] = due
        due = others
        await this.#run({ args: next, expect: step.expect })
      }
      const lines = stdout.split('\n').length - 1
      const isQuiet = step.stop !== undefined && due.length === 0 && lines >= step.stop && nowMs - lastMs > QUIET_MS
      if (isQuiet || nowMs - startMs > (step.stop === undefined ? LIMIT_MS : 12_000)) {
        exit = step.stop === undefined ? 'time limit' : 'stopped'
        interrupt.raise()
        await done
        break
      }
      this.#pass(TICK_MS)
    }
    return { exit, stdout, stderr }
  }

  #terminal(step: KubectlStep, interrupt: Interrupt, to: Pick<Terminal, 'out' | 'err'>): Terminal {
    return {
      ...to,
      server: SERVER,
      stdin: expand(step.stdin ?? ''),
      files: this.#files,
      interrupt,
      after: (ms, callback) => {
        const timer = { atMs: this.#cluster.nowMs + ms, work: callback }
        this.#timers.push(timer)
        return () => void (this.#timers = this.#timers.filter(one => one !== timer))
      },
      send: (request, listener) => {
        this.#pass(REQUEST_MS)
        const response = apiOf(this.#cluster).handle(request)
        const date = new Date(this.#cluster.epochMs + this.#cluster.nowMs).toUTCString()
        const headers = { ...response.headers, date }
        if (response.type === 'body') return { answer: Promise.resolve({ ...response, headers }), close: () => {} }
        const end = (): void => listener.end()
        const answer = Promise.resolve({ type: 'stream', headers } as const)
        if (response.type === 'watch')
          return { answer, close: response.open(text => listener.piece(text, 'event'), end) }
        const input = response.open({ send: (channel, text) => listener.piece(text, channel), end })
        input.closeInput()
        return { answer, close: () => input.stop() }
      },
    }
  }

  #pass(ms: number): void {
    this.#cluster.advanceTo(this.#cluster.nowMs + ms)
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#cluster.nowMs)
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.#cluster.nowMs)
    for (const { work } of due) work()
  }

  #put(files: KubectlStory['files']): void {
    for (const [name, text] of Object.entries(files ?? {})) this.#files.set(name, expand(text))
  }

  #ask(method: string, url: string, body?: unknown, contentType = 'application/json'): Answered {
    const [path = '', query = ''] = url.split('?')
    const headers = { accept: 'application/json', 'content-type': contentType }
    const text = body === undefined ? '' : JSON.stringify(body)
    const response = apiOf(this.#cluster).handle({ method, path, query, headers, body: text })
    if (response.type !== 'body') throw new Error(`${url} is no body`)
    try {
      return { status: response.status, body: JSON.parse(response.body) as unknown }
    } catch {
      return { status: response.status, body: {} }
    }
  }

  #settles(wait: KubectlWait): boolean {
    for (let waitedMs = 0; waitedMs <= PATIENCE_MS; waitedMs += TICK_MS) {
      if (this.#holds(wait)) return true
      this.#pass(TICK_MS)
    }
    return false
  }

  #holds(wait: KubectlWait): boolean {
    return holdsIn(this.#ask('GET', expand(wait.get)), wait)
  }

  #makeNode(node: StoryNode): void {
    this.#ask('POST', '/api/v1/nodes', nodeOfStory(node))
    const status = nodeStatusOfStory(node, this.#cluster.epochMs + this.#cluster.nowMs)
    this.#ask('PATCH', `/api/v1/nodes/${node.name}/status`, { status }, 'application/strategic-merge-patch+json')
  }
}

function expand(text: string): string {
  return text.replaceAll('{ns}', NAMESPACE).replaceAll('{server}', SERVER)
}
