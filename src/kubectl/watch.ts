// `kubectl get -w`: what is there first, then each change as the server tells it, until Ctrl+C.

import { AS_TABLE } from './api.ts'
import type { Run } from './command.ts'
import { failure, StatusFailure } from './failures.ts'
import { mapAt, textAt, type Fields } from './fields.ts'
import type { Printer } from './output.ts'
import { pathOf } from './resources.ts'
import { TablePrinter } from './table.ts'
import { selectorQuery, type Wanted } from './targets.ts'

export async function watchWanted(run: Run, wanted: readonly Wanted[], printer: Printer | null): Promise<void> {
  const [one, second] = wanted
  if (!one || second) throw failure('you may only specify a single resource type')
  const { resource, name } = one
  const everywhere = run.flags.on('all-namespaces')
  const space = resource.namespaced && !everywhere ? (one.namespace ?? run.namespace) : ''
  const fields = name === null ? selectorQuery(run) : { fieldSelector: `metadata.name=${name}`, labelSelector: '' }
  const accept = printer ? 'application/json' : AS_TABLE
  const table = new TablePrinter(run, { resource, withKind: false, withNamespace: everywhere && resource.namespaced })
  const show = (value: Fields, event: string): void => {
    if (!printer) return run.api.terminal.out(table.print([value], event))
    const told = run.flags.on('output-watch-events') ? { type: event, object: value } : value
    run.api.terminal.out(printer(told))
  }

  const listed = await run.api.json({
    path: pathOf(resource, space, name ?? ''),
    query: name === null ? fields : {},
    accept,
  })
  const isTable = textAt(listed, 'kind') === 'Table'
  if (!run.flags.on('watch-only')) {
    if (isTable || name !== null) show(listed, 'ADDED')
    else for (const item of (listed['items'] as Fields[] | undefined) ?? []) show(withKind(item, one), 'ADDED')
  }
  await run.api.follow(
    {
      path: pathOf(resource, space),
      query: { ...fields, watch: 'true', resourceVersion: textAt(listed, 'metadata', 'resourceVersion') },
      accept,
    },
    line => {
      const event = JSON.parse(line) as Fields
      if (event['type'] === 'ERROR') throw new StatusFailure(mapAt(event, 'object'))
      if (event['type'] !== 'BOOKMARK') show(mapAt(event, 'object'), textAt(event, 'type'))
      return true
    },
  )
}

function withKind(item: Fields, { resource }: Wanted): Fields {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  return { apiVersion, kind: resource.kind, ...item }
}
