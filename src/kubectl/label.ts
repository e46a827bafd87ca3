// `kubectl label` and `kubectl annotate`: the same command over two maps of an object, with messages of their own.

import { DRY_RUN_FLAGS, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import { failure, throwAll, Failure } from './failures.ts'
import { mapAt, withValue, type Fields } from './fields.ts'
import { findObjects, type Found } from './targets.ts'
import { mergePatch, patchObject, tell } from './write.ts'

const FLAGS = {
  ...OUTPUT_FLAGS,
  ...SELECTOR_FLAGS,
  ...FILE_FLAGS,
  ...DRY_RUN_FLAGS,
  all: { type: 'switch' },
  'all-namespaces': { short: 'A', type: 'switch' },
  overwrite: { type: 'switch' },
  list: { type: 'switch' },
  'resource-version': { type: 'text' },
} as const

export const LABEL: Command = {
  says: 'Update the labels on a resource',
  usage: 'kubectl label TYPE NAME KEY=VALUE… KEY-… [--overwrite] [--all] [-l SELECTOR]',
  flags: FLAGS,
  run: run => changeMap(run, 'label'),
}

export const ANNOTATE: Command = {
  says: 'Update the annotations on a resource',
  usage: 'kubectl annotate TYPE NAME KEY=VALUE… KEY-… [--overwrite] [--all] [-l SELECTOR]',
  flags: FLAGS,
  run: run => changeMap(run, 'annotation'),
}

type MapName = 'label' | 'annotation'

interface Updates {
  readonly set: ReadonlyMap<string, string>
  readonly removed: readonly string[]
}

const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

async function changeMap(run: Run, what: MapName): Promise<void> {
  const first = run.args.findIndex(arg => isUpdate(arg))
  const targets = first < 0 ? run.args : run.args.slice(0, first)
  const updates = readUpdates(first < 0 ? [] : run.args.slice(first), what)
  const isListing = run.flags.on('list')
  if (updates.set.size + updates.removed.length === 0 && !isListing) {
    throw failure(`at least one ${what} update is required`)
  }
  const { found, failures } = await findObjects(run, targets)
  const failed: Failure[] = [...failures]
  for (const one of found) {
    if (isListing) list(run, one, what)
    else {
      const failed1 = await attempt(() => changeOne(run, one, what, updates))
      if (failed1) failed.push(failed1)
    }
  }
  throwAll(failed)
}

async function attempt(work: () => Promise<void>): Promise<Failure | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

function isUpdate(arg: string): boolean {
  return arg.includes('=') || arg.endsWith('-')
}

function readUpdates(words: readonly string[], what: MapName): Updates {
  const set = new Map<string, string>()
  const removed: string[] = []
  for (const word of words) {
    if (!isUpdate(word)) throw failure(`all resources must be specified before ${what} changes: ${word}`)
    const at = word.indexOf('=')
    if (at < 0) {
      removed.push(word.slice(0, -1))
      continue
    }
    const value = word.slice(at + 1)
    if (what === 'label' && (!VALUE.test(value) || value.length > 63)) {
      throw failure(`invalid label value: "${word}": ${VALUE_RULE}`)
    }
    set.set(word.slice(0, at), value)
  }
  if (removed.some(name => set.has(name))) {
    throw failure(
      `can not both modify and remove ${what === 'label' ? 'a label' : 'an annotation'} in the same command`,
    )
  }
  return { set, removed }
}

function mapName(what: MapName): 'labels' | 'annotations' {
  return what === 'label' ? 'labels' : 'annotations'
}

function list(run: Run, { object }: Found, what: MapName): void {
  const map = mapAt(object, 'metadata', mapName(what))
  for (const name of Object.keys(map).sort()) run.out(`${name}=${String(map[name])}`)
}

async function changeOne(run: Run, found: Found, what: MapName, { set, removed }: Updates): Promise<void> {
  const own = mapAt(found.object, 'metadata', mapName(what))
  if (!run.flags.on('overwrite')) refuseOverwriting(own, set, what)
  if (what === 'label') {
    for (const name of removed) if (!Object.hasOwn(own, name)) run.out(`label "${name}" not found.`)
  }
  const changes = Object.fromEntries<string | null>([...set, ...removed.map(name => [name, null] as const)])
  const version = run.flags.text('resource-version')
  const metadata = { [mapName(what)]: changes, ...(version === '' ? {} : { resourceVersion: version }) }
  const expected = mergePatch(found.object, { metadata: { [mapName(what)]: changes } }) as Fields
  const updated = await patchObject(run, found, { body: { metadata } })
  const before = JSON.stringify(found.object)
  const after = JSON.stringify(expected)
  const shown = run.dryRun === 'client' ? withValue(found.object, ['metadata'], mapAt(expected, 'metadata')) : updated
  tell(run, found, shown, what === 'annotation' ? 'annotated' : wordOf(before, after, run.flags.on('overwrite')))
}

function wordOf(before: string, after: string, overwrite: boolean): string {
  if (before === after) return 'not labeled'
  return !overwrite && after.length < before.length ? 'unlabeled' : 'labeled'
}

function refuseOverwriting(own: Fields, set: ReadonlyMap<string, string>, what: MapName): void {
  const taken = [...set].filter(([name, value]) => Object.hasOwn(own, name) && own[name] !== value)
  if (taken.length === 0) return
  const told = taken.map(([name]) => `'${name}' already has a value (${String(own[name])})`)
  if (what === 'label') throw failure(told.map(one => `${one}, and --overwrite is false`).join('\n'))
  throw failure(`--overwrite is false but found the following declared annotation(s): ${told.join('; ')}`)
}
