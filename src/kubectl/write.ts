// How a command changes one object and says so: the patch, its query, and the line or the `-o` that follows.

import { MERGE_PATCH, type Query } from './api.ts'
import { dryRunQuery, dryRunWords, type Run } from './command.ts'
import { isFields, type Fields } from './fields.ts'
import { printerOf } from './output.ts'
import { kindName, pathOf } from './resources.ts'
import type { Found } from './targets.ts'

export interface Change {
  readonly body: unknown
  readonly contentType?: string
  readonly subresource?: string
  readonly query?: Query
}

/** Sends a patch, unless the run is dry on the client's side: then the object is as it is. */
export async function patchObject(run: Run, found: Found, change: Change): Promise<Fields> {
  const dryRun = run.dryRun
  if (dryRun === 'client') return found.object
  return run.api.json({
    method: 'PATCH',
    path: pathOf(found.resource, found.namespace, found.name, change.subresource ?? ''),
    query: { ...dryRunQuery(dryRun), fieldManager: managerOf(run), ...change.query },
    contentType: change.contentType ?? MERGE_PATCH,
    body: change.body,
  })
}

/** `kubectl-label`, `kubectl-set`. */
export function managerOf(run: Run): string {
  return run.flags.text('field-manager') || `kubectl-${run.command.split(' ')[0] ?? ''}`
}

/** `service/web labeled`, or the object as `-o` wants it. */
export function tell(
  run: Run,
  { resource, name }: Pick<Found, 'resource' | 'name'>,
  object: Fields,
  done: string,
): void {
  const printer = printerOf(run)
  if (printer) run.api.terminal.out(printer(object))
  else run.out(`${kindName(resource)}/${name} ${done}${dryRunWords(run.dryRun)}`)
}

/** JSON merge patch (RFC 7386): null takes away. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch
  const merged: Record<string, unknown> = isFields(value) ? { ...value } : {}
  for (const [name, part] of Object.entries(patch)) {
    if (part === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], part)
  }
  return merged
}
