// What `kubectl drain` does to the Pods of one Node, after k8s.io/kubectl/pkg/drain: all of them, or none, are found fit to leave;
// then they are evicted side by side, asked for again every five seconds where a disruption budget keeps them, and waited for.

import { durationMs } from './age.ts'
import { dryRunQuery, dryRunWords, type Run } from './command.ts'
import { Failure, StatusFailure } from './failures.ts'
import { listAt, nameOf, namespaceOf, textAt, valueAt } from './fields.ts'
import { pathOf } from './resources.ts'
import type { Found } from './targets.ts'

const MIRROR = 'kubernetes.io/config.mirror'

/** What becomes of a Pod of the Node: it leaves, stays with a word, or is in the way. */
interface Verdict {
  readonly leaves: boolean
  readonly warning?: string
  readonly problem?: string
}

export async function drain(run: Run, node: Found): Promise<void> {
  const sorted = (await podsOf(run, node)).map(pod => ({ pod, verdict: verdictOn(run, pod) }))
  const problems = grouped(sorted, ({ problem }) => problem, 'cannot delete ')
  if (problems.length > 0) throw giveUp(run, node, problems)
  const warnings = grouped(sorted, ({ warning }) => warning, '')
  if (warnings.length > 0) run.err(`Warning: ${warnings.join('; ')}`)
  const errors = await evictAll(
    run,
    sorted.flatMap(({ pod, verdict }) => (verdict.leaves ? [pod] : [])),
  )
  if (errors.length > 0) {
    run.err(`There are pending pods in node "${node.name}" when an error occurred: ${together(errors)}`)
    for (const pod of await podsOf(run, node)) if (verdictOn(run, pod).leaves) run.err(`pod/${nameOf(pod)}`)
    throw giveUp(run, node, errors)
  }
  run.out(`node/${node.name} drained${dryRunWords(run.dryRun)}`)
}

async function podsOf(run: Run, node: Found): Promise<readonly unknown[]> {
  const list = await run.api.json({
    path: pathOf((await run.resources).get('pods'), ''),
    query: { fieldSelector: `spec.nodeName=${node.name}`, labelSelector: run.flags.text('pod-selector'), limit: 500 },
  })
  return listAt(list, 'items')
}

/** The first check that a Pod does not pass decides. */
function verdictOn(run: Run, pod: unknown): Verdict {
  const isDone = ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'))
  const controller = controllerOf(pod)
  if (controller === 'DaemonSet' && !isDone) {
    return run.flags.on('ignore-daemonsets')
      ? { leaves: false, warning: 'ignoring DaemonSet-managed Pods' }
      : { leaves: false, problem: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' }
  }
  if (textAt(pod, 'metadata', 'annotations', MIRROR) !== '') return { leaves: false }
  if (isDone) return { leaves: true }
  if (listAt(pod, 'spec', 'volumes').some(one => valueAt(one, 'emptyDir')) && !run.flags.on('delete-emptydir-data')) {
    return { leaves: false, problem: 'Pods with local storage (use --delete-emptydir-data to override)' }
  }
  if (controller !== '') return { leaves: true }
  return run.flags.on('force')
    ? { leaves: true, warning: 'deleting Pods that declare no controller' }
    : { leaves: false, problem: 'cannot delete Pods that declare no controller (use --force to override)' }
}

/** `Pods with local storage …: default/a, default/b`, one line for each of the texts. */
function grouped(
  sorted: readonly { readonly pod: unknown; readonly verdict: Verdict }[],
  textOf: (verdict: Verdict) => string | undefined,
  before: string,
): readonly string[] {
  const named = new Map<string, string[]>()
  for (const { pod, verdict } of sorted) {
    const text = textOf(verdict)
    if (text !== undefined) named.set(text, [...(named.get(text) ?? []), `${namespaceOf(pod)}/${nameOf(pod)}`])
  }
  return [...named].map(([text, pods]) => `${before}${text}: ${pods.join(', ')}`)
}

function giveUp(run: Run, node: Found, problems: readonly string[]): Error {
  run.err(`error: unable to drain node "${node.name}" due to error: ${together(problems)}, continuing command...`)
  run.err('There are pending nodes to be drained:')
  run.err(` ${node.name}`)
  return new Failure(problems.join('\n'))
}

/** Several errors as Go prints them. */
function together(errors: readonly string[]): string {
  return errors.length > 1 ? `[${errors.join(', ')}]` : errors.join('')
}

function controllerOf(pod: unknown): string {
  const owner = listAt(pod, 'metadata', 'ownerReferences').find(one => valueAt(one, 'controller') === true)
  return textAt(owner, 'kind')
}

const EVICTION_PAUSE_MS = 5_000
const GONE_PAUSE_MS = 1_000

/** A Pod on its way: to be evicted, or to be waited for; and when to look at it next. */
interface Leaving {
  readonly pod: unknown
  readonly isEvicted: boolean
  readonly dueMs: number
}

/** Evicts all Pods side by side and waits until they are gone; what went wrong. */
async function evictAll(run: Run, pods: readonly unknown[]): Promise<readonly string[]> {
  const text = run.flags.text('timeout')
  const untilMs = run.flags.has('timeout') && durationMs(text, 'timeout') > 0 ? durationMs(text, 'timeout') : Infinity
  const errors: string[] = []
  let left: readonly Leaving[] = pods.map(pod => ({ pod, isEvicted: false, dueMs: 0 }))
  for (let nowMs = 0; left.length > 0;) {
    const still: Leaving[] = []
    for (const one of left) {
      if (one.dueMs > nowMs && !(one.isEvicted && nowMs >= untilMs)) still.push(one)
      else if (nowMs >= untilMs) errors.push(timeOut(run, one, text))
      else {
        const next = await lookAfter(run, one, nowMs)
        if (typeof next === 'string') errors.push(next)
        else if (next) still.push(next)
      }
    }
    left = still
    if (left.length === 0) break
    // Who waits for a Pod to go looks at the clock; who was refused only when its pause is over.
    const nextMs = Math.min(...left.map(({ isEvicted, dueMs }) => (isEvicted ? Math.min(dueMs, untilMs) : dueMs)))
    await run.api.pause(nextMs - nowMs)
    nowMs = nextMs
  }
  return errors
}

function timeOut(run: Run, { pod, isEvicted }: Leaving, timeout: string): string {
  const [name, namespace] = [nameOf(pod), namespaceOf(pod)]
  if (isEvicted)
    return `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${timeout}`
  run.out(`evicting pod ${namespace}/${name}${dryRunWords(run.dryRun)}`)
  return `error when evicting pods/"${name}" -n "${namespace}": global timeout reached: ${timeout}`
}

/** One look at a Pod on its way; undefined once it is gone, a text for what went wrong. */
async function lookAfter(run: Run, { pod, isEvicted }: Leaving, nowMs: number): Promise<Leaving | string | undefined> {
  if (!isEvicted) {
    run.out(`evicting pod ${namespaceOf(pod)}/${nameOf(pod)}${dryRunWords(run.dryRun)}`)
    if (run.dryRun === 'client') return undefined
    const refusal = await evict(run, pod)
    if (refusal === 'later') return { pod, isEvicted, dueMs: nowMs + EVICTION_PAUSE_MS }
    if (refusal !== undefined) return refusal
    if (run.dryRun !== 'none') return undefined
  }
  const now = await run.api.find({ path: pathOf((await run.resources).get('pods'), namespaceOf(pod), nameOf(pod)) })
  if (now !== null && textAt(now, 'metadata', 'uid') === textAt(pod, 'metadata', 'uid')) {
    return { pod, isEvicted: true, dueMs: nowMs + GONE_PAUSE_MS }
  }
  run.out(`pod/${nameOf(pod)} evicted`)
  return undefined
}

/** Nothing when the Pod is on its way, `later` when a budget says not yet, or what else is in the way. */
async function evict(run: Run, pod: unknown): Promise<string | undefined> {
  const grace = run.flags.text('grace-period')
  const options = grace === '' || Number(grace) < 0 ? {} : { deleteOptions: { gracePeriodSeconds: Number(grace) } }
  const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) }
  const whom = `pods/"${nameOf(pod)}" -n "${namespaceOf(pod)}"`
  try {
    await run.api.json({
      method: 'POST',
      path: `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}/eviction`,
      query: dryRunQuery(run.dryRun),
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata, ...options },
    })
    return undefined
  } catch (error) {
    if (!(error instanceof StatusFailure)) throw error
    if (error.reason === 'NotFound') return undefined
    const message = textAt(error.status, 'message')
    if (error.reason !== 'TooManyRequests') return `error when evicting ${whom}: ${message}`
    run.err(`error when evicting ${whom} (will retry after 5s): ${message}`)
    return 'later'
  }
}
