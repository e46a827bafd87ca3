// What Tab offers: verbs, kinds, names and flags that go on from what stands before the cursor.

import { ALIASES, COMMANDS, type CommandTree } from './commands.ts'
import { GLOBAL_FLAGS } from './command.ts'

/** What is in the cluster now. Kinds as one would type them, names by kind. */
export interface Known {
  readonly kinds: readonly string[]
  readonly namespaces: readonly string[]
  /** Names of a kind, given as any of its words. */
  names(kind: string): readonly string[]
  readonly files: readonly string[]
}

export interface Completion {
  /** Where the word begins that is completed. */
  readonly from: number
  readonly options: readonly string[]
}

const SHELL = ['kubectl', 'clear', 'help']
const ABOUT_PODS = ['exec', 'logs']
const ABOUT_NODES = ['cordon', 'uncordon', 'drain']

/** `text` is what stands before the cursor. */
export function complete(text: string, known: Known): Completion {
  const from = text.search(/\S*$/)
  const word = text.slice(from)
  const before = text
    .slice(0, from)
    .split(/\s+/)
    .filter(one => one !== '')
  const options = [...new Set(optionsFor(before, word, known))].filter(one => one.startsWith(word) && one !== word)
  return { from, options: options.sort() }
}

function optionsFor(before: readonly string[], word: string, known: Known): readonly string[] {
  const [first, ...words] = before
  if (first === undefined) return SHELL
  if (first !== 'kubectl' && first !== 'k') return []
  const last = words.at(-1) ?? ''
  if (last === '-n' || last === '--namespace') return known.namespaces
  if (last === '-f' || last === '--filename') return [...known.files, '-']
  if (last === '-o' || last === '--output') return ['wide', 'yaml', 'json', 'name', 'jsonpath=', 'custom-columns=']
  const { tree, rest } = walk(words)
  if (tree === null) return Object.keys(COMMANDS)
  if (word.startsWith('-')) return Object.keys({ ...GLOBAL_FLAGS, ...tree.own?.flags }).map(name => `--${name}`)
  if (rest.length === 0 && tree.below) return [...Object.keys(tree.below), ...(tree.own ? known.kinds : [])]
  return argumentsFor(words[0] ?? '', rest, word, known)
}

function walk(words: readonly string[]): { readonly tree: CommandTree | null; readonly rest: readonly string[] } {
  const plain = words.filter(one => !one.startsWith('-'))
  let tree: CommandTree | null = null
  let below: { readonly [word: string]: CommandTree } = COMMANDS
  for (let at = 0; at < plain.length; at++) {
    const word = plain[at] ?? ''
    const name = Object.hasOwn(below, word) ? word : (ALIASES[word] ?? '')
    const next = Object.hasOwn(below, name) ? below[name] : undefined
    if (!next) return { tree, rest: plain.slice(at) }
    tree = next
    below = next.below ?? {}
  }
  return { tree, rest: [] }
}

function argumentsFor(verb: string, rest: readonly string[], word: string, known: Known): readonly string[] {
  if (ABOUT_NODES.includes(verb)) return known.names('nodes')
  const slash = word.indexOf('/')
  if (slash > 0) {
    const kind = word.slice(0, slash)
    return known.names(kind).map(name => `${kind}/${name}`)
  }
  if (ABOUT_PODS.includes(verb)) return rest.length === 0 ? known.names('pods') : []
  const [kind] = rest
  return kind === undefined ? known.kinds : known.names(kind)
}
