// `kubectl scale`: the scale subresource of whatever has one.

import {
  DRY_RUN_FLAGS,
  FILE_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAGS,
  dryRunQuery,
  type Command,
  type Run,
} from './command.ts'
import { failure, StatusFailure, throwAll } from './failures.ts'
import { numberAt, textAt } from './fields.ts'
import { pathOf } from './resources.ts'
import { findObjects, type Found } from './targets.ts'
import { patchObject, tell } from './write.ts'

export const SCALE: Command = {
  says: 'Set a new size for a deployment, replica set, or stateful set',
  usage: 'kubectl scale TYPE NAME --replicas=COUNT [--current-replicas=COUNT]',
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    ...DRY_RUN_FLAGS,
    all: { type: 'switch' },
    replicas: { type: 'text' },
    'current-replicas': { type: 'text' },
    timeout: { type: 'text' },
  },
  run: scale,
}

async function scale(run: Run): Promise<void> {
  if (!run.flags.has('replicas')) throw failure('required flag(s) "replicas" not set')
  const given = run.flags.text('replicas')
  if (!/^-?\d+$/.test(given)) {
    throw failure(
      `invalid argument "${given}" for "--replicas" flag: strconv.ParseInt: parsing "${given}": invalid syntax`,
    )
  }
  const replicas = Number(given)
  if (replicas < 0) {
    throw failure('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
  }
  const { found, failures } = await findObjects(run, run.args)
  if (found.length === 0) {
    const why = failures.map(one => (one instanceof StatusFailure ? textAt(one.status, 'message') : one.message))
    throw failure(`no objects passed to scale ${why.join(', ')}`.trimEnd())
  }
  for (const one of found) await scaleOne(run, one, replicas)
  throwAll(failures)
}

async function scaleOne(run: Run, found: Found, replicas: number): Promise<void> {
  const expected = run.flags.text('current-replicas')
  if (expected !== '' && Number(expected) >= 0) {
    const path = pathOf(found.resource, found.namespace, found.name, 'scale')
    const current = await run.api.json({ path })
    const was = numberAt(current, 'spec', 'replicas')
    if (was !== Number(expected)) throw failure(`Expected replicas to be ${expected}, was ${was}`)
    if (run.dryRun !== 'client') {
      const body = { ...current, spec: { replicas } }
      await run.api.json({ method: 'PUT', path, query: dryRunQuery(run.dryRun), body })
    }
  } else {
    await patchObject(run, found, { body: { spec: { replicas } }, subresource: 'scale' })
  }
  tell(run, found, found.object, 'scaled')
}
