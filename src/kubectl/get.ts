// `kubectl get`: asks the server for tables, or for the objects where `-o` wants them, and watches.

import { AS_TABLE, type Query } from './api.ts'
import { FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import { Failure, failure, StatusFailure, throwAll } from './failures.ts'
import { isFields, listAt, mapAt, textAt, type Fields } from './fields.ts'
import { parseJsonPath, printValue, relaxedPath } from './jsonpath.ts'
import { readManifests } from './manifests.ts'
import { listOf, printerOf, type Printer } from './output.ts'
import { apiVersionOf, pathOf, type Resource } from './resources.ts'
import { TablePrinter } from './table.ts'
import { selected, selectorQuery, wantedBy, type Wanted } from './targets.ts'
import { watchWanted } from './watch.ts'

const NOTHING_NAMED = `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`

export const GET: Command = {
  says: 'Display one or many resources',
  usage: 'kubectl get TYPE [NAME] [-o wide|yaml|json|name|jsonpath=…|custom-columns=…] [-w] [-l SELECTOR] [-A]',
  flags: {
    ...OUTPUT_FLAGS,
    ...SELECTOR_FLAGS,
    ...FILE_FLAGS,
    'all-namespaces': { short: 'A', type: 'switch' },
    'label-columns': { short: 'L', type: 'many' },
    'no-headers': { type: 'switch' },
    'show-labels': { type: 'switch' },
    'show-kind': { type: 'switch' },
    'sort-by': { type: 'text' },
    'ignore-not-found': { type: 'switch' },
    'output-watch-events': { type: 'switch' },
    'chunk-size': { type: 'text' },
    subresource: { type: 'text' },
    raw: { type: 'text' },
    watch: { short: 'w', type: 'switch' },
    'watch-only': { type: 'switch' },
  },
  run: get,
}

async function get(run: Run): Promise<void> {
  if (run.flags.has('raw')) return getRaw(run)
  if (run.args.length === 0 && !run.flags.has('filename')) throw new Failure(NOTHING_NAMED)
  const printer = printerOf(run)
  const wanted = run.flags.has('filename') ? await wantedByFiles(run) : await wantedBy(run, run.args)
  if (run.flags.on('watch') || run.flags.on('watch-only')) return watchWanted(run, wanted, printer)
  await (printer ? printObjects(run, wanted, printer) : printTables(run, wanted))
}

async function getRaw(run: Run): Promise<void> {
  if (run.args.length > 0) throw failure('arguments may not be passed when --raw is specified')
  const raw = run.flags.text('raw')
  if (!raw.startsWith('/')) throw failure(`--raw must be a valid URL path: parse "${raw}": invalid URI for request`)
  const [path = '', query = ''] = raw.split('?')
  const pairs = query.split('&').map(pair => pair.split('='))
  const text = await run.api.text({
    path,
    query: Object.fromEntries(pairs.map(([name = '', value = '']) => [decode(name), decode(value)])),
  })
  run.api.terminal.out(text)
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

async function wantedByFiles(run: Run): Promise<readonly Wanted[]> {
  const { manifests, failures } = await readManifests(run, 'get')
  throwAll(failures)
  return manifests
}

/** The path and query that an object or list is read by. */
export function readingOf(
  run: Run,
  { resource, name, namespace }: Wanted,
): { readonly path: string; readonly query: Query } {
  const everywhere = run.flags.on('all-namespaces')
  const space = resource.namespaced && !everywhere ? (namespace ?? run.namespace) : ''
  if (name !== null) return { path: pathOf(resource, space, name, run.flags.text('subresource')), query: {} }
  return { path: pathOf(resource, space), query: { ...selectorQuery(run), limit: 500 } }
}

/** Reads each, and what is not there beside it. */
async function readEach<T>(
  run: Run,
  wanted: readonly Wanted[],
  read: (one: Wanted) => Promise<T>,
): Promise<{ readonly read: readonly (readonly [Wanted, T])[]; readonly failures: readonly Failure[] }> {
  const done: (readonly [Wanted, T])[] = []
  const failures: Failure[] = []
  for (const one of wanted) {
    try {
      done.push([one, await selected(run, one.resource, () => read(one))])
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      if (!(error.reason === 'NotFound' && run.flags.on('ignore-not-found'))) failures.push(error)
    }
  }
  return { read: done, failures }
}

async function printTables(run: Run, wanted: readonly Wanted[]): Promise<void> {
  const sortBy = run.flags.text('sort-by')
  const { read, failures } = await readEach(run, wanted, async one => {
    const { path, query } = readingOf(run, one)
    const asked = sortBy === '' ? query : { ...selectorQuery(run), includeObject: 'Object' }
    return run.api.json({ path, query: asked, accept: AS_TABLE })
  })
  const kinds = new Map<Resource, Fields[]>()
  for (const [{ resource }, table] of read) kinds.set(resource, [...(kinds.get(resource) ?? []), table])
  const withKind = run.flags.on('show-kind') || kinds.size > 1
  const texts = [...kinds].map(([resource, tables]) => {
    const form = { resource, withKind, withNamespace: run.flags.on('all-namespaces') && resource.namespaced }
    return new TablePrinter(run, form).print(sortBy === '' ? tables : sortRows(tables, sortBy))
  })
  const shown = texts.filter(text => text !== '')
  run.api.terminal.out(shown.join('\n'))
  if (shown.length === 0 && failures.length === 0 && !run.flags.on('ignore-not-found')) tellNothing(run, wanted)
  throwAll(failures)
}

function tellNothing(run: Run, wanted: readonly Wanted[]): void {
  const inOne = wanted.every(({ resource }) => resource.namespaced) && !run.flags.on('all-namespaces')
  run.err(inOne ? `No resources found in ${run.namespace} namespace.` : 'No resources found')
}

/** One table with all rows in order of a field; without any row where no object has the field. */
function sortRows(tables: readonly Fields[], by: string): readonly Fields[] {
  const path = parseJsonPath(relaxedPath(by))
  const rows = tables.flatMap(table => listAt(table, 'rows'))
  const keyed = rows.map(row => ({ row, key: path.find(mapAt(row, 'object')).flat()[0] }))
  const known = keyed.some(({ key }) => key !== undefined) ? keyed : []
  const ordered = [...known].sort((a, b) => compareKeys(a.key, b.key))
  return [{ ...tables[0], rows: ordered.map(({ row }) => row) }]
}

/** What is not there comes first; numbers by size, all else by letters. */
export function compareKeys(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [printValue(a), printValue(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

async function printObjects(run: Run, wanted: readonly Wanted[], printer: Printer): Promise<void> {
  const { read, failures } = await readEach(run, wanted, async one => run.api.json(readingOf(run, one)))
  const sortBy = run.flags.text('sort-by')
  const items = read.flatMap(([{ resource, name }, value]) =>
    name === null ? itemsWithKind(value, resource) : [value],
  )
  const path = sortBy === '' ? null : parseJsonPath(relaxedPath(sortBy))
  const ordered = path ? [...items].sort((a, b) => compareKeys(path.find(a).flat()[0], path.find(b).flat()[0])) : items
  const [only] = ordered
  const isOne = wanted.length === 1 && wanted[0]?.name !== null
  if (isOne && isFields(only)) run.api.terminal.out(printer(only))
  else if (!isOne && (failures.length === 0 || ordered.length > 0)) run.api.terminal.out(printer(listOf(ordered)))
  throwAll(failures)
}

/** The items of a list, each with the kind that a list leaves out. */
export function itemsWithKind(list: Fields, resource: Resource): readonly Fields[] {
  const own = { apiVersion: apiVersionOf(resource), kind: resource.kind }
  if (textAt(list, 'kind') === resource.kind) return [list]
  return listAt(list, 'items').map(item => ({ ...own, ...(isFields(item) ? item : {}) }))
}
