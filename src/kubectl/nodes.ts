// Commands about Nodes: cordon, uncordon, drain and taint.

import { STRATEGIC_PATCH } from './api.ts'
import {
  DRY_RUN_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAGS,
  dryRunQuery,
  dryRunWords,
  type Command,
  type Run,
} from './command.ts'
import { durationMs } from './age.ts'
import { failure, StatusFailure, throwAll, usageFailure } from './failures.ts'
import { listAt, mapAt, nameOf, namespaceOf, textAt, valueAt, type Fields } from './fields.ts'
import { apiVersionOf, pathOf } from './resources.ts'
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

const MIRROR = 'kubernetes.io/config.mirror'

async function drain(run: Run, node: Found): Promise<void> {
  const pods = (await run.resources).get('pods')
  const list = await run.api.json({
    path: pathOf(pods, ''),
    query: { fieldSelector: `spec.nodeName=${node.name}`, labelSelector: run.flags.text('pod-selector'), limit: 500 },
  })
  const all = listAt(list, 'items').filter(pod => textAt(pod, 'metadata', 'annotations', MIRROR) === '')
  const isDaemon = (pod: unknown): boolean => controllerOf(pod) === 'DaemonSet'
  const isDone = (pod: unknown): boolean => ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'))
  const named = (some: readonly unknown[]): string => some.map(pod => `${namespaceOf(pod)}/${nameOf(pod)}`).join(', ')
  const daemons = all.filter(pod => isDaemon(pod) && !isDone(pod))
  const bare = all.filter(pod => controllerOf(pod) === '' && !isDone(pod))
  const local = all.filter(
    pod => !isDaemon(pod) && !isDone(pod) && listAt(pod, 'spec', 'volumes').some(one => valueAt(one, 'emptyDir')),
  )
  const wrong = [
    ...(local.length > 0 && !run.flags.on('delete-emptydir-data')
      ? [`cannot delete Pods with local storage (use --delete-emptydir-data to override): ${named(local)}`]
      : []),
    ...(bare.length > 0 && !run.flags.on('force')
      ? [`cannot delete cannot delete Pods that declare no controller (use --force to override): ${named(bare)}`]
      : []),
    ...(daemons.length > 0 && !run.flags.on('ignore-daemonsets')
      ? [`cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): ${named(daemons)}`]
      : []),
  ]
  if (wrong.length > 0) {
    run.err(
      `error: unable to drain node "${node.name}" due to error: ${wrong.length > 1 ? `[${wrong.join(', ')}]` : wrong.join('')}, continuing command...`,
    )
    run.err('There are pending nodes to be drained:')
    run.err(` ${node.name}`)
    throw failure(wrong.join('\n'))
  }
  const warnings = [
    ...(daemons.length > 0 ? [`ignoring DaemonSet-managed Pods: ${named(daemons)}`] : []),
    ...(bare.length > 0 ? [`deleting Pods that declare no controller: ${named(bare)}`] : []),
  ]
  if (warnings.length > 0) run.err(`Warning: ${warnings.join('; ')}`)
  const leaving = all.filter(pod => !isDaemon(pod) || isDone(pod))
  await evictAll(run, leaving)
  run.out(`node/${node.name} drained${dryRunWords(run.dryRun)}`)
}

function controllerOf(pod: unknown): string {
  const owner = listAt(pod, 'metadata', 'ownerReferences').find(one => valueAt(one, 'controller') === true)
  return textAt(owner, 'kind')
}

const EVICTION_PAUSE_MS = 5_000

async function evictAll(run: Run, pods: readonly unknown[]): Promise<void> {
  const until = run.flags.has('timeout') ? durationMs(run.flags.text('timeout'), 'timeout') : 0
  let waitedMs = 0
  const resource = (await run.resources).get('pods')
  for (const pod of pods) run.out(`evicting pod ${namespaceOf(pod)}/${nameOf(pod)}${dryRunWords(run.dryRun)}`)
  if (run.dryRun !== 'none') return
  let left = pods
  while (left.length > 0) {
    const refused: unknown[] = []
    for (const pod of left) if (!(await evict(run, pod))) refused.push(pod)
    left = refused
    if (left.length === 0) break
    if (until > 0 && waitedMs >= until) throw failure(`global timeout reached: ${run.flags.text('timeout')}`)
    await run.api.pause(EVICTION_PAUSE_MS)
    waitedMs += EVICTION_PAUSE_MS
  }
  for (const pod of pods) {
    const path = pathOf(resource, namespaceOf(pod), nameOf(pod))
    for (;;) {
      const now = await run.api.find({ path })
      if (now === null || textAt(now, 'metadata', 'uid') !== textAt(pod, 'metadata', 'uid')) break
      if (until > 0 && waitedMs >= until) throw failure(`global timeout reached: ${run.flags.text('timeout')}`)
      await run.api.pause(1_000)
      waitedMs += 1_000
    }
    run.out(`pod/${nameOf(pod)} evicted`)
  }
}

/** Whether the Pod is on its way; false when a budget says not yet. */
async function evict(run: Run, pod: unknown): Promise<boolean> {
  const grace = run.flags.text('grace-period')
  const options = grace === '' || Number(grace) < 0 ? {} : { deleteOptions: { gracePeriodSeconds: Number(grace) } }
  const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) }
  try {
    await run.api.json({
      method: 'POST',
      path: `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}/eviction`,
      query: dryRunQuery(run.dryRun),
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata, ...options },
    })
    return true
  } catch (error) {
    if (!(error instanceof StatusFailure)) throw error
    if (error.reason === 'NotFound') return true
    if (error.reason !== 'TooManyRequests') throw error
    run.err(
      `error when evicting pods/"${nameOf(pod)}" -n "${namespaceOf(pod)}" (will retry after 5s): ${textAt(error.status, 'message')}`,
    )
    return false
  }
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
