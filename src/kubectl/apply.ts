// `kubectl apply`, the client's own way and the server's, and `kubectl replace`.

import { APPLY_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './api.ts'
import { applyPatch } from './apply-patch.ts'
import {
  DRY_RUN_FLAGS,
  FILE_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAGS,
  dryRunQuery,
  type Command,
  type Run,
} from './command.ts'
import { CREATE_FLAGS, post, validationOf } from './create.ts'
import { deleteOne } from './delete.ts'
import { Failure, failure, StatusFailure, throwAll } from './failures.ts'
import { mapAt, sorted, textAt, withValue, type Fields } from './fields.ts'
import { readManifests, type Manifest } from './manifests.ts'
import { pathOf } from './resources.ts'
import { findObjects } from './targets.ts'
import { tell } from './write.ts'
import { waitUntilGone } from './wait.ts'
import { yamlText } from './yaml-text.ts'

/** The annotation in which an apply notes what it applied. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export const APPLY: Command = {
  says: 'Apply a configuration to a resource by file name or stdin',
  usage: 'kubectl apply -f FILE [--server-side] [--dry-run=client|server]',
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    ...DRY_RUN_FLAGS,
    'server-side': { type: 'switch' },
    'force-conflicts': { type: 'switch' },
    validate: { type: 'text', bare: 'strict' },
  },
  run: apply,
}

async function apply(run: Run): Promise<void> {
  const isServerSide = run.flags.on('server-side')
  if (run.flags.on('force-conflicts') && !isServerSide) throw failure('--force-conflicts only works with --server-side')
  if (isServerSide && run.dryRun === 'client') {
    throw failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
  }
  if (!run.flags.has('filename')) throw failure('must specify one of -f and -k')
  const { manifests, failures } = await readManifests(run, 'apply')
  const failed: Failure[] = []
  for (const manifest of manifests) {
    try {
      await (isServerSide ? applyOnServer(run, manifest) : applyHere(run, manifest))
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      failed.push(error)
    }
  }
  throwAll([...failed, ...failures])
}

/** The object with the annotation that says what was applied. */
function annotated(object: Fields): Fields {
  const { [LAST_APPLIED]: _, ...annotations } = mapAt(object, 'metadata', 'annotations')
  const plain = withValue(object, ['metadata', 'annotations'], annotations)
  const text = `${JSON.stringify(sorted(plain))}\n`
  return withValue(object, ['metadata', 'annotations'], { ...annotations, [LAST_APPLIED]: text })
}

async function applyHere(run: Run, manifest: Manifest): Promise<void> {
  const { resource, namespace, name } = manifest
  const path = pathOf(resource, namespace, name)
  const wanted = annotated(manifest.object)
  const current = await run.api.find({ path })
  if (current === null) {
    const made = await post(run, wanted, 'kubectl-client-side-apply', 'Strict')
    return tell(run, manifest, made, 'created')
  }
  const lastText = textAt(current, 'metadata', 'annotations', LAST_APPLIED)
  if (lastText === '') {
    run.api.warn(
      `resource ${resource.plural}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    )
  }
  // What a person may not set is no wish of his.
  const { status: _, ...spoken } = wanted
  const body = applyPatch(lastText === '' ? null : (JSON.parse(lastText) as unknown), spoken, current)
  if (body === null && run.dryRun !== 'client') return tell(run, manifest, current, 'unchanged')
  if (run.dryRun === 'client') return tell(run, manifest, wanted, 'configured')
  const after = await run.api.json({
    method: 'PATCH',
    path,
    query: {
      ...dryRunQuery(run.dryRun),
      fieldManager: 'kubectl-client-side-apply',
      fieldValidation: validationOf(run, 'Strict'),
    },
    contentType: STRATEGIC_PATCH,
    body,
  })
  tell(run, manifest, after, isAsBefore(current, after, lastText) ? 'unchanged' : 'configured')
}

function isAsBefore(before: Fields, after: Fields, lastText: string): boolean {
  return (
    lastText !== '' && textAt(before, 'metadata', 'resourceVersion') === textAt(after, 'metadata', 'resourceVersion')
  )
}

async function applyOnServer(run: Run, manifest: Manifest): Promise<void> {
  const { resource, namespace, name, object } = manifest
  const after = await run.api.json({
    method: 'PATCH',
    path: pathOf(resource, namespace, name),
    query: {
      ...dryRunQuery(run.dryRun),
      fieldManager: run.flags.text('field-manager') || 'kubectl',
      fieldValidation: validationOf(run, 'Strict'),
      force: run.flags.on('force-conflicts') ? 'true' : 'false',
    },
    contentType: APPLY_PATCH,
    body: object,
  })
  tell(run, manifest, after, 'serverside-applied')
}

export const SET_LAST_APPLIED: Command = {
  says: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  usage: 'kubectl apply set-last-applied -f FILE [--create-annotation]',
  flags: { ...OUTPUT_FLAGS, ...FILE_FLAGS, ...DRY_RUN_FLAGS, 'create-annotation': { type: 'switch' } },
  run: async run => {
    const { manifests, failures } = await readManifests(run, 'set-last-applied')
    throwAll(failures)
    for (const manifest of manifests) {
      const path = pathOf(manifest.resource, manifest.namespace, manifest.name)
      const current = await run.api.json({ path })
      if (textAt(current, 'metadata', 'annotations', LAST_APPLIED) === '' && !run.flags.on('create-annotation')) {
        throw failure(
          `no last-applied-configuration annotation found on resource: ${manifest.name}, to create the annotation, run the command with --create-annotation`,
        )
      }
      const { [LAST_APPLIED]: text } = mapAt(annotated(manifest.object), 'metadata', 'annotations')
      const body = { metadata: { annotations: { [LAST_APPLIED]: text } } }
      const after =
        run.dryRun === 'client'
          ? current
          : await run.api.json({ method: 'PATCH', path, contentType: MERGE_PATCH, body })
      tell(run, manifest, after, 'configured')
    }
  },
}

export const VIEW_LAST_APPLIED: Command = {
  says: 'View the latest last-applied-configuration annotations of a resource/object',
  usage: 'kubectl apply view-last-applied TYPE NAME [-o yaml|json]',
  flags: { ...FILE_FLAGS, ...SELECTOR_FLAGS, output: { short: 'o', type: 'text' }, all: { type: 'switch' } },
  run: async run => {
    const { found, failures } = await findObjects(run, run.args)
    throwAll(failures)
    for (const { object, name, resource } of found) {
      const text = textAt(object, 'metadata', 'annotations', LAST_APPLIED)
      if (text === '')
        throw failure(`no last-applied-configuration annotation found on resource: ${resource.plural}/${name}`)
      const { metadata, ...rest } = JSON.parse(text) as Fields
      const { annotations, ...meta } = mapAt({ metadata }, 'metadata')
      const kept = Object.keys(mapAt({ annotations }, 'annotations')).length > 0 ? { ...meta, annotations } : meta
      const value = { ...rest, metadata: kept }
      run.api.terminal.out(
        run.flags.text('output') === 'json' ? `${JSON.stringify(sorted(value), null, 2)}\n` : yamlText(value),
      )
    }
  },
}

export const REPLACE: Command = {
  says: 'Replace a resource by file name or stdin',
  usage: 'kubectl replace -f FILE [--force]',
  flags: { ...CREATE_FLAGS, force: { type: 'switch' }, 'grace-period': { type: 'text' } },
  run: replace,
}

async function replace(run: Run): Promise<void> {
  if (!run.flags.has('filename')) throw failure('must specify one of -f and -k')
  const { manifests, failures } = await readManifests(run, 'replace')
  const failed: Failure[] = [...failures]
  for (const manifest of manifests) {
    try {
      await (run.flags.on('force') ? deleteAndCreate(run, manifest) : put(run, manifest))
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      failed.push(error.inSource('replacing', manifest.source))
    }
  }
  throwAll(failed)
}

async function put(run: Run, manifest: Manifest): Promise<void> {
  const { resource, namespace, name, object } = manifest
  const path = pathOf(resource, namespace, name)
  const query = {
    ...dryRunQuery(run.dryRun),
    fieldManager: 'kubectl-replace',
    fieldValidation: validationOf(run, 'Strict'),
  }
  await run.api.find({ path })
  const after = run.dryRun === 'client' ? object : await run.api.json({ method: 'PUT', path, query, body: object })
  tell(run, manifest, after, 'replaced')
}

async function deleteAndCreate(run: Run, manifest: Manifest): Promise<void> {
  const rules = { grace: null, policy: 'Background', wait: true, timeoutMs: 300_000 } as const
  try {
    const uid = await deleteOne(run, manifest, rules)
    await waitUntilGone(run, manifest, uid, rules.timeoutMs)
  } catch (error) {
    if (!(error instanceof StatusFailure) || error.reason !== 'NotFound') throw error
  }
  tell(run, manifest, await post(run, manifest.object, 'kubectl-replace', 'Strict'), 'replaced')
}
