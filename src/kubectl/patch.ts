// `kubectl patch`: the three patches, of an object or of a part of it.

import { JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './api.ts'
import { DRY_RUN_FLAGS, FILE_FLAGS, OUTPUT_FLAGS, dryRunQuery, type Command, type Run } from './command.ts'
import { Failure, failure, throwAll } from './failures.ts'
import { isSame, type Fields } from './fields.ts'
import { nameWithKind, printerOf } from './output.ts'
import { pathOf } from './resources.ts'
import { findObjects, type Found } from './targets.ts'
import { managerOf, mergePatch } from './write.ts'
import { readDocuments } from './yaml-text.ts'

export const PATCH: Command = {
  says: 'Update fields of a resource',
  usage: 'kubectl patch TYPE NAME -p \'{"spec":…}\' [--type=strategic|merge|json] [--subresource=status|scale]',
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...DRY_RUN_FLAGS,
    patch: { short: 'p', type: 'text' },
    'patch-file': { type: 'text' },
    type: { type: 'text' },
    subresource: { type: 'text' },
  },
  run: patch,
}

const TYPES: { readonly [type: string]: string } = { strategic: STRATEGIC_PATCH, merge: MERGE_PATCH, json: JSON_PATCH }

async function patch(run: Run): Promise<void> {
  const type = run.flags.text('type') || 'strategic'
  const contentType = TYPES[type]
  if (contentType === undefined) throw failure('--type must be one of [json merge strategic], not "' + type + '"')
  const value = patchValue(run)
  const { found, failures } = await findObjects(run, run.args)
  for (const one of found) await patchOne(run, one, value, contentType)
  throwAll(failures)
}

function patchValue(run: Run): unknown {
  const { files, stdin } = run.api.terminal
  const file = run.flags.text('patch-file')
  if (!run.flags.has('patch') && file === '')
    throw failure('must specify --patch or --patch-file containing the contents of the patch')
  const text = run.flags.has('patch') ? run.flags.text('patch') : file === '-' ? stdin : files.get(file)
  if (text === undefined) throw failure(`unable to read patch file: open ${file}: no such file or directory`)
  const [document] = readDocuments(text)
  if (!document) throw failure('unable to parse "": yaml: document is empty')
  if (!document.ok)
    throw failure(
      `unable to parse ${JSON.stringify(text)}: ${document.message.replace(/^error converting YAML to JSON: /, '')}`,
    )
  return document.value
}

async function patchOne(run: Run, found: Found, value: unknown, contentType: string): Promise<void> {
  const { resource, namespace, name } = found
  const subresource = run.flags.text('subresource')
  const path = pathOf(resource, namespace, name, subresource)
  const printer = printerOf(run)
  if (run.dryRun === 'client') {
    if (contentType === JSON_PATCH)
      throw new Failure('error: --dry-run=client takes no JSON patch here: use --dry-run=server')
    const changed = mergePatch(found.object, value) as Fields
    return say(changed)
  }
  const before = subresource === '' ? found.object : await run.api.json({ path })
  const after = await run.api.json({
    method: 'PATCH',
    path,
    query: { ...dryRunQuery(run.dryRun), fieldManager: managerOf(run) },
    contentType,
    body: JSON.stringify(value),
  })
  say(after, before)

  function say(after: Fields, before?: Fields): void {
    if (printer) return run.api.terminal.out(printer(after))
    const same = before !== undefined && isSame(before, after)
    run.out(`${nameWithKind(after)} patched${same ? ' (no change)' : ''}`)
  }
}
