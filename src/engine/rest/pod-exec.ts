// `pods/exec`: a command in a container, as a stream that ends with one Status on channel `error`. Refusals before that are
// plain answers, those of the kubelet in its own plain words. Left out: ephemeral containers and resizing a terminal.

import { notFound } from '../api/api-status.ts'
import { plainAnswer, statusAnswer } from './answer.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiResponse } from './api-request.ts'
import type { ContainerAccess, ExecEnd } from './container-access.ts'
import { chooseContainer, dialProblem } from './pod-place.ts'
import { isOn, valuesOf } from './query-options.ts'
import { badRequest, unclassified } from './refusals.ts'

export function execInPod(call: ApiCall, containers: ContainerAccess): ApiResponse {
  const { info, namespace, name, store, query } = call
  const pod = store.objects.get('Pod', namespace, name)
  if (!pod) return statusAnswer(notFound(info, name))
  const chosen = chooseContainer(pod, query.get('container') ?? '')
  if (!chosen.ok) return statusAnswer(chosen.status)
  const { container } = chosen
  const node = pod.spec.nodeName ?? ''
  if (node === '') return statusAnswer(badRequest(`pod ${name} does not have a host assigned`))
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') {
    const message = `cannot exec into a container in a completed pod; current phase is ${phase}`
    return statusAnswer(badRequest(message))
  }
  const problem = dialProblem(call, node, containers.kubelet(node))
  if (problem !== undefined) return statusAnswer(unclassified(`error dialing backend: ${problem}`))
  const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map(channel => isOn(query, channel))
  if (!stdin && !stdout && !stderr) return plainAnswer(400, 'you must specify at least 1 of stdin, stdout, stderr\n')
  const words = valuesOf(call.request.query, 'command')
  if (words.length === 0) return plainAnswer(400, 'you must specify at least one command\n')
  const status = pod.status?.containerStatuses?.find(one => one.name === container.name)
  if (!status?.state?.running) return plainAnswer(500, `container not found ("${container.name}")\n`)
  const options = { words, stdin: stdin ?? false, tty: isOn(query, 'tty') }
  return {
    type: 'stream',
    protocol: 'exec',
    headers: {},
    open: to =>
      containers.exec(pod, container, options, {
        send: (channel, text) => to.send(channel, text),
        end: how => {
          to.send('error', JSON.stringify(endStatus(how)))
          to.end()
        },
      }),
  }
}

/** The Status of the remote command protocol, which has no code and no kind where a program has ended. */
function endStatus(how: ExecEnd): object {
  if (how.type === 'missing') {
    const why = how.program.includes('/')
      ? `stat ${how.program}: no such file or directory`
      : 'executable file not found in $PATH'
    const message =
      'error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec ' +
      `failed: exec failed: unable to start container process: exec: "${how.program}": ${why}`
    return {
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${message}`,
      reason: 'InternalError',
      details: { causes: [{ message }] },
      code: 500,
    }
  }
  if (how.code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${how.code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(how.code) }] },
  }
}
