// Options of a command line, read as pflag reads them: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-it`; they
// may stand anywhere before `--`. Messages are cobra's.

import { Failure } from './failures.ts'

export interface FlagSpec {
  readonly short?: string
  /** `switch` needs no value; `many` may come again, its values are kept apart. */
  readonly type: 'switch' | 'text' | 'many'
  /** The value where the flag comes without one; such a flag takes one after `=` only. */
  readonly bare?: string
}

export type FlagSpecs = { readonly [name: string]: FlagSpec }

export class Flags {
  readonly #values: ReadonlyMap<string, readonly string[]>

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The last one given, or ''. */
  text(name: string): string {
    return this.#values.get(name)?.at(-1) ?? ''
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** Values that may also be joined by commas. */
  list(name: string): readonly string[] {
    return this.all(name).flatMap(one => one.split(',').filter(part => part !== ''))
  }

  without(name: string): Flags {
    return new Flags(new Map([...this.#values].filter(([own]) => own !== name)))
  }

  on(name: string): boolean {
    const value = this.text(name)
    return value === 'true' || value === '1' || value === 't'
  }
}

export interface Parsed {
  readonly args: readonly string[]
  /** What stands after `--`; null without one. */
  readonly rest: readonly string[] | null
  readonly flags: Flags
}

export function parseFlags(command: string, words: readonly string[], specs: FlagSpecs): Parsed {
  const values = new Map<string, string[]>()
  const args: string[] = []
  const refuse = (message: string): Failure =>
    new Failure(`error: ${message}\nSee 'kubectl ${command} --help' for usage.`)
  const set = (name: string, value: string): void => void values.set(name, [...(values.get(name) ?? []), value])
  const shorts = new Map(Object.entries(specs).flatMap(([name, { short }]) => (short ? [[short, name] as const] : [])))

  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '--') return { args, rest: words.slice(at + 1), flags: new Flags(values) }
    if (word.startsWith('--')) at += long(word, words[at + 1])
    else if (word.startsWith('-') && word !== '-') at += short(word, words[at + 1])
    else args.push(word)
  }
  return { args, rest: null, flags: new Flags(values) }

  /** How many of the words that follow were taken. */
  function long(word: string, next: string | undefined): number {
    const split = word.indexOf('=')
    const name = word.slice(2, split < 0 ? undefined : split)
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (!spec) throw refuse(`unknown flag: --${name}`)
    if (split >= 0) return (set(name, word.slice(split + 1)), 0)
    const bare = bareOf(spec)
    if (bare !== undefined) return (set(name, bare), 0)
    if (next === undefined) throw refuse(`flag needs an argument: --${name}`)
    return (set(name, next), 1)
  }

  function short(word: string, next: string | undefined): number {
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? ''
      const name = shorts.get(letter)
      const spec = name === undefined ? undefined : specs[name]
      if (name === undefined || !spec) throw refuse(`unknown shorthand flag: '${letter}' in ${word}`)
      const rest = word.slice(at + 1)
      if (rest.startsWith('=')) return (set(name, rest.slice(1)), 0)
      const bare = bareOf(spec)
      if (bare !== undefined) set(name, bare)
      else if (rest !== '') return (set(name, rest), 0)
      else if (next === undefined) throw refuse(`flag needs an argument: '${letter}' in ${word}`)
      else return (set(name, next), 1)
    }
    return 0
  }
}

function bareOf(spec: FlagSpec): string | undefined {
  return spec.type === 'switch' ? 'true' : spec.bare
}
