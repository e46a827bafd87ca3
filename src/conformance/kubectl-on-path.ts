// The real kubectl as a recorded story sees it, against a companion with a running clock: each story in a namespace, a folder
// and a home of its own. Which recording fits is told by the version of the client.

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { result, type KubectlStep, type KubectlStory, type KubectlWait, type Outcome } from './kubectl-result.mjs'
import { differences, holdsIn, nodeOfStory, nodeStatusOfStory, type Answered, type StoryNode } from './kubectl-story.ts'

const PATIENCE_MS = 30_000
/** Who waited in vain once has less of it. */
const PATIENCE_LEFT_MS = 2_000
const POLL_MS = 100
const LIMIT_SECONDS = 60
const STOPPED_SECONDS = 12
const QUIET_MS = 400
/** When further commands are given at the latest, and after the first output. */
const FIRST_MS = 1_000
const AFTER_OUTPUT_MS = 200
const BETWEEN_MS = 250

/** `v1.32.4`, or undefined where there is no kubectl on the PATH. */
export function kubectlVersion(): string | undefined {
  const { stdout } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' })
  return /"gitVersion": *"(v[0-9.]+)/.exec(stdout ?? '')?.[1]
}

interface Place {
  readonly namespace: string
  readonly home: string
  readonly folder: string
}

export class KubectlOnPath {
  readonly #server: string
  #stories = 0

  constructor(server: string) {
    this.#server = server
  }

  /** Makes the Nodes that all stories share. */
  async prepare(): Promise<void> {
    for (const number of [1, 2, 3]) await this.#makeNode({ name: `n${number}`, number, simulated: true })
  }

  /** The steps whose outcome differs, as lines to read. */
  async check(story: KubectlStory): Promise<string[]> {
    const namespace = `k-${(this.#stories++).toString(36)}x`
    const home = mkdtempSync(join(tmpdir(), 'kubectl-story-'))
    const folder = join(home, 'work')
    mkdirSync(folder)
    const place: Place = { namespace, home, folder }
    await this.#ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
    if (story.node) await this.#makeNode({ name: `${namespace}-node`, number: 99, simulated: false })
    try {
      return await this.#play(story, place)
    } finally {
      await this.#cleanUp(story, namespace)
      rmSync(home, { recursive: true, force: true })
    }
  }

  async #play(story: KubectlStory, place: Place): Promise<string[]> {
    const sent =
      JSON.stringify(story.steps.map(step => ({ ...step, expect: undefined }))) + JSON.stringify(story.files ?? {})
    const context = { ns: place.namespace, server: [this.#server], sent }
    const problems: string[] = []
    let patienceMs = PATIENCE_MS
    this.#put(story.files, place)
    for (const [at, step] of story.steps.entries()) {
      this.#put(step.files, place)
      const vain: KubectlWait[] = []
      for (const wait of step.waitFor ?? []) if (!(await this.#settles(wait, place, patienceMs))) vain.push(wait)
      if (vain.length > 0) patienceMs = PATIENCE_LEFT_MS
      const outcome = result(step, await this.#run(step, place), context)
      const told = [
        ...vain.map(wait => `waited in vain for ${JSON.stringify(wait)}`),
        ...differences(step.expect, outcome),
      ]
      if (told.length > 0) problems.push(`step ${at}: kubectl ${step.args.join(' ')}`, ...told.map(line => `  ${line}`))
    }
    return problems
  }

  #run(step: Omit<KubectlStep, 'expect'>, place: Place): Promise<Outcome> {
    const words = ['--server', this.#server, '--namespace', place.namespace]
    const child = spawn('kubectl', [...words, ...step.args.map(arg => this.#expand(arg, place))], {
      cwd: place.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: place.home,
        KUBECONFIG: join(place.home, 'none'),
        TZ: 'UTC',
        LANG: 'C.UTF-8',
        ...step.env,
      },
    })
    return new Promise((resolve, reject) => {
      let stdout = ''
      let stderr = ''
      let quiet: NodeJS.Timeout | undefined
      let due = step.during ?? []
      const end = (exit: number | string): void => {
        clearTimeout(limit)
        clearTimeout(first)
        clearTimeout(quiet)
        child.kill('SIGKILL')
        resolve({ exit, stdout, stderr })
      }
      const interfere = async (): Promise<void> => {
        const commands = due
        due = []
        for (const args of commands) {
          await this.#run({ args }, place)
          await pause(BETWEEN_MS)
        }
      }
      const seconds = step.stop === undefined ? (step.limit ?? LIMIT_SECONDS) : STOPPED_SECONDS
      const limit = setTimeout(() => end(step.stop === undefined ? 'time limit' : 'stopped'), seconds * 1_000)
      const first = setTimeout(() => void interfere(), FIRST_MS)
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
        if (due.length > 0) setTimeout(() => void interfere(), AFTER_OUTPUT_MS)
        if (step.stop === undefined || stdout.split('\n').length - 1 < step.stop) return
        clearTimeout(quiet)
        quiet = setTimeout(() => end('stopped'), QUIET_MS)
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.on('error', reject)
      child.on('close', code => end(code ?? 'killed'))
      // It may end without having read.
      child.stdin.on('error', () => {}).end(this.#expand(step.stdin ?? '', place))
    })
  }

  async #settles(wait: KubectlWait, place: Place, patienceMs: number): Promise<boolean> {
    const untilMs = performance.now() + patienceMs
    for (;;) {
      if (holdsIn(await this.#ask('GET', this.#expand(wait.get, place)), wait)) return true
      if (performance.now() > untilMs) return false
      await pause(POLL_MS)
    }
  }

  // Pods on a Node that nobody runs would keep their namespace for ever.
  async #cleanUp(story: KubectlStory, namespace: string): Promise<void> {
    const now = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }
    await this.#ask('DELETE', `/api/v1/namespaces/${namespace}/pods`, now)
    const node = story.node ? [`/api/v1/nodes/${namespace}-node`] : []
    const paths = [...(story.cleanup ?? []), ...node, `/api/v1/namespaces/${namespace}`]
    for (const path of paths) await this.#ask('DELETE', path.replaceAll('{ns}', namespace))
  }

  async #makeNode(node: StoryNode): Promise<void> {
    await this.#ask('POST', '/api/v1/nodes', nodeOfStory(node))
    const status = nodeStatusOfStory(node, Date.now())
    await this.#ask('PATCH', `/api/v1/nodes/${node.name}/status`, { status }, 'application/strategic-merge-patch+json')
  }

  #put(files: KubectlStory['files'], place: Place): void {
    for (const [name, text] of Object.entries(files ?? {})) {
      const file = join(place.folder, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, this.#expand(text, place))
    }
  }

  #expand(text: string, { namespace }: Place): string {
    return text.replaceAll('{ns}', namespace).replaceAll('{server}', this.#server)
  }

  async #ask(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answered> {
    const response = await fetch(this.#server + path, {
      method,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': contentType }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    try {
      return { status: response.status, body: JSON.parse(text) as unknown }
    } catch {
      return { status: response.status, body: {} }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
