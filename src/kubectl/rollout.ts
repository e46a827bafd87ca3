// `kubectl rollout`: how far a change has come, its history, and going back, once more, on hold and on.

import { durationMs } from './age.ts'
import { alignColumns, TABLE } from './align.ts'
import { JSON_PATCH, STRATEGIC_PATCH } from './api.ts'
import { DRY_RUN_FLAGS, FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import { Failure, failure, throwAll } from './failures.ts'
import { isSame, listAt, mapAt, nameOf, numberAt, textAt, valueAt, withoutValue, type Fields } from './fields.ts'
import { pathOf, resourceName, kindName } from './resources.ts'
import { rolloutState } from './rollout-state.ts'
import { findObjects, type Found } from './targets.ts'
import { until } from './wait.ts'
import { patchObject, tell } from './write.ts'

const FLAGS = { ...OUTPUT_FLAGS, ...FILE_FLAGS, ...SELECTOR_FLAGS, ...DRY_RUN_FLAGS } as const
const REVISION = 'deployment.kubernetes.io/revision'
const FOREVER_MS = 7 * 24 * 3_600_000

async function targets(run: Run): Promise<readonly Found[]> {
  if (run.args.length === 0 && !run.flags.has('filename')) throw failure('required resource not specified')
  const { found, failures } = await findObjects(run, run.args)
  throwAll(failures)
  return found
}

export const ROLLOUT_STATUS: Command = {
  says: 'Show the status of the rollout',
  usage: 'kubectl rollout status TYPE NAME [--watch=false] [--timeout=60s]',
  flags: { ...FLAGS, watch: { short: 'w', type: 'switch' }, timeout: { type: 'text' }, revision: { type: 'text' } },
  run: async run => {
    for (const one of await targets(run)) await follow(run, one)
  },
}

async function follow(run: Run, found: Found): Promise<void> {
  const once = run.flags.has('watch') && !run.flags.on('watch')
  const timeoutMs = run.flags.has('timeout')
    ? durationMs(run.flags.text('timeout'), 'timeout') || FOREVER_MS
    : FOREVER_MS
  let told = ''
  const show = (object: Fields): boolean => {
    const { message, done } = rolloutState(found.resource.kind, object)
    if (message !== told) run.out(message)
    told = message
    return done
  }
  if (show(found.object) || once) return
  try {
    await until(
      run,
      found,
      object => {
        if (object === null) throw failure('object has been deleted')
        return show(object)
      },
      timeoutMs,
    )
  } catch (error) {
    const isLate = error instanceof Failure && error.message.startsWith('error: timed out')
    throw isLate ? failure('timed out waiting for the condition') : error
  }
}

export const ROLLOUT_RESTART: Command = {
  says: 'Restart a resource',
  usage: 'kubectl rollout restart TYPE NAME',
  flags: FLAGS,
  run: async run => {
    for (const one of await targets(run)) {
      if (!isRolled(one)) throw failure(`${resourceName(one.resource)} "${one.name}" restarting is not supported`)
      if (valueAt(one.object, 'spec', 'paused') === true) {
        throw failure(
          `${resourceName(one.resource)} "${one.name}" can't restart paused deployment (run rollout resume first)`,
        )
      }
      const at = new Date(run.api.nowMs).toISOString().replace(/\.\d+Z$/, 'Z')
      const annotations = { 'kubectl.kubernetes.io/restartedAt': at }
      const body = { spec: { template: { metadata: { annotations } } } }
      tell(run, one, await patchObject(run, one, { body, contentType: STRATEGIC_PATCH }), 'restarted')
    }
  },
}

function isRolled({ resource }: Found): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet'].includes(resource.kind)
}

function pauser(word: string, wanted: boolean): Command {
  const done = wanted ? 'paused' : 'resumed'
  return {
    says: word === 'pause' ? 'Mark the provided resource as paused' : 'Resume a paused resource',
    usage: `kubectl rollout ${word} deployment NAME`,
    flags: FLAGS,
    run: async run => {
      for (const one of await targets(run)) {
        const what = `${resourceName(one.resource)} "${one.name}"`
        if (one.resource.kind !== 'Deployment')
          throw failure(`${what} ${wanted ? 'pausing' : 'resuming'} is not supported`)
        const isPaused = valueAt(one.object, 'spec', 'paused') === true
        if (isPaused === wanted) throw failure(`${what} is ${wanted ? 'already' : 'not'} paused`)
        const body = { spec: { paused: wanted ? true : null } }
        tell(run, one, await patchObject(run, one, { body, contentType: STRATEGIC_PATCH }), done)
      }
    },
  }
}

export const ROLLOUT_PAUSE = pauser('pause', true)
export const ROLLOUT_RESUME = pauser('resume', false)

interface Revision {
  readonly number: number
  readonly cause: string
  /** What a Pod of it was made from. */
  readonly template: Fields
}

const CAUSE = 'kubernetes.io/change-cause'

async function revisionsOf(run: Run, found: Found): Promise<readonly Revision[]> {
  const { object, namespace } = found
  const isDeployment = found.resource.kind === 'Deployment'
  const kind = (await run.resources).get(isDeployment ? 'replicasets' : 'controllerrevisions')
  const labels = mapAt(object, 'spec', 'selector', 'matchLabels')
  const labelSelector = Object.keys(labels)
    .sort()
    .map(name => `${name}=${String(labels[name])}`)
    .join(',')
  const list = await run.api.json({ path: pathOf(kind, namespace), query: { labelSelector } })
  const uid = textAt(object, 'metadata', 'uid')
  const own = listAt(list, 'items').filter(one =>
    listAt(one, 'metadata', 'ownerReferences').some(ref => textAt(ref, 'uid') === uid),
  )
  const revisions = own.map(one => ({
    number: isDeployment ? Number(textAt(one, 'metadata', 'annotations', REVISION)) : numberAt(one, 'revision'),
    cause: textAt(one, 'metadata', 'annotations', CAUSE) || '<none>',
    template: isDeployment ? mapAt(one, 'spec', 'template') : mapAt(one, 'data', 'spec', 'template'),
  }))
  return revisions.filter(one => one.number > 0).sort((a, b) => a.number - b.number)
}

export const ROLLOUT_HISTORY: Command = {
  says: 'View rollout history',
  usage: 'kubectl rollout history TYPE NAME',
  flags: { ...FLAGS, revision: { type: 'text' } },
  run: async run => {
    for (const one of await targets(run)) {
      if (!isRolled(one))
        throw failure(`no history viewer has been implemented for {"${one.resource.group}" "${one.resource.kind}"}`)
      const revisions = await revisionsOf(run, one)
      const lines = ['REVISION\tCHANGE-CAUSE', ...revisions.map(({ number, cause }) => `${number}\t${cause}`)]
      run.out(`${kindName(one.resource)}/${one.name} `)
      run.out(`${alignColumns(lines.join('\n'), { ...TABLE, padding: 2, least: 0 })}\n`)
    }
  },
}

export const ROLLOUT_UNDO: Command = {
  says: 'Undo a previous rollout',
  usage: 'kubectl rollout undo TYPE NAME [--to-revision=NUMBER]',
  flags: { ...FLAGS, 'to-revision': { type: 'text' } },
  run: async run => {
    for (const one of await targets(run)) await undo(run, one)
  },
}

async function undo(run: Run, found: Found): Promise<void> {
  const to = Number(run.flags.text('to-revision') || 0)
  if (to < 0) throw failure(`revision must be a non-negative integer: ${to}`)
  if (!isRolled(found)) throw failure(`no rollbacker has been implemented for "${found.resource.kind}"`)
  const kind = found.resource.kind.toLowerCase()
  const revisions = await revisionsOf(run, found)
  const wanted = to === 0 ? revisions.at(-2) : revisions.find(one => one.number === to)
  if (!wanted) {
    throw failure(
      to === 0
        ? `no rollout history found for ${kind} "${found.name}"`
        : `unable to find specified revision ${to} in history`,
    )
  }
  if (valueAt(found.object, 'spec', 'paused') === true) {
    throw failure(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${nameOf(found.object)}' and try again`,
    )
  }
  const { $patch: _, ...bare } = wanted.template
  const template = withoutValue(bare, ['metadata', 'labels', 'pod-template-hash'])
  if (isSame(template, mapAt(found.object, 'spec', 'template'))) {
    return run.out(
      `${kindName(found.resource)}/${found.name} skipped rollback (current template already matches revision ${wanted.number})`,
    )
  }
  const body = JSON.stringify([{ op: 'replace', path: '/spec/template', value: template }])
  const after = await patchObject(run, found, { body, contentType: JSON_PATCH })
  tell(run, found, after, 'rolled back')
}
