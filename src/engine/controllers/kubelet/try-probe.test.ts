import { describe, expect, it } from 'vitest'
import { FAULT_ANNOTATION } from '../../apps/app-faults.ts'
import type { RanCommand } from '../../apps/run-command.ts'
import type { PodProcess } from '../../apps/world.ts'
import type { Container, Pod, Probe } from '../../api/pod/pod.ts'
import { tryProbe } from './try-probe.ts'

interface Asked {
  readonly container?: Partial<Container>
  readonly process?: Partial<PodProcess>
  readonly fault?: string
  readonly kind?: 'readiness' | 'liveness'
  readonly ran?: Partial<RanCommand>
  readonly running?: boolean
}

function ask(spec: Probe, asked: Asked = {}): string {
  const container: Container = {
    name: 'app',
    image: 'web:1',
    ports: [{ name: 'http', containerPort: 8080 }],
    ...asked.container,
  }
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', uid: 'u', annotations: asked.fault ? { [FAULT_ANNOTATION]: asked.fault } : {} } as never,
    spec: { containers: [container] },
  }
  const process: PodProcess = {
    uid: 'u',
    namespace: 'default',
    name: 'p',
    nodeName: 'n1',
    ip: '10.244.1.2',
    tcpPorts: [8080],
    udpPorts: [],
    startedAtMs: 0,
    listening: true,
    readinessFails: false,
    ...asked.process,
  }
  const { verdict, message, tookMs } = tryProbe({
    pod,
    container,
    kind: asked.kind ?? 'readiness',
    spec,
    process,
    running: asked.running ?? true,
    readinessFails: asked.fault?.includes('not-ready') ?? false,
    run: () => ({ code: 0, output: '', tookMs: 0, known: true, ...asked.ran }),
  })
  return `${verdict} ${tookMs} ${message}`.trim()
}

describe('an HTTP probe', () => {
  const spec: Probe = { httpGet: { port: 'http', path: '/readyz' } }

  it('passes for answers from 200 to 399', () => {
    expect(ask(spec)).toBe('passed 0')
    expect(ask({ httpGet: { port: '8080' } })).toBe('passed 0')
    expect(
      ask({ httpGet: { port: 80, path: '/' } }, { container: { image: 'nginx:1.27' }, process: { tcpPorts: [80] } }),
    ).toBe('passed 0')
  })

  it('fails with the status, a refusal or a timeout', () => {
    expect(ask(spec, { fault: 'not-ready' })).toBe('failed 0 HTTP probe failed with statuscode: 503')
    expect(ask(spec, { fault: 'not-ready', kind: 'liveness' })).toBe('passed 0')
    expect(ask(spec, { fault: 'unhealthy', kind: 'liveness' })).toBe('failed 0 HTTP probe failed with statuscode: 500')
    expect(ask(spec, { container: { image: 'nginx' } })).toBe('failed 0 HTTP probe failed with statuscode: 404')
    expect(ask({ httpGet: { port: 9090, path: 'health' } })).toBe(
      'failed 0 Get "http://10.244.1.2:9090/health": dial tcp 10.244.1.2:9090: connect: connection refused',
    )
    expect(ask(spec, { process: { listening: false, ip: 'fd00::2' } })).toBe(
      'failed 0 Get "http://[fd00::2]:8080/readyz": dial tcp [fd00::2]:8080: connect: connection refused',
    )
    expect(ask({ ...spec, timeoutSeconds: 3 }, { fault: 'hang' })).toBe(
      'failed 3000 Get "http://10.244.1.2:8080/readyz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    )
  })

  it('cannot be tried on a port of which nobody has the name', () => {
    expect(ask({ httpGet: { port: 'web' } })).toBe('errored 0 strconv.Atoi: parsing "web": invalid syntax')
  })
})

describe('a TCP probe', () => {
  it('passes where a connection is taken, by a server that hangs as well', () => {
    expect(ask({ tcpSocket: { port: 8080 } })).toBe('passed 0')
    expect(ask({ tcpSocket: { port: 8080 } }, { fault: 'hang' })).toBe('passed 0')
  })

  it('fails where it is refused', () => {
    expect(ask({ tcpSocket: { port: 9090 } })).toBe('failed 0 dial tcp 10.244.1.2:9090: connect: connection refused')
    expect(ask({ tcpSocket: { port: 8080 } }, { fault: 'unhealthy' })).toContain('connection refused')
    expect(ask({ tcpSocket: { port: 'web' } })).toContain('errored')
  })
})

describe('a gRPC probe', () => {
  const spec: Probe = { grpc: { port: 8080 }, timeoutSeconds: 2 }

  it('passes where health checks are served', () => {
    expect(ask(spec)).toBe('passed 0')
    expect(ask(spec, { container: { image: 'agnhost', args: ['grpc-health-checking'] } })).toBe('passed 0')
  })

  it('tries to connect until its time is up, also to a server that speaks something else', () => {
    const why = 'failed 2000 timeout: failed to connect service "10.244.1.2:8080" within 2s: context deadline exceeded'
    expect(ask(spec, { process: { listening: false } })).toBe(why)
    expect(ask(spec, { container: { image: 'nginx' } })).toBe(why)
    expect(ask(spec, { container: { image: 'agnhost', args: ['netexec'] } })).toBe(why)
  })

  it('fails when the server says so, or nothing', () => {
    expect(ask(spec, { fault: 'not-ready' })).toBe('failed 0 service unhealthy (responded with "NOT_SERVING")')
    expect(ask(spec, { fault: 'hang' })).toBe('failed 2000 timeout: health rpc did not complete within 2s')
  })
})

describe('an exec probe', () => {
  const spec: Probe = { exec: { command: ['sh', '-c', 'check'] } }

  it('goes by the exit code, and tells what was printed', () => {
    expect(ask(spec)).toBe('passed 0')
    expect(ask(spec, { ran: { tookMs: 400 } })).toBe('passed 400')
    expect(ask(spec, { ran: { code: 3, output: 'not yet\n', tookMs: 20 } })).toBe('failed 20 not yet')
    expect(ask(spec, { ran: { code: 1 } })).toBe('failed 0')
  })

  it('fails when it takes longer than its timeout', () => {
    expect(ask(spec, { ran: { tookMs: 1_500 } })).toBe(
      'failed 1000 command timed out: "sh -c check" timed out after 1s',
    )
  })

  it('asks the application by a program that is not known', () => {
    const ran = { known: false }
    expect(ask(spec, { ran })).toBe('passed 0')
    expect(ask(spec, { ran, fault: 'unhealthy' })).toBe('failed 0')
    expect(ask(spec, { ran, fault: 'not-ready', kind: 'liveness' })).toBe('passed 0')
    expect(ask(spec, { ran, fault: 'hang' })).toContain('failed 1000 command timed out')
  })

  it('cannot be tried without a container that runs', () => {
    expect(ask(spec, { running: false })).toBe('errored 0 container is not running')
  })
})
