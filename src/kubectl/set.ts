// `kubectl set`: the image, environment or resources of containers, and the selector of a Service.

import { MERGE_PATCH, STRATEGIC_PATCH } from './api.ts'
import { DRY_RUN_FLAGS, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import type { FlagSpecs } from './flags.ts'
import { failure, throwAll } from './failures.ts'
import { listAt, mapAt, textAt, type Fields } from './fields.ts'
import { findObjects, type Found } from './targets.ts'
import { patchObject, tell } from './write.ts'

const FLAGS: FlagSpecs = {
  ...OUTPUT_FLAGS,
  ...FILE_FLAGS,
  ...SELECTOR_FLAGS,
  ...DRY_RUN_FLAGS,
  all: { type: 'switch' },
}

export const SET_IMAGE: Command = {
  says: 'Update the image of a pod template',
  usage: 'kubectl set image TYPE NAME CONTAINER=IMAGE…',
  flags: FLAGS,
  run: async run => {
    const { targets, pairs } = splitPairs(run)
    if (pairs.length === 0) throw failure('at least one image update is required')
    await eachTarget(run, targets, 'image updated', found =>
      containersPatch(
        found,
        container => {
          const wanted = pairs.filter(([name]) => name === '*' || name === textAt(container, 'name')).at(-1)
          return wanted && wanted[1] !== textAt(container, 'image') ? { image: wanted[1] } : null
        },
        pairs.map(([name]) => name),
      ),
    )
  },
}

export const SET_ENV: Command = {
  says: 'Update environment variables on a pod template',
  usage: 'kubectl set env TYPE NAME KEY=VALUE… KEY-… [--list]',
  flags: { ...FLAGS, list: { type: 'switch' }, containers: { short: 'c', type: 'text' } },
  run: setEnv,
}

export const SET_RESOURCES: Command = {
  says: 'Update resource requests/limits on objects with pod templates',
  usage: 'kubectl set resources TYPE NAME [--limits=cpu=…,memory=…] [--requests=…]',
  flags: { ...FLAGS, limits: { type: 'text' }, requests: { type: 'text' }, containers: { short: 'c', type: 'text' } },
  run: setResources,
}

export const SET_SELECTOR: Command = {
  says: 'Set the selector on a resource',
  usage: 'kubectl set selector service NAME KEY=VALUE[,KEY=VALUE]',
  flags: FLAGS,
  run: async run => {
    const last = run.args.at(-1) ?? ''
    if (run.args.length < 2 || !last.includes('=')) throw failure('one selector is required')
    const selector = Object.fromEntries(last.split(',').map(part => part.split('=') as [string, string]))
    await eachTarget(
      run,
      run.args.slice(0, -1),
      'selector updated',
      found => ({
        spec: {
          selector: {
            ...Object.fromEntries(Object.keys(mapAt(found.object, 'spec', 'selector')).map(name => [name, null])),
            ...selector,
          },
        },
      }),
      MERGE_PATCH,
    )
  },
}

type Pair = readonly [string, string]

function splitPairs(run: Run): { readonly targets: readonly string[]; readonly pairs: readonly Pair[] } {
  const first = run.args.findIndex(arg => arg.includes('='))
  const targets = first < 0 ? run.args : run.args.slice(0, first)
  const pairs = (first < 0 ? [] : run.args.slice(first)).map((arg): Pair => {
    const at = arg.indexOf('=')
    return [arg.slice(0, at), arg.slice(at + 1)]
  })
  return { targets, pairs }
}

async function eachTarget(
  run: Run,
  targets: readonly string[],
  done: string,
  patchFor: (found: Found) => Fields | null,
  contentType: string = STRATEGIC_PATCH,
): Promise<void> {
  const { found, failures } = await findObjects(run, targets)
  throwAll(failures)
  for (const one of found) {
    const body = patchFor(one)
    // Nothing to change is not told, unless somebody asked for the object.
    if (body === null && !run.flags.has('output')) continue
    const updated = body === null ? one.object : await patchObject(run, one, { body, contentType })
    tell(run, one, updated, done)
  }
}

/** Where the Pod's spec stands in an object: a Pod's own, or that of a template. */
function podPath({ resource }: Found): readonly string[] {
  return resource.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec']
}

/** A patch of those containers for which `change` has one; null when none has. Every name given must be a container's. */
function containersPatch(
  found: Found,
  change: (container: unknown) => Fields | null,
  names: readonly string[] = [],
): Fields | null {
  const path = podPath(found)
  const containers = ['containers', 'initContainers'].map(list => [list, listAt(found.object, ...path, list)] as const)
  const all = containers.flatMap(([, list]) => list.map(one => textAt(one, 'name')))
  if (all.length === 0)
    throw failure(`${found.resource.kind} "${found.name}" is not a pod or does not have a pod template spec`)
  const unknown = names.find(name => name !== '*' && !all.includes(name))
  if (unknown !== undefined) throw failure(`unable to find container named "${unknown}"`)
  const lists = containers.flatMap(([list, members]) => {
    const changed = members.flatMap(one => {
      const part = change(one)
      return part ? [{ name: textAt(one, 'name'), ...part }] : []
    })
    const order = members.map(one => ({ name: textAt(one, 'name') }))
    return changed.length === 0 ? [] : [[`$setElementOrder/${list}`, order] as const, [list, changed] as const]
  })
  if (lists.length === 0) return null
  return path.toReversed().reduce<Fields>((inner, step) => ({ [step]: inner }), Object.fromEntries(lists))
}

async function setEnv(run: Run): Promise<void> {
  const updates = run.args.filter(arg => arg.includes('=') || /^[A-Za-z_][\w.-]*-$/.test(arg))
  const targets = run.args.filter(arg => !updates.includes(arg))
  if (run.flags.on('list')) {
    const { found, failures } = await findObjects(run, targets)
    throwAll(failures)
    for (const one of found) listEnv(run, one)
    return
  }
  const only = run.flags.text('containers')
  if (updates.length === 0) {
    const { failures } = await findObjects(run, targets)
    throwAll(failures)
    throw failure('at least one environment variable must be provided')
  }
  await eachTarget(run, targets, 'env updated', found =>
    containersPatch(found, container => {
      if (only !== '' && only !== '*' && textAt(container, 'name') !== only) return null
      const own = new Map(listAt(container, 'env').map(one => [textAt(one, 'name'), one]))
      const env = updates.map(update => {
        const at = update.indexOf('=')
        if (at < 0) return { $patch: 'delete', name: update.slice(0, -1) }
        return { name: update.slice(0, at), value: update.slice(at + 1) }
      })
      const isNew = env.some(one =>
        'value' in one ? textAt(own.get(one.name), 'value') !== one.value : own.has(one.name),
      )
      return isNew ? { env: env.filter(one => 'value' in one || own.has(one.name)) } : null
    }),
  )
}

function listEnv(run: Run, found: Found): void {
  for (const container of listAt(found.object, ...podPath(found), 'containers')) {
    run.out(`# ${found.resource.kind} ${found.name}, container ${textAt(container, 'name')}`)
    for (const one of listAt(container, 'env')) run.out(`${textAt(one, 'name')}=${textAt(one, 'value')}`)
  }
}

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/

async function setResources(run: Run): Promise<void> {
  const read = (flag: string): Fields =>
    Object.fromEntries(
      run.flags.list(flag).map(part => {
        const [name = '', quantity = ''] = part.split('=')
        if (QUANTITY.test(quantity)) return [name, quantity]
        throw failure(`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`)
      }),
    )
  const [limits, requests] = [read('limits'), read('requests')]
  if (Object.keys({ ...limits, ...requests }).length === 0) {
    throw failure('you must specify an update to requests or limits (in the form of --requests/--limits)')
  }
  await eachTarget(run, run.args, 'resource requirements updated', found =>
    containersPatch(found, () => ({
      resources: {
        ...(Object.keys(limits).length > 0 ? { limits } : {}),
        ...(Object.keys(requests).length > 0 ? { requests } : {}),
      },
    })),
  )
}
