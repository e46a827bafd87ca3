// Commands about Nodes: cordon, uncordon, drain and taint.

import { STRATEGIC_PATCH } from './api.ts'
import { DRY_RUN_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS, dryRunWords, type Command, type Run } from './command.ts'
import { drain } from './drain.ts'
import { failure, throwAll, usageFailure } from './failures.ts'
import { listAt, mapAt, textAt, valueAt, type Fields } from './fields.ts'
import { apiVersionOf } from './resources.ts'
import { findObjects, type Found } from './targets.ts'
import { patchObject, tell } from './write.ts'

const NODE_FLAGS = { ...SELECTOR_FLAGS, ...DRY_RUN_FLAGS } as const

export const CORDON: Command = {
  says: 'Mark node as unschedulable',
  usage: 'kubectl cordon NODE…',
  flags: NODE_FLAGS,
  run: run => eachNode(run, node => cordon(run, node, true)),
}

export const UNCORDON: Command = {
  says: 'Mark node as schedulable',
  usage: 'kubectl uncordon NODE…',
  flags: NODE_FLAGS,
  run: run => eachNode(run, node => cordon(run, node, false)),
}

export const DRAIN: Command = {
  says: 'Drain node in preparation for maintenance',
  usage:
    'kubectl drain NODE [--ignore-daemonsets] [--delete-emptydir-data] [--force] [--grace-period=SECONDS] [--timeout=…]',
  flags: {
    ...NODE_FLAGS,
    force: { type: 'switch' },
    'ignore-daemonsets': { type: 'switch' },
    'delete-emptydir-data': { type: 'switch' },
    'disable-eviction': { type: 'switch' },
    'grace-period': { type: 'text' },
    'pod-selector': { type: 'text' },
    timeout: { type: 'text' },
  },
  run: run =>
    eachNode(run, async node => {
      await cordon(run, node, true)
      await drain(run, node)
    }),
}

export const TAINT: Command = {
  says: 'Update the taints on one or more nodes',
  usage: 'kubectl taint node NODE KEY=VALUE:EFFECT… KEY:EFFECT-… [--overwrite]',
  flags: { ...NODE_FLAGS, ...OUTPUT_FLAGS, overwrite: { type: 'switch' }, all: { type: 'switch' } },
  run: taint,
}

async function eachNode(run: Run, work: (node: Found) => Promise<void>): Promise<void> {
  if (run.args.length === 0 && !run.flags.has('selector')) {
    throw usageFailure(run.command, `USAGE: ${run.command} NODE [flags]`)
  }
  const args = run.args.length === 0 ? ['nodes'] : ['nodes', ...run.args]
  const { found, failures } = await findObjects(run, args)
  for (const node of found) await work(node)
  throwAll(failures)
}

async function cordon(run: Run, node: Found, wanted: boolean): Promise<void> {
  const isSo = valueAt(node.object, 'spec', 'unschedulable') === true
  const word = wanted ? 'cordoned' : 'uncordoned'
  if (isSo === wanted) return run.out(`node/${node.name} already ${word}${dryRunWords(run.dryRun)}`)
  await patchObject(run, node, {
    body: { spec: { unschedulable: wanted ? true : null } },
    contentType: STRATEGIC_PATCH,
  })
  run.out(`node/${node.name} ${word}${dryRunWords(run.dryRun)}`)
}

interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

async function taint(run: Run): Promise<void> {
  const first = run.args.findIndex(arg => /[=:]/.test(arg) || arg.endsWith('-'))
  const targets = first < 0 ? run.args : run.args.slice(0, first)
  const [type = ''] = targets
  const node = (await run.resources).get('nodes')
  if (![node.plural, node.singular, ...node.shortNames].includes(type.split('/')[0] ?? '')) {
    throw failure(`invalid resource type ${type.split('/')[0] ?? ''}, only node types are supported`)
  }
  const words = first < 0 ? [] : run.args.slice(first)
  if (words.length === 0) throw failure('at least one taint update is required')
  const added = words.filter(word => !word.endsWith('-')).map(word => readTaint(run, word))
  const removed = words.filter(word => word.endsWith('-')).map(word => readRemoval(word))
  const { found, failures } = await findObjects(run, targets)
  throwAll(failures)
  for (const one of found) await taintOne(run, one, added, removed)
}

function readTaint(run: Run, word: string): Taint {
  const [pair = '', effect = ''] = word.split(':')
  if (!EFFECTS.includes(effect))
    throw usageFailure(run.command, `invalid taint effect: ${effect}, unsupported taint effect`)
  const [key = '', value] = pair.split('=')
  return value === undefined || value === '' ? { key, effect } : { key, value, effect }
}

function readRemoval(word: string): { readonly key: string; readonly effect: string } {
  const [key = '', effect = ''] = word.slice(0, -1).split(':')
  return { key: key.split('=')[0] ?? '', effect }
}

async function taintOne(
  run: Run,
  node: Found,
  added: readonly Taint[],
  removed: readonly { readonly key: string; readonly effect: string }[],
): Promise<void> {
  const own = listAt(node.object, 'spec', 'taints').map(one => mapAt({ one }, 'one'))
  const same = (a: Fields | Taint, b: { readonly key: string; readonly effect: string }): boolean =>
    textAt(a, 'key') === b.key && (b.effect === '' || textAt(a, 'effect') === b.effect)
  const missing = removed.find(one => !own.some(has => same(has, one)))
  if (missing) throw failure(`taint "${missing.key}${missing.effect === '' ? '' : `:${missing.effect}`}" not found`)
  if (!run.flags.on('overwrite') && added.some(one => own.some(has => same(has, one)))) {
    throw failure(
      `node ${node.name} already has ${added.map(one => one.key).join(', ')} taint(s) with same effect(s) and --overwrite is false`,
    )
  }
  const kept = own.filter(has => !removed.some(one => same(has, one)) && !added.some(one => same(has, one)))
  const taints = [...added, ...kept]
  const object = {
    apiVersion: apiVersionOf(node.resource),
    kind: 'Node',
    spec: { taints: taints.length > 0 ? taints : null },
  }
  const updated = await patchObject(run, node, { body: { spec: object.spec }, contentType: STRATEGIC_PATCH })
  const word =
    added.length === 0 ? 'untainted' : removed.length > 0 || run.flags.on('overwrite') ? 'modified' : 'tainted'
  tell(run, node, updated, word)
}
