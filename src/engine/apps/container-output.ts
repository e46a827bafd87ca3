// What the first processes of containers have printed, as a kubelet keeps it: the last lines of the present run, and those of the
// run before. Only scripts print here; what a server writes to its log is composed from what it answered (image-voice.ts).

import { compareText } from '../kernel/json.ts'

export interface OutputLine {
  /** Virtual ms. */
  readonly atMs: number
  readonly text: string
}

/** Runs of one container. */
interface Runs {
  readonly present: readonly OutputLine[]
  readonly previous: readonly OutputLine[]
}

export type SavedContainerOutput = readonly (readonly [string, Runs])[]

/** Lines kept of one run. */
const LINES_MAX = 200
const NOTHING: Runs = { present: [], previous: [] }

export class ContainerOutput {
  readonly #runs = new Map<string, Runs>()
  readonly #listeners: ((uid: string, container: string, line: OutputLine) => void)[] = []

  lines(uid: string, container: string, previous: boolean): readonly OutputLine[] {
    const runs = this.#runs.get(`${uid}/${container}`) ?? NOTHING
    return previous ? runs.previous : runs.present
  }

  /** A new run begins: what the one before printed is the previous log. */
  begin(uid: string, container: string): void {
    const key = `${uid}/${container}`
    const runs = this.#runs.get(key)
    if (runs) this.#runs.set(key, { present: [], previous: runs.present })
  }

  /** Takes in what a command printed; an unfinished line counts as one. */
  print(uid: string, container: string, atMs: number, text: string): void {
    if (text === '') return
    const key = `${uid}/${container}`
    const { present, previous } = this.#runs.get(key) ?? NOTHING
    const lines = text
      .replace(/\n$/, '')
      .split('\n')
      .map(one => ({ atMs, text: one }))
    this.#runs.set(key, { present: [...present, ...lines].slice(-LINES_MAX), previous })
    for (const line of lines) for (const listener of this.#listeners) listener(uid, container, line)
  }

  /** The Pod is gone, and its logs with it. */
  forget(uid: string): void {
    for (const key of this.#runs.keys()) if (key.startsWith(`${uid}/`)) this.#runs.delete(key)
  }

  /** Tells of each line as it comes; wiring, not state. */
  onLine(listener: (uid: string, container: string, line: OutputLine) => void): void {
    this.#listeners.push(listener)
  }

  save(): SavedContainerOutput {
    return [...this.#runs].sort((a, b) => compareText(a[0], b[0]))
  }

  load(saved: SavedContainerOutput): void {
    this.#runs.clear()
    for (const [key, runs] of saved) this.#runs.set(key, runs)
  }
}
