// What Tab offers: verbs, kinds, names and flags that go on from what stands before the cursor. What is in the cluster is
// asked for when it is needed, as a real shell's completion asks the server.

import { ALIASES, COMMANDS, type CommandTree } from './commands.ts'
import { GLOBAL_FLAGS } from './command.ts'

export interface Known {
  /** The words that name a kind. */
  kinds(): Promise<readonly string[]>
  /** Names of a kind, given as any of its words; `namespace` '' is the usual one. */
  names(kind: string, namespace: string): Promise<readonly string[]>
  readonly files: readonly string[]
}

export interface Completion {
  /** Where the word begins that is completed. */
  readonly from: number
  readonly options: readonly string[]
}

const SHELL = ['kubectl', 'clear', 'help']
const OUTPUTS = ['wide', 'yaml', 'json', 'name', 'jsonpath=', 'custom-columns=']
const ABOUT_PODS = ['exec', 'logs']
const ABOUT_NODES = ['cordon', 'uncordon', 'drain']
const ABOUT_NOTHING = ['api-resources', 'api-versions', 'cluster-info', 'events', 'run', 'top', 'version']

/** `text` is what stands before the cursor. */
export async function complete(text: string, known: Known): Promise<Completion> {
  const from = text.search(/\S*$/)
  const word = text.slice(from)
  const before = text
    .slice(0, from)
    .split(/\s+/)
    .filter(one => one !== '')
  const options = new Set(await optionsFor(before, word, known))
  return { from, options: [...options].filter(one => one.startsWith(word) && one !== word).sort() }
}

async function optionsFor(before: readonly string[], word: string, known: Known): Promise<readonly string[]> {
  const [first, ...words] = before
  if (first === undefined) return SHELL
  if (first !== 'kubectl' && first !== 'k') return []
  const last = words.at(-1) ?? ''
  if (last === '-n' || last === '--namespace') return known.names('namespaces', '')
  if (last === '-f' || last === '--filename') return [...known.files, '-']
  if (last === '-o' || last === '--output') return OUTPUTS
  const { tree, rest } = walk(words)
  if (tree === null) return Object.keys(COMMANDS)
  if (word.startsWith('-')) return Object.keys({ ...GLOBAL_FLAGS, ...tree.own?.flags }).map(name => `--${name}`)
  if (rest.length === 0 && tree.below) return Object.keys(tree.below)
  if (words.includes('--')) return []
  return argumentsFor(words, rest, word, known)
}

function walk(words: readonly string[]): { readonly tree: CommandTree | null; readonly rest: readonly string[] } {
  const plain = words.filter((one, at) => !one.startsWith('-') && words[at - 1] !== '-n')
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

async function argumentsFor(
  words: readonly string[],
  rest: readonly string[],
  word: string,
  known: Known,
): Promise<readonly string[]> {
  const [verb = ''] = words
  const at = words.findIndex(one => one === '-n' || one === '--namespace')
  const namespace = at < 0 ? '' : (words[at + 1] ?? '')
  if (ABOUT_NOTHING.includes(verb)) return []
  if (ABOUT_NODES.includes(verb)) return known.names('nodes', '')
  const slash = word.indexOf('/')
  if (slash > 0) {
    const kind = word.slice(0, slash)
    return (await known.names(kind, namespace)).map(name => `${kind}/${name}`)
  }
  if (ABOUT_PODS.includes(verb)) return rest.length === 0 ? known.names('pods', namespace) : []
  const [kind] = rest
  return kind === undefined ? known.kinds() : known.names(kind, namespace)
}
