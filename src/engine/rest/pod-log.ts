// `pods/log`: what a container has written, at once or followed. The options are those of PodLogOptions; where the kubelet would
// refuse, its words come in a Status as the API server passes them on. Left out: `insecureSkipTLSVerifyBackend` and `stream`,
// which change nothing here.

import { invalid, notFound, type ApiStatus } from '../api/api-status.ts'
import { invalidValue, type FieldError } from '../api/field-error.ts'
import type { Container, Pod } from '../api/pod/pod.ts'
import { formatMicroTimestamp, parseTimestamp } from '../kernel/timestamp.ts'
import { utf8Length } from '../kernel/utf8.ts'
import { plainAnswer, statusAnswer } from './answer.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiResponse, ApiStream, StreamOutput } from './api-request.ts'
import type { ContainerAccess, LogLine } from './container-access.ts'
import { chooseContainer, dialProblem, kubeletAddress } from './pod-place.ts'
import { isOn, parseInt64 } from './query-options.ts'
import { badRequest, unclassified } from './refusals.ts'

interface LogOptions {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  /** Milliseconds since 1970; −Infinity for all. */
  readonly sinceMs: number
  readonly tailLines: number
  readonly limitBytes: number
}

export function readLog(call: ApiCall, containers: ContainerAccess, nowMs: () => number): ApiResponse {
  const { info, namespace, name, store } = call
  const pod = store.objects.get('Pod', namespace, name)
  if (!pod) return statusAnswer(notFound(info, name))
  const options = readOptions(call, nowMs())
  if ('status' in options) return statusAnswer(options)
  const chosen = chooseContainer(pod, call.query.get('container') ?? '')
  if (!chosen.ok) return statusAnswer(chosen.status)
  const node = pod.spec.nodeName ?? ''
  // Who is on no Node has nothing to say, which is no mistake.
  if (node === '') return { type: 'body', status: 204, headers: {}, body: '' }
  const { container } = chosen
  const problem = dialProblem(call, node, containers.kubelet(node))
  if (problem !== undefined) {
    const url = `https://${kubeletAddress(store, node)}/containerLogs/${namespace}/${name}/${container.name}`
    return statusAnswer(unclassified(`Get "${url}${asked(call)}": ${problem}`))
  }
  const lines = containers.lines(pod, container, options.previous)
  if (!lines) return statusAnswer(badRequest(silenceReason(pod, container, options.previous)))
  if (options.follow && !options.previous) return followed(containers, { pod, container, lines, options })
  return plainAnswer(200, textOf(lines, options))
}

// The kubelet is asked with the options that are set, in this order.
function asked({ query }: ApiCall): string {
  const names = ['follow', 'limitBytes', 'previous', 'sinceSeconds', 'sinceTime', 'tailLines', 'timestamps']
  const set = names.flatMap(name => (query.has(name) ? [`${name}=${query.get(name) ?? ''}`] : []))
  return set.length === 0 ? '' : `?${set.join('&')}`
}

function readOptions(call: ApiCall, nowMs: number): LogOptions | ApiStatus {
  const { query } = call
  const errors: FieldError[] = []
  const numbers = new Map<string, number>()
  for (const [name, min, why] of [
    ['tailLines', 0, 'must be greater than or equal to 0'],
    ['limitBytes', 1, 'must be greater than 0'],
    ['sinceSeconds', 1, 'must be greater than 0'],
  ] as const) {
    const text = query.get(name)
    if (text === undefined || text === '') continue
    const parsed = parseInt64(text)
    if (!parsed.ok) return badRequest(parsed.message)
    if (parsed.value < min) errors.push(invalidValue(name, Number(parsed.value), why))
    numbers.set(name, Number(parsed.value))
  }
  if (errors.length > 0) return invalid({ kind: 'PodLogOptions', group: '' }, call.name, errors)
  const seconds = numbers.get('sinceSeconds')
  return {
    follow: isOn(query, 'follow'),
    previous: isOn(query, 'previous'),
    timestamps: isOn(query, 'timestamps'),
    sinceMs:
      seconds === undefined ? (parseTimestamp(query.get('sinceTime') ?? '') ?? -Infinity) : nowMs - seconds * 1000,
    tailLines: numbers.get('tailLines') ?? Infinity,
    limitBytes: numbers.get('limitBytes') ?? Infinity,
  }
}

/** Why a container that was chosen has no log, as its kubelet says it. */
function silenceReason(pod: Pod, { name }: Container, previous: boolean): string {
  const podName = pod.metadata.name
  if (previous) return `previous terminated container "${name}" in pod "${podName}" not found`
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const status = [...containerStatuses, ...initContainerStatuses].find(one => one.name === name)
  if (!status) return `container "${name}" in pod "${podName}" is not available`
  const reason = status.state?.waiting?.reason ?? 'no logs available yet'
  return `container "${name}" in pod "${podName}" is waiting to start: ${WAITS_FOR[reason] ?? reason}`
}

/** What a kubelet says of a container without an image. */
const WAITS_FOR: { readonly [reason: string]: string } = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
}

function textOf(lines: readonly LogLine[], options: LogOptions): string {
  const recent = lines.filter(({ atMs }) => atMs >= options.sinceMs)
  const tail = options.tailLines === Infinity ? recent : recent.slice(Math.max(0, recent.length - options.tailLines))
  const text = tail.map(line => printed(line, options)).join('')
  return clipText(text, options.limitBytes)
}

function printed({ atMs, text }: LogLine, { timestamps }: LogOptions): string {
  return timestamps ? `${formatMicroTimestamp(atMs).replace('Z', '000Z')} ${text}\n` : `${text}\n`
}

function followed(
  containers: ContainerAccess,
  {
    pod,
    container,
    lines,
    options,
  }: { pod: Pod; container: Container; lines: readonly LogLine[]; options: LogOptions },
): ApiStream {
  return {
    type: 'stream',
    protocol: 'log',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    open: (to: StreamOutput) => {
      let left = options.limitBytes
      let stop = (): void => undefined
      const send = (text: string): void => {
        const part = clipText(text, left)
        left -= utf8Length(part)
        if (part !== '') to.send('stdout', part)
      }
      const end = (): void => {
        stop()
        to.end()
      }
      send(textOf(lines, options))
      const isOver = left <= 0 || isEnded(pod, container)
      if (isOver) end()
      else {
        stop = containers.follow(pod, container, {
          send: line => {
            send(printed(line, options))
            if (left <= 0) end()
          },
          end,
        })
      }
      return { write: () => undefined, closeInput: () => undefined, stop: () => stop() }
    },
  }
}

function isEnded(pod: Pod, container: Container): boolean {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const status = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container.name)
  return status?.state?.running === undefined
}

/** As much of a text as has so many bytes at most; no letter is cut. */
function clipText(text: string, bytesMax: number): string {
  if (utf8Length(text) <= bytesMax) return text
  let end = 0
  let bytes = 0
  for (const letter of text) {
    bytes += utf8Length(letter)
    if (bytes > bytesMax) break
    end += letter.length
  }
  return text.slice(0, end)
}
