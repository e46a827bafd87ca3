// `kubectl logs` and `kubectl exec`: what comes out of a container, as it comes.

import { SELECTOR_FLAGS, type Command, type Run } from './command.ts'
import { Failure, failure } from './failures.ts'
import { isFields, listAt, mapAt, nameOf, textAt, type Fields } from './fields.ts'
import { pathOf } from './resources.ts'
import { durationMs } from './age.ts'
import { selectorText } from './describe/workload.ts'

export const LOGS: Command = {
  says: 'Print the logs for a container in a pod',
  usage: 'kubectl logs POD | TYPE/NAME [-f] [-c CONTAINER] [--tail=LINES] [--since=5m] [-p] [--timestamps]',
  flags: {
    ...SELECTOR_FLAGS,
    container: { short: 'c', type: 'text' },
    follow: { short: 'f', type: 'switch' },
    previous: { short: 'p', type: 'switch' },
    since: { type: 'text' },
    tail: { type: 'text' },
    timestamps: { type: 'switch' },
    'all-containers': { type: 'switch' },
    prefix: { type: 'switch' },
    'limit-bytes': { type: 'text' },
  },
  run: logs,
}

async function logs(run: Run): Promise<void> {
  const { flags } = run
  const pods = flags.has('selector') ? await podsBySelector(run) : [await podFor(run, run.args[0], 'logs')]
  const tail = flags.text('tail') || (flags.has('selector') && !flags.on('follow') ? '10' : '')
  for (const pod of pods) {
    for (const container of containersFor(run, pod)) {
      const query = {
        container,
        follow: flags.on('follow') ? 'true' : undefined,
        previous: flags.on('previous') ? 'true' : undefined,
        timestamps: flags.on('timestamps') ? 'true' : undefined,
        tailLines: tail === '-1' ? undefined : tail,
        limitBytes: flags.text('limit-bytes'),
        sinceSeconds: flags.has('since') ? Math.ceil(durationMs(flags.text('since'), 'since') / 1_000) : undefined,
      }
      const prefix = flags.on('prefix') ? `[pod/${nameOf(pod)}/${container}] ` : ''
      const show = (text: string): void => run.api.terminal.out(prefix === '' ? text : text.replace(/^(?=.)/gm, prefix))
      await run.api.stream(
        { path: `${podPath(pod)}/log`, query, accept: 'application/json, */*' },
        { out: show, err: show },
      )
    }
  }
}

function podPath(pod: Fields): string {
  return `/api/v1/namespaces/${textAt(pod, 'metadata', 'namespace')}/pods/${encodeURIComponent(nameOf(pod))}`
}

async function podsBySelector(run: Run): Promise<readonly Fields[]> {
  const labelSelector = run.flags.text('selector')
  const list = await run.api.json({ path: `/api/v1/namespaces/${run.namespace}/pods`, query: { labelSelector } })
  const pods = listAt(list, 'items').filter(isFields)
  if (pods.length === 0) run.err(`No resources found in ${run.namespace} namespace.`)
  return pods
}

/** The Pod that a word means: a Pod, or one of those that a workload or a Service chooses. */
async function podFor(run: Run, word: string | undefined, command: string): Promise<Fields> {
  if (word === undefined) {
    const wanted =
      command === 'logs'
        ? "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"
        : 'pod, type/name or --filename must be specified'
    throw failure(`${wanted}\nSee 'kubectl ${command} -h' for help and examples`)
  }
  const [type = '', name] = word.includes('/') ? word.split('/') : ['pods', word]
  const resource = (await run.resources).get(type)
  const object = await run.api.json({ path: pathOf(resource, run.namespace, name ?? '') })
  if (resource.kind === 'Pod') return object
  const labelSelector = resource.kind === 'Service' ? pairs(mapAt(object, 'spec', 'selector')) : selectorText(object)
  if (labelSelector === '' || labelSelector === '<none>')
    throw failure(`cannot get the logs from ${resource.kind}: selector is empty`)
  const list = await run.api.json({ path: `/api/v1/namespaces/${run.namespace}/pods`, query: { labelSelector } })
  const pods = listAt(list, 'items').filter(isFields)
  const running = pods.filter(pod => textAt(pod, 'status', 'phase') === 'Running')
  const [first] = running.length > 0 ? running : pods
  if (!first) throw failure(`timed out waiting for the condition`)
  if (command === 'logs' && pods.length > 1) run.err(`Found ${pods.length} pods, using pod/${nameOf(first)}`)
  return first
}

function pairs(map: Fields): string {
  return Object.keys(map)
    .sort()
    .map(key => `${key}=${String(map[key])}`)
    .join(',')
}

function containersFor(run: Run, pod: Fields): readonly string[] {
  const given = run.flags.text('container')
  if (given !== '') return [given]
  const names = listAt(pod, 'spec', 'containers').map(one => textAt(one, 'name'))
  if (run.flags.on('all-containers')) return names
  const [first = ''] = names
  if (names.length > 1) {
    run.err(`Defaulted container "${first}" out of: ${names.join(', ')}`)
  }
  return [first]
}

export const EXEC: Command = {
  says: 'Execute a command in a container',
  usage: 'kubectl exec POD | TYPE/NAME [-c CONTAINER] -- COMMAND [ARG…]',
  flags: {
    container: { short: 'c', type: 'text' },
    stdin: { short: 'i', type: 'switch' },
    tty: { short: 't', type: 'switch' },
    quiet: { short: 'q', type: 'switch' },
  },
  run: exec,
}

async function exec(run: Run): Promise<number> {
  const command = run.rest ?? run.args.slice(1)
  if (run.rest === null && run.args.length > 1) {
    throw failure(
      "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
    )
  }
  if (command.length === 0)
    throw failure(
      "you must specify at least one command for the container\nSee 'kubectl exec -h' for help and examples",
    )
  const pod = await podFor(run, run.args[0], 'exec')
  if (['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'))) {
    throw failure(`cannot exec into a container in a completed pod; current phase is ${textAt(pod, 'status', 'phase')}`)
  }
  const [container = ''] = containersFor(run, pod)
  const words = command.map(word => `command=${encodeURIComponent(word)}`).join('&')
  const status = await run.api.stream(
    {
      method: 'POST',
      path: `${podPath(pod)}/exec`,
      rawQuery: `${words}&container=${encodeURIComponent(container)}&stdout=true&stderr=true`,
      accept: '*/*',
    },
    { out: text => run.api.terminal.out(text), err: text => run.api.terminal.err(text) },
  )
  return exitCodeOf(status)
}

/** An exec ends in a Status: a command that failed has its exit code among the causes. */
function exitCodeOf(status: Fields | null): number {
  if (status === null || textAt(status, 'status') === 'Success') return 0
  const cause = listAt(status, 'details', 'causes').find(one => textAt(one, 'reason') === 'ExitCode')
  if (cause === undefined) throw new Failure(`error: ${textAt(status, 'message')}`)
  const code = Number(textAt(cause, 'message'))
  throw new Failure(`command terminated with exit code ${code}`, code)
}
