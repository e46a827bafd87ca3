// One run of a probe against the application, after pkg/probe: what an HTTP request, a connection, a command or a gRPC health
// check finds, how long it takes, and in which words it fails. The application answers as its image does (image-voice.ts), on
// the ports where it listens, unless its Pod has a fault. A command of exec that the simulated shell does not have is taken to
// ask the application how it is. Left out: TLS, redirects; answers take no time.

import type { RanCommand } from '../../apps/run-command.ts'
import { hasFault } from '../../apps/app-faults.ts'
import { speaksGrpc, voiceOf } from '../../apps/image-voice.ts'
import { argumentsOf } from '../../apps/known-server.ts'
import type { PodProcess } from '../../apps/world.ts'
import type { Container, HttpGetAction, Pod, Probe } from '../../api/pod/pod.ts'
import { goDuration } from './back-off.ts'
import type { ProbeKind, ProbeOutcome } from './pod-work.ts'

export interface Tried extends ProbeOutcome {
  readonly tookMs: number
}

export interface Trial {
  readonly pod: Pod
  readonly container: Container
  readonly kind: ProbeKind
  readonly spec: Probe
  /** What is there of the Pod; undefined when nothing is. */
  readonly process: PodProcess | undefined
  /** Whether the probed container runs. */
  readonly running: boolean
  readonly readinessFails: boolean
  readonly run: (words: readonly string[]) => RanCommand
}

const PASSED: Tried = { verdict: 'passed', message: '', tookMs: 0 }

export function tryProbe(trial: Trial): Tried {
  const { spec } = trial
  if (spec.httpGet) return tryHttp(trial, spec.httpGet)
  if (spec.tcpSocket) return tryTcp(trial, spec.tcpSocket)
  if (spec.grpc) return tryGrpc(trial, spec.grpc.port)
  return tryExec(trial, spec.exec?.command ?? [])
}

/** The number of a port given by name or number; undefined where the container has none of that name. */
export function portNumber(port: number | string, container: Container): number | undefined {
  if (typeof port === 'number') return port
  const named = container.ports?.find(({ name }) => name === port)?.containerPort
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined)
}

function tryHttp(trial: Trial, get: HttpGetAction): Tried {
  const { container, pod } = trial
  const port = portNumber(get.port, container)
  if (port === undefined) return noPort(get.port)
  const host = get.host ?? trial.process?.ip ?? ''
  const path = get.path ?? '/'
  const url = `${(get.scheme ?? 'HTTP').toLowerCase()}://${hostPort(host, port)}${path.startsWith('/') ? path : `/${path}`}`
  if (!isOpen(trial, port)) return failed(`Get "${url}": dial tcp ${hostPort(host, port)}: connect: connection refused`)
  if (hasFault(pod, 'hang')) {
    const why = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    return failed(`Get "${url}": ${why}`, timeoutMs(trial))
  }
  const status = httpStatus(trial, port, path)
  return status >= 200 && status < 400 ? PASSED : failed(`HTTP probe failed with statuscode: ${status}`)
}

function httpStatus(trial: Trial, port: number, path: string): number {
  const { container, pod } = trial
  if (trial.kind === 'readiness' && trial.readinessFails) return 503
  if (hasFault(pod, 'unhealthy')) return 500
  const { image = '' } = container
  const speaker = { image, args: argumentsOf(container), podName: pod.metadata.name, ports: [port] }
  return voiceOf(image).answer(speaker, { path, agent: 'kube-probe/1.34' }).status
}

function tryTcp(trial: Trial, { port: wanted, host }: NonNullable<Probe['tcpSocket']>): Tried {
  const port = portNumber(wanted, trial.container)
  if (port === undefined) return noPort(wanted)
  // A server that hangs still has its connections taken, by the kernel below it.
  const refuses = !isOpen(trial, port) || (isIll(trial) && !hasFault(trial.pod, 'hang'))
  return refuses
    ? failed(`dial tcp ${hostPort(host ?? trial.process?.ip ?? '', port)}: connect: connection refused`)
    : PASSED
}

function tryGrpc(trial: Trial, port: number): Tried {
  const within = goDuration(timeoutMs(trial))
  const { image = '', args = [] } = trial.container
  // The probe's client tries to connect until its time is up.
  if (!isOpen(trial, port) || !speaksGrpc(image, args)) {
    const where = hostPort(trial.process?.ip ?? '', port)
    const why = `timeout: failed to connect service "${where}" within ${within}: context deadline exceeded`
    return failed(why, timeoutMs(trial))
  }
  if (hasFault(trial.pod, 'hang'))
    return failed(`timeout: health rpc did not complete within ${within}`, timeoutMs(trial))
  return isIll(trial) ? failed('service unhealthy (responded with "NOT_SERVING")') : PASSED
}

function tryExec(trial: Trial, command: readonly string[]): Tried {
  if (!trial.running) return { verdict: 'errored', message: 'container is not running', tookMs: 0 }
  const { code, output, tookMs, known } = trial.run(command)
  const limitMs = timeoutMs(trial)
  if (tookMs > limitMs || (!known && hasFault(trial.pod, 'hang')))
    return failed(`command timed out: "${command.join(' ')}" timed out after ${goDuration(limitMs)}`, limitMs)
  const fails = known ? code !== 0 : isIll(trial)
  return { ...(fails ? failed(output) : PASSED), tookMs }
}

/** Whether the application says of itself that it is not well, in what this probe asks. */
function isIll({ kind, readinessFails, pod }: Trial): boolean {
  return (kind === 'readiness' && readinessFails) || hasFault(pod, 'unhealthy')
}

function isOpen({ process }: Trial, port: number): boolean {
  return process !== undefined && process.listening && (process.tcpPorts === 'any' || process.tcpPorts.includes(port))
}

function timeoutMs({ spec }: Trial): number {
  return (spec.timeoutSeconds ?? 1) * 1000
}

function failed(message: string, tookMs = 0): Tried {
  return { verdict: 'failed', message, tookMs }
}

function noPort(port: number | string): Tried {
  return { verdict: 'errored', message: `strconv.Atoi: parsing "${port}": invalid syntax`, tookMs: 0 }
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
