// `kubectl delete`: by name, selector or file, and the wait until what was deleted is gone.

import { durationMs } from './age.ts'
import {
  DRY_RUN_FLAGS,
  FILE_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAGS,
  dryRunWords,
  type Command,
  type Run,
} from './command.ts'
import { Failure, failure, StatusFailure, throwAll } from './failures.ts'
import { listAt, nameOf, namespaceOf, textAt, type Fields } from './fields.ts'
import { readManifests } from './manifests.ts'
import { kindName, pathOf, type Resource } from './resources.ts'
import { selected, selectorQuery, wantedBy } from './targets.ts'
import { waitUntilGone } from './wait.ts'

const FOREVER_MS = 7 * 24 * 3_600_000
const FORCED =
  'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.'

export const DELETE: Command = {
  says: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  usage:
    'kubectl delete TYPE NAME… [-f FILE] [-l SELECTOR] [--all] [--now] [--force] [--grace-period=SECONDS] [--wait=false]',
  flags: {
    ...OUTPUT_FLAGS,
    ...SELECTOR_FLAGS,
    ...FILE_FLAGS,
    ...DRY_RUN_FLAGS,
    all: { type: 'switch' },
    'all-namespaces': { short: 'A', type: 'switch' },
    cascade: { type: 'text', bare: 'background' },
    force: { type: 'switch' },
    'grace-period': { type: 'text' },
    'ignore-not-found': { type: 'switch' },
    now: { type: 'switch' },
    raw: { type: 'text' },
    timeout: { type: 'text' },
    wait: { type: 'switch' },
  },
  run: deleteObjects,
}

interface Doomed {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly source: string
}

export interface DeleteRules {
  readonly grace: number | null
  readonly policy: 'Background' | 'Foreground' | 'Orphan'
  readonly wait: boolean
  readonly timeoutMs: number
}

async function deleteObjects(run: Run): Promise<void> {
  if (run.flags.has('raw')) {
    return run.api.terminal.out(await run.api.text({ method: 'DELETE', path: run.flags.text('raw') }))
  }
  const rules = readRules(run)
  if (run.args.length === 0 && !run.flags.has('filename')) {
    throw failure('You must provide one or more resources by argument or filename.')
  }
  const { doomed, failures } = await doomedBy(run)
  if (run.flags.has('namespace') && doomed.some(({ resource }) => !resource.namespaced)) {
    run.api.warn('deleting cluster-scoped resources, not scoped to the provided namespace')
  }
  if (run.flags.on('force') && rules.grace === 0) run.api.warn(FORCED)
  const failed: Failure[] = [...failures]
  const gone: { readonly one: Doomed; readonly uid: string }[] = []
  for (const one of doomed) {
    try {
      gone.push({ one, uid: await deleteOne(run, one, rules) })
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      const isMissing = error.reason === 'NotFound' && (run.flags.on('ignore-not-found') || run.flags.on('all'))
      if (!isMissing) failed.push(one.source === '' ? error : error.inSource('deleting', one.source))
    }
  }
  if (doomed.length === 0 && failed.length === 0) run.out('No resources found')
  if (rules.wait && run.dryRun === 'none') {
    for (const { one, uid } of gone) await waitUntilGone(run, one, uid, rules.timeoutMs)
  }
  throwAll(failed)
}

function readRules(run: Run): DeleteRules {
  const { flags } = run
  const given = flags.has('grace-period') ? Number(flags.text('grace-period')) : -1
  if (flags.on('now') && given !== -1) throw failure('--now and --grace-period cannot be specified together')
  const asked = flags.on('now') ? 1 : given
  if (flags.on('force') && asked > 0)
    throw failure('--force and --grace-period greater than 0 cannot be specified together')
  const grace = flags.on('force') && asked < 0 ? 0 : asked
  const isForced = flags.on('force') && grace === 0
  return {
    grace: grace < 0 ? null : grace === 0 && !flags.on('force') ? 1 : grace,
    policy: readPolicy(run),
    wait: flags.has('wait') ? flags.on('wait') : !isForced,
    timeoutMs: flags.has('timeout') ? durationMs(flags.text('timeout'), 'timeout') || FOREVER_MS : FOREVER_MS,
  }
}

function readPolicy(run: Run): DeleteRules['policy'] {
  const cascade = run.flags.text('cascade')
  switch (cascade) {
    case '':
    case 'background':
      return 'Background'
    case 'foreground':
      return 'Foreground'
    case 'orphan':
      return 'Orphan'
    case 'true':
    case 'false': {
      const instead = cascade === 'true' ? 'background' : 'orphan'
      run.err(
        `warning: --cascade=${cascade} is deprecated (boolean value) and can be replaced with --cascade=${instead}.`,
      )
      return cascade === 'true' ? 'Background' : 'Orphan'
    }
    default:
      throw failure(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`)
  }
}

async function doomedBy(
  run: Run,
): Promise<{ readonly doomed: readonly Doomed[]; readonly failures: readonly Failure[] }> {
  if (run.flags.has('filename')) {
    const { manifests, failures } = await readManifests(run, 'delete')
    return { doomed: manifests, failures }
  }
  const doomed: Doomed[] = []
  for (const { resource, name } of await wantedBy(run, run.args)) {
    const namespace = resource.namespaced ? run.namespace : ''
    if (name !== null) doomed.push({ resource, namespace, name, source: '' })
    else if (!run.flags.on('all') && !run.flags.has('selector') && !run.flags.has('field-selector')) {
      throw failure('resource(s) were provided, but no name was specified')
    } else {
      const everywhere = run.flags.on('all-namespaces')
      const list = await selected(run, resource, () =>
        run.api.json({
          path: pathOf(resource, everywhere ? '' : namespace),
          query: { ...selectorQuery(run), limit: 500 },
        }),
      )
      doomed.push(
        ...listAt(list, 'items').map(item => ({
          resource,
          namespace: namespaceOf(item),
          name: nameOf(item),
          source: '',
        })),
      )
    }
  }
  return { doomed, failures: [] }
}

/** Returns the uid of what was deleted. */
export async function deleteOne(run: Run, one: Doomed, rules: DeleteRules): Promise<string> {
  const { resource, namespace, name } = one
  const path = pathOf(resource, namespace, name)
  const dryRun = run.dryRun
  const answer: Fields =
    dryRun === 'client'
      ? await run.api.json({ path })
      : await run.api.json({
          method: 'DELETE',
          path,
          body: {
            kind: 'DeleteOptions',
            apiVersion: 'v1',
            propagationPolicy: rules.policy,
            ...(rules.grace === null ? {} : { gracePeriodSeconds: rules.grace }),
            ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
          },
        })
  if (run.flags.text('output') === 'name') run.out(`${kindName(resource)}/${name}`)
  else {
    const word = rules.grace === 0 ? 'force deleted' : 'deleted'
    const where = namespace === '' ? '' : ` from ${namespace} namespace`
    run.out(`${kindName(resource)} "${name}" ${word}${where}${dryRunWords(dryRun)}`)
  }
  return textAt(answer, 'details', 'uid') || textAt(answer, 'metadata', 'uid')
}
