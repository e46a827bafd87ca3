// A description in the making: lines at a depth, cells parted by tabs, laid out in columns at the end.

import { ageOf } from '../age.ts'
import { alignColumns, DESCRIPTION } from '../align.ts'
import { listAt, textAt, type Fields } from '../fields.ts'
import { eventAge } from '../events.ts'

export class Page {
  readonly nowMs: number
  readonly #lines: string[] = []

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  /** A line at a depth: cells parted by tabs. */
  line(depth: number, text: string): void {
    this.#lines.push('  '.repeat(depth) + text)
  }

  /** `Name:	value`. */
  field(name: string, value: string, depth = 0): void {
    this.line(depth, `${name}:\t${value}`)
  }

  /** A map of labels, each on a line of its own below the first. */
  map(
    name: string,
    map: Fields,
    { depth = 0, by = '=' }: { readonly depth?: number; readonly by?: string } = {},
  ): void {
    const entries = Object.keys(map)
      .sort()
      .map(key => `${key}${by}${String(map[key])}`)
    this.list(name, entries, depth)
  }

  list(name: string, values: readonly string[], depth = 0): void {
    const [first = '<none>', ...rest] = values
    this.field(name, first, depth)
    for (const one of rest) this.line(depth, `\t${one}`)
  }

  annotations(object: unknown): void {
    const hidden = 'kubectl.kubernetes.io/last-applied-configuration'
    const all = (valueMap(object, 'annotations') ?? {}) as Fields
    const shown = Object.fromEntries(Object.entries(all).filter(([key]) => key !== hidden))
    const lines = Object.keys(shown)
      .sort()
      .flatMap(key => {
        const value = String(shown[key]).trim()
        return value.length + key.length < 140 && !value.includes('\n')
          ? [`${key}: ${value}`]
          : [`${key}:`, ...value.split('\n').map(one => `  ${shortened(one)}`)]
      })
    this.list('Annotations', lines)
  }

  /** A table with a head and a rule below it. */
  table(depth: number, head: readonly string[], rows: readonly (readonly string[])[]): void {
    this.line(depth, head.join('\t'))
    this.line(depth, head.map(word => '-'.repeat(word.length)).join('\t'))
    for (const row of rows) this.line(depth, row.join('\t'))
  }

  events(events: readonly unknown[]): void {
    if (events.length === 0) return this.field('Events', '<none>')
    const rows = events.map(event => [
      textAt(event, 'type'),
      textAt(event, 'reason'),
      eventAge(event, this.nowMs),
      sourceOf(event),
      textAt(event, 'message').trim(),
    ])
    // The rule below the head of events is as wide as kubectl has it, whatever the words.
    this.line(0, 'Events:')
    this.line(1, 'Type\tReason\tAge\tFrom\tMessage')
    this.line(1, '----\t------\t----\t----\t-------')
    for (const row of rows) this.line(1, row.join('\t'))
  }

  age(timestamp: string): string {
    return ageOf(timestamp, this.nowMs)
  }

  text(): string {
    return `${alignColumns(this.#lines.join('\n'), DESCRIPTION)}\n`
  }
}

function valueMap(object: unknown, name: string): unknown {
  return (object as { readonly metadata?: Fields } | undefined)?.metadata?.[name]
}

function shortened(text: string): string {
  return text.length > 137 ? `${text.slice(0, 137)}...` : text
}

function sourceOf(event: unknown): string {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent')
  const host = textAt(event, 'source', 'host')
  return host === '' ? component : `${component}, ${host}`
}

export function conditionsOf(object: unknown): readonly unknown[] {
  return listAt(object, 'status', 'conditions')
}
