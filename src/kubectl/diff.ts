// `kubectl diff`: what an apply would change, asked of the server without doing it, and told as `diff -u` tells it of two
// files. Left out: the program named by KUBECTL_EXTERNAL_DIFF, and the names of temporary folders.

import { APPLY_PATCH, STRATEGIC_PATCH } from './api.ts'
import { LAST_APPLIED } from './apply.ts'
import { applyPatch } from './apply-patch.ts'
import { FILE_FLAGS, SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import { Failure, failure, throwAll } from './failures.ts'
import { mapAt, textAt, withoutValue, withValue, type Fields } from './fields.ts'
import { unifiedHunks } from './line-diff.ts'
import { readManifests, type Manifest } from './manifests.ts'
import { pathOf } from './resources.ts'
import { yamlText } from './yaml-text.ts'

export const DIFF: Command = {
  says: 'Diff the live version against a would-be applied version',
  usage: 'kubectl diff -f FILE [--server-side]',
  flags: {
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    'server-side': { type: 'switch' },
    'force-conflicts': { type: 'switch' },
    'field-manager': { type: 'text' },
  },
  run: diff,
}

async function diff(run: Run): Promise<void> {
  if (!run.flags.has('filename')) throw failure('must specify one of -f and -k')
  const { manifests, failures } = await readManifests(run, 'diff')
  throwAll(failures)
  let differs = false
  for (const manifest of manifests) {
    const { resource, namespace, name } = manifest
    const live = await run.api.find({ path: pathOf(resource, namespace, name) })
    const hunks = unifiedHunks(live ? shown(live) : '', shown(await wouldBe(run, manifest, live)))
    if (hunks === '') continue
    differs = true
    const file = [textAt(manifest.object, 'apiVersion').replace('/', '.'), resource.kind, namespace, name]
      .filter(part => part !== '')
      .join('.')
    run.api.terminal.out(`diff -u -N LIVE/${file} MERGED/${file}\n--- LIVE/${file}\n+++ MERGED/${file}\n${hunks}`)
  }
  // As diff itself ends where there is a difference.
  if (differs) throw new Failure('', 1)
}

/** The object as an apply would leave it. */
function wouldBe(run: Run, { resource, namespace, name, object }: Manifest, live: Fields | null): Promise<Fields> {
  const path = pathOf(resource, namespace, name)
  if (run.flags.on('server-side')) {
    const force = run.flags.on('force-conflicts') ? 'true' : 'false'
    const fieldManager = run.flags.text('field-manager') || 'kubectl'
    const query = { dryRun: 'All', fieldManager, force }
    return run.api.json({ method: 'PATCH', path, query, contentType: APPLY_PATCH, body: object })
  }
  const query = { dryRun: 'All', fieldManager: 'kubectl-client-side-apply' }
  // Nothing is going to be applied, so nothing is noted as applied last.
  if (live === null) return run.api.json({ method: 'POST', path: pathOf(resource, namespace), query, body: object })
  const lastText = textAt(live, 'metadata', 'annotations', LAST_APPLIED)
  // There are always annotations in what was applied last, if only none.
  const { status: _, ...spoken } = withValue(
    object,
    ['metadata', 'annotations'],
    mapAt(object, 'metadata', 'annotations'),
  )
  const body = applyPatch(lastText === '' ? null : (JSON.parse(lastText) as unknown), spoken, live)
  if (body === null) return Promise.resolve(live)
  return run.api.json({ method: 'PATCH', path, query, contentType: STRATEGIC_PATCH, body })
}

// Without what nobody compares.
function shown(object: Fields): string {
  return yamlText(withoutValue(object, ['metadata', 'managedFields']))
}
