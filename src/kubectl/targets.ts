// Which objects a command is about: `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE`, `all`, selectors, or files. First what was
// asked for, then, for commands that change things, the objects themselves.

import type { Run } from './command.ts'
import { failure, StatusFailure, type Failure } from './failures.ts'
import { listAt, nameOf, namespaceOf, type Fields } from './fields.ts'
import { readManifests } from './manifests.ts'
import { apiVersionOf, pathOf, type Resource } from './resources.ts'

export interface Wanted {
  readonly resource: Resource
  /** Null: all of them, or those of a selector. */
  readonly name: string | null
  /** Where the object comes from a file, its own. */
  readonly namespace?: string | undefined
}

export interface Found {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly object: Fields
  /** The file it was named by, or ''. */
  readonly source: string
}

const SLASH_AND_NAME =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"

/** What the arguments say. Throws what kubectl says of arguments that do not go together. */
export async function wantedBy(run: Run, args: readonly string[]): Promise<readonly Wanted[]> {
  const [types = '', ...names] = args
  if (types === '') throw failure('You must provide one or more resources by argument or filename.')
  const resources = await run.resources
  if (args.some(arg => arg.includes('/'))) {
    if (!args.every(arg => arg.includes('/'))) throw failure(SLASH_AND_NAME)
    const wanted = args.map(arg => {
      const [type = '', name = '', more] = arg.split('/')
      if (type === '' || name === '' || more !== undefined) {
        throw failure(`arguments in resource/name form must have a single resource and name`)
      }
      return { resource: resources.get(type), name }
    })
    return refuseSelectors(run, wanted)
  }
  const kinds = types
    .split(',')
    .filter(type => type !== '')
    .flatMap(type => (type === 'all' ? resources.inCategory('all') : [resources.get(type)]))
  if (names.length === 0) return kinds.map(resource => ({ resource, name: null }))
  return refuseSelectors(
    run,
    kinds.flatMap(resource => names.map(name => ({ resource, name }))),
  )
}

function refuseSelectors(run: Run, wanted: readonly Wanted[]): readonly Wanted[] {
  if (run.flags.has('selector') || run.flags.has('field-selector')) {
    throw failure('name cannot be provided when a selector is specified')
  }
  if (run.flags.on('all-namespaces')) throw failure('a resource cannot be retrieved by name across all namespaces')
  return wanted
}

export function selectorQuery(run: Run): { readonly labelSelector: string; readonly fieldSelector: string } {
  return { labelSelector: run.flags.text('selector'), fieldSelector: run.flags.text('field-selector') }
}

/** Words that kubectl puts before what a server said of a selector. */
export async function selected<T>(run: Run, resource: Resource, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof StatusFailure) || error.reason !== 'BadRequest') throw error
    const { labelSelector, fieldSelector } = selectorQuery(run)
    const group = `${resource.group}/${resource.version}`
    const message = `Unable to find "${group}, Resource=${resource.plural}" that match label selector "${labelSelector}", field selector "${fieldSelector}": ${String(error.status['message'])}`
    throw new StatusFailure({ ...error.status, message })
  }
}

/** The objects that a command changes, by arguments or by file, and what of them could not be had. */
export async function findObjects(
  run: Run,
  args: readonly string[],
): Promise<{ readonly found: readonly Found[]; readonly failures: readonly Failure[] }> {
  const fromFiles = run.flags.has('filename') ? await readManifests(run, run.command) : null
  const failures: Failure[] = [...(fromFiles?.failures ?? [])]
  const found: Found[] = []
  const keep = async (work: () => Promise<readonly Found[]>): Promise<void> => {
    try {
      found.push(...(await work()))
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      failures.push(error)
    }
  }
  for (const { resource, namespace, name, source } of fromFiles?.manifests ?? []) {
    await keep(async () => [await read(run, resource, namespace, name, source)])
  }
  if (fromFiles === null) {
    for (const { resource, name } of await wantedBy(run, args)) {
      if (name === null && !run.flags.on('all') && !run.flags.has('selector') && !run.flags.has('field-selector')) {
        throw failure('resource(s) were provided, but no name was specified')
      }
      await keep(async () =>
        name === null ? listed(run, resource) : [await read(run, resource, run.namespace, name, '')],
      )
    }
  }
  return { found, failures }
}

async function read(run: Run, resource: Resource, namespace: string, name: string, source: string): Promise<Found> {
  const space = resource.namespaced ? namespace : ''
  const object = await run.api.json({ path: pathOf(resource, space, name) })
  return { resource, namespace: space, name, object, source }
}

async function listed(run: Run, resource: Resource): Promise<readonly Found[]> {
  const everywhere = run.flags.on('all-namespaces')
  const list = await selected(run, resource, () =>
    run.api.json({
      path: pathOf(resource, resource.namespaced && !everywhere ? run.namespace : ''),
      query: { ...selectorQuery(run), limit: 500 },
    }),
  )
  return listAt(list, 'items').map(item => ({
    resource,
    namespace: namespaceOf(item),
    name: nameOf(item),
    object: { apiVersion: apiVersionOf(resource), kind: resource.kind, ...(item as Fields) },
    source: '',
  }))
}
