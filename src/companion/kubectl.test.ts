// The real kubectl against a companion: the commands of a first lesson, and what they print. Its own rules are its affair;
// what is proved here is that it finds in our answers what it needs. Passed over where there is no kubectl on the PATH.

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startCompanion, type Companion } from './companion.ts'
import { createLogger } from './logger.ts'

const kubectl = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'kubectl'))
  .find(file => existsSync(file))

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
`

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1
`

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: one
spec:
  containers:
    - name: main
      image: one:1
`

let folder = ''
let companion: Companion

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'companion-kubectl-'))
  mkdirSync(join(folder, 'web'))
  writeFileSync(join(folder, 'web', 'index.html'), '<!doctype html>')
})
beforeEach(async () => {
  companion = await startCompanion({
    options: {
      port: 0,
      scenario: undefined,
      empty: true,
      dualStack: false,
      nodes: 2,
      seed: 1,
      clock: 'manual',
      log: 'text',
    },
    pageFolder: join(folder, 'web'),
    version: '9.9.9',
    logger: createLogger('text', { out: () => {}, err: () => {} }),
  })
})
afterEach(() => companion.close())
afterAll(() => rmSync(folder, { recursive: true }))

interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function begin(args: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  // A home of its own, for what kubectl keeps of discovery.
  const env = { ...more, PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'none') }
  return spawn(kubectl ?? '', ['--server', companion.url, ...args], { env })
}

function run(args: string, input = '', env: NodeJS.ProcessEnv = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = begin(args.split(' '), env)
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.on('error', reject)
    child.on('close', code => resolve({ code, out, err }))
    child.stdin.end(input)
  })
}

/** What kubectl prints when it is content. */
async function output(args: string, input = ''): Promise<string> {
  const { code, out, err } = await run(args, input)
  expect(err).toBe('')
  expect(code).toBe(0)
  return out
}

async function advance(advanceMs: number): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ advanceMs })
  const reply = await fetch(`${companion.url}/playground/v1/clock`, { method: 'POST', headers, body })
  expect(reply.status).toBe(200)
}

describe.skipIf(kubectl === undefined)('kubectl', () => {
  test('creates, lists, describes and deletes a Service', async () => {
    expect(await output('create -f -', SERVICE)).toBe('service/web created\n')
    const [head, ...rows] = (await output('get services')).trimEnd().split('\n')
    expect(head).toMatch(/^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE$/)
    expect(rows[0]).toMatch(/^kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP +0s$/)
    expect(rows[1]).toMatch(/^web +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP +0s$/)
    expect(await output('describe service web')).toMatch(/^Selector: +app=web$/m)
    expect(await output('delete service web --wait=false')).toMatch(/^service "web" deleted/)
    const gone = await run('get service web')
    expect(gone).toMatchObject({ code: 1, err: 'Error from server (NotFound): services "web" not found\n' })
  })

  test('says what is wrong in the words of Kubernetes', async () => {
    const { code, err } = await run('create -f -', SERVICE.replace('80\n', '70000\n'))
    expect(code).toBe(1)
    expect(err).toBe(
      'The Service "web" is invalid: spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive\n',
    )
    expect((await run('create -f -', SERVICE.replace('selector', 'selektor'))).err).toMatch(
      /strict decoding error: unknown field "spec\.selektor"/,
    )
  })

  test('makes by command what it sends in its binary form', async () => {
    expect(await output('create namespace team')).toBe('namespace/team created\n')
    expect(await output('create deployment web --image=web:1 --replicas=2 --port=8080')).toBe(
      'deployment.apps/web created\n',
    )
    expect(await output('create service nodeport web --tcp=80:http --node-port=30080')).toBe('service/web created\n')
    expect(await output('create configmap one --from-literal=a=b')).toBe('configmap/one created\n')
    expect(await output('create secret generic one --from-literal=a=b')).toBe('secret/one created\n')
    expect(await output('create serviceaccount robot')).toBe('serviceaccount/robot created\n')
    expect(await output('create poddisruptionbudget web --selector=app=web --min-available=1')).toBe(
      'poddisruptionbudget.policy/web created\n',
    )
    expect(
      await output('get deployment/web service/web -o jsonpath={.items[*].spec.replicas}{.items[1].spec.ports[0]}'),
    ).toBe('2{"name":"80-http","nodePort":30080,"port":80,"protocol":"TCP","targetPort":"http"}')
    expect(await output('get secret one -o jsonpath={.data.a}')).toBe('Yg==')
    expect(await output('auth can-i create pods')).toBe('yes\n')
  })

  test('applies a text twice, changed the second time', async () => {
    expect(await output('apply -f -', SERVICE)).toBe('service/web created\n')
    expect(await output('apply -f -', SERVICE)).toBe('service/web unchanged\n')
    expect(await output('apply -f -', SERVICE.replace('8080', '9376'))).toBe('service/web configured\n')
    expect(await output('get service web -o jsonpath={.spec.ports[0].targetPort}')).toBe('9376')
  })

  test('scales a Deployment, and its Pods come as time goes on', async () => {
    expect(await output('apply -f -', DEPLOYMENT)).toBe('deployment.apps/web created\n')
    expect(await output('scale deployment web --replicas 3')).toBe('deployment.apps/web scaled\n')
    await advance(60_000)
    expect(await output('get deployment web --no-headers')).toMatch(/^web +3\/3 +3 +3 +60s\n$/)
    expect(await output('get pods -l app=web -o name')).toMatch(/^(pod\/web-[a-z0-9]+-[a-z0-9]+\n){3}$/)
  })

  test('labels and patches', async () => {
    await output('create -f -', SERVICE)
    expect(await output('label service web tier=front')).toBe('service/web labeled\n')
    expect(await output('get services -l tier=front -o name')).toBe('service/web\n')
    const patch = '{"spec":{"ports":[{"port":80,"targetPort":9000}]}}'
    expect(await output(`patch service web -p ${patch}`)).toBe('service/web patched\n')
    expect(await output('get service web -o jsonpath={.spec.ports[*].targetPort}')).toBe('9000')
  })

  test.each(['true', 'false'])('runs a command in a container, over WebSocket: %s', async overWebSocket => {
    await output('apply -f -', POD)
    await advance(10_000)
    const env = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: overWebSocket }
    expect(await run('exec one -- hostname', '', env)).toEqual({ code: 0, out: 'one\n', err: '' })
    expect(await run('exec -i one -- cat', 'a\nb\n', env)).toEqual({ code: 0, out: 'a\nb\n', err: '' })
    expect(await run('exec -i one -- sh', 'ls /nope\nexit 3\n', env)).toEqual({
      code: 3,
      out: '',
      err: 'ls: /nope: No such file or directory\ncommand terminated with exit code 3\n',
    })
    const script = 'for i in $(seq 1 3)\ndo echo $i; done | wc -l\n'
    expect(await run('exec -i one -- sh', script, env)).toEqual({ code: 0, out: '3\n', err: '' })
    expect(await run('exec -i one -- sort', 'b\na\n', env)).toEqual({ code: 0, out: 'a\nb\n', err: '' })
    expect((await run('exec one -- nope', '', env)).err).toMatch(/exec: "nope": executable file not found in \$PATH\n$/)
    expect((await run('exec two -- ls', '', env)).err).toBe('Error from server (NotFound): pods "two" not found\n')
  })

  test('tells the log of a container, and follows it to its end', async () => {
    await output('apply -f -', POD)
    expect((await run('logs one')).err).toMatch(/is waiting to start: ContainerCreating\n$|^$/)
    await advance(10_000)
    expect(await output('logs one')).toMatch(/^\S+ listening\n$/)
    const lines = createInterface({ input: begin(['logs', 'one', '--follow']).stdout })[Symbol.asyncIterator]()
    // It follows once it has told what there was.
    expect((await lines.next()).value).toMatch(/listening$/)
    await output('delete pod one --grace-period=2 --wait=false')
    await advance(10_000)
    expect((await lines.next()).value).toMatch(/received SIGTERM, shutting down$/)
    expect(await lines.next()).toMatchObject({ done: true })
  })

  test('watches until it is stopped', async () => {
    const child = begin(['get', 'services', '--watch', '-o', 'name'])
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      expect(await lines.next()).toMatchObject({ value: 'service/kubernetes' })
      await output('create -f -', SERVICE)
      expect(await lines.next()).toMatchObject({ value: 'service/web' })
    } finally {
      child.kill()
    }
  })
})
