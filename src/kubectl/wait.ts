// `kubectl wait`, and the wait at the end of a delete: read, and then follow the object until what is waited for holds.

import { durationMs } from './age.ts'
import { FILE_FLAGS, OUTPUT_FLAGS, SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import { Failure, failure, StatusFailure, throwAll } from './failures.ts'
import { listAt, mapAt, textAt, type Fields } from './fields.ts'
import { parseJsonPath, printValue, relaxedPath } from './jsonpath.ts'
import { kindName, pathOf, type Resource } from './resources.ts'
import { findObjects, wantedBy } from './targets.ts'

export const WAIT: Command = {
  says: 'Wait for a specific condition on one or many resources',
  usage: "kubectl wait TYPE NAME --for=condition=Ready|delete|create|jsonpath='{…}'=VALUE [--timeout=30s]",
  flags: {
    ...OUTPUT_FLAGS,
    ...SELECTOR_FLAGS,
    ...FILE_FLAGS,
    all: { type: 'switch' },
    'all-namespaces': { short: 'A', type: 'switch' },
    for: { type: 'text' },
    timeout: { type: 'text' },
  },
  run: waitFor,
}

export interface Waited {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
}

type Goal = (object: Fields | null) => boolean

async function waitFor(run: Run): Promise<void> {
  const text = run.flags.text('for')
  if (text === '') throw failure('--for is required')
  const timeoutMs = run.flags.has('timeout') ? durationMs(run.flags.text('timeout'), 'timeout') : 30_000
  const goal = readGoal(text)
  if (text.toLowerCase() === 'create') await waitUntilThere(run, timeoutMs)
  const isDelete = text.toLowerCase() === 'delete'
  const { found, failures } = await findObjects(run, run.args)
  const left = failures.filter(one => !(isDelete && one instanceof StatusFailure && one.reason === 'NotFound'))
  throwAll(left)
  if (found.length === 0 && !isDelete) throw failure('no matching resources found')
  const failed: Failure[] = []
  for (const one of found) {
    try {
      await until(run, one, goal, timeoutMs)
      run.out(`${kindName(one.resource)}/${one.name} condition met`)
    } catch (error) {
      if (!(error instanceof Failure) || error instanceof StatusFailure || error.exitCode !== 1) throw error
      failed.push(error)
    }
  }
  throwAll(failed)
}

function readGoal(text: string): Goal {
  const lower = text.toLowerCase()
  if (lower === 'delete') return object => object === null
  if (lower === 'create') return object => object !== null
  const condition = /^condition=([^=]+)(?:=(.*))?$/i.exec(text)
  if (condition) {
    const [, type = '', wanted = 'True'] = condition
    return object => {
      const found = listAt(object, 'status', 'conditions').find(
        one => textAt(one, 'type').toLowerCase() === type.toLowerCase(),
      )
      return textAt(found, 'status').toLowerCase() === wanted.toLowerCase()
    }
  }
  const path = /^jsonpath=(\{?[^=]*(?:==[^=]*)*\}?)(?:=(.*))?$/s.exec(text)
  if (!path) throw failure(`unrecognized condition: "${text}"`)
  const [, at = '', wanted] = path
  const reads = parseJsonPath(relaxedPath(at.replace(/^['"]|['"]$/g, '')))
  return object => {
    const found = object === null ? [] : reads.find(object).flat()
    if (wanted === undefined) return found.length > 0
    return found.length === 1 && printValue(found[0]) === wanted.replace(/^['"]|['"]$/g, '')
  }
}

const POLL_MS = 500

async function waitUntilThere(run: Run, timeoutMs: number): Promise<void> {
  let waitedMs = 0
  const wanted = await wantedBy(run, run.args)
  for (const { resource, name } of wanted) {
    const path = pathOf(resource, resource.namespaced ? run.namespace : '', name ?? '')
    while ((await run.api.find({ path })) === null) {
      if (waitedMs >= timeoutMs) throw failure('timed out waiting for the condition')
      await run.api.pause(Math.min(POLL_MS, timeoutMs - waitedMs))
      waitedMs += POLL_MS
    }
  }
}

/** Resolves when the goal holds of the object; a limit that passes first throws. */
export async function until(run: Run, waited: Waited, goal: Goal, timeoutMs: number): Promise<void> {
  const { resource, namespace, name } = waited
  const fieldSelector = `metadata.name=${name}`
  const timedOut = (): Failure => failure(`timed out waiting for the condition on ${resource.plural}/${name}`)
  for (;;) {
    const list = await run.api.json({ path: pathOf(resource, namespace), query: { fieldSelector } })
    const [now] = listAt(list, 'items')
    if (goal(now === undefined ? null : mapAt({ now }, 'now'))) return
    if (timeoutMs <= 0) throw timedOut()
    const reached = await run.api.follow(
      {
        path: pathOf(resource, namespace),
        query: { fieldSelector, watch: 'true', resourceVersion: textAt(list, 'metadata', 'resourceVersion') },
      },
      line => {
        const event = JSON.parse(line) as Fields
        const type = textAt(event, 'type')
        if (type === 'ERROR') throw new StatusFailure(mapAt(event, 'object'))
        return type === 'BOOKMARK' || !goal(type === 'DELETED' ? null : mapAt(event, 'object'))
      },
      { limit: { ms: timeoutMs, failure: timedOut } },
    )
    if (reached) return
  }
}

/** Resolves when the object with this uid is gone, whether or not another took its name. */
export function waitUntilGone(run: Run, waited: Waited, uid: string, timeoutMs: number): Promise<void> {
  return until(run, waited, object => object === null || textAt(object, 'metadata', 'uid') !== uid, timeoutMs)
}
