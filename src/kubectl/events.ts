// `kubectl events`: what happened, newest last, of a namespace or of one object.

import { ageOf } from './age.ts'
import { TableText } from './align.ts'
import { OUTPUT_FLAGS, type Command, type Run } from './command.ts'
import { failure } from './failures.ts'
import { mapAt, namespaceOf, numberAt, textAt, type Fields } from './fields.ts'
import { itemsWithKind } from './get.ts'
import { listOf, printerOf } from './output.ts'
import { pathOf } from './resources.ts'

export const EVENTS: Command = {
  says: 'List events',
  usage: 'kubectl events [--for TYPE/NAME] [--types=Warning] [-A] [-w]',
  flags: {
    ...OUTPUT_FLAGS,
    for: { type: 'text' },
    types: { type: 'many' },
    'all-namespaces': { short: 'A', type: 'switch' },
    'no-headers': { type: 'switch' },
    watch: { short: 'w', type: 'switch' },
  },
  run: events,
}

async function events(run: Run): Promise<void> {
  const everywhere = run.flags.on('all-namespaces')
  const resource = (await run.resources).get('events.v1.')
  const fieldSelector = await selectorFor(run)
  const path = pathOf(resource, everywhere ? '' : run.namespace)
  const list = await run.api.json({ path, query: { fieldSelector, limit: 500 } })
  const types = run.flags.list('types').map(type => type.toLowerCase())
  const isWanted = (event: unknown): boolean =>
    types.length === 0 || types.includes(textAt(event, 'type').toLowerCase())
  const found = [...itemsWithKind(list, resource)].filter(isWanted).sort((a, b) => (lastSeen(a) < lastSeen(b) ? -1 : 1))
  const printer = printerOf(run)
  const table = new TableText()
  const head = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']
  if (printer) run.api.terminal.out(printer(listOf(found)))
  else if (found.length > 0) {
    const heads = run.flags.on('no-headers') ? [] : [everywhere ? ['NAMESPACE', ...head] : head]
    run.api.terminal.out(table.print([...heads, ...found.map(event => row(event, run.api.nowMs, everywhere))]))
  } else if (!run.flags.on('watch'))
    run.err(everywhere ? 'No events found.' : `No events found in ${run.namespace} namespace.`)
  if (!run.flags.on('watch')) return
  const resourceVersion = textAt(list, 'metadata', 'resourceVersion')
  await run.api.follow({ path, query: { fieldSelector, watch: 'true', resourceVersion } }, line => {
    const event = mapAt(JSON.parse(line), 'object')
    if (isWanted(event) && !printer) run.api.terminal.out(table.print([row(event, run.api.nowMs, everywhere)]))
    return true
  })
}

async function selectorFor(run: Run): Promise<string> {
  const of = run.flags.text('for')
  if (of === '') return ''
  const [type = '', name] = of.split('/')
  if (name === undefined) throw failure('--for must be in resource/name form')
  const { kind, group, version } = (await run.resources).get(type)
  const apiVersion = group === '' ? version : `${group}/${version}`
  return `involvedObject.apiVersion=${apiVersion},involvedObject.kind=${kind},involvedObject.name=${name}`
}

export function lastSeen(event: unknown): string {
  return (
    textAt(event, 'series', 'lastObservedTime') ||
    textAt(event, 'lastTimestamp') ||
    textAt(event, 'eventTime') ||
    textAt(event, 'metadata', 'creationTimestamp')
  )
}

/** `5s`, or `5s (x3 over 2m)`. */
export function eventAge(event: unknown, nowMs: number): string {
  const first = textAt(event, 'firstTimestamp') || textAt(event, 'eventTime')
  const count = numberAt(event, 'series', 'count') || numberAt(event, 'count')
  const last = ageOf(lastSeen(event), nowMs)
  return count > 1 ? `${last} (x${count} over ${ageOf(first, nowMs)})` : last
}

function row(event: Fields, nowMs: number, everywhere: boolean): readonly string[] {
  const about = mapAt(event, 'involvedObject')
  return [
    ...(everywhere ? [namespaceOf(event)] : []),
    eventAge(event, nowMs),
    textAt(event, 'type'),
    textAt(event, 'reason'),
    `${textAt(about, 'kind')}/${textAt(about, 'name')}`,
    textAt(event, 'message').trim(),
  ]
}
