// Logs and commands of containers, against a door that a test speaks for.

import { expect, test } from 'vitest'
import type { ApiRequestMessage } from '../protocol/index.ts'
import { runKubectl } from './run-kubectl.ts'
import { Interrupt, type StreamListener, type Terminal } from './terminal.ts'

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'a' }, { name: 'b' }] },
}

const DISCOVERY = {
  items: [
    {
      metadata: { name: '' },
      versions: [
        {
          version: 'v1',
          resources: [
            { resource: 'pods', responseKind: { kind: 'Pod' }, scope: 'Namespaced', singularResource: 'pod' },
          ],
        },
      ],
    },
  ],
}

/** Runs a command; `tell` speaks for the container, from inside the sending of the request. */
async function run(
  words: readonly string[],
  tell: (to: StreamListener) => void,
  interrupt = new Interrupt(),
): Promise<{
  readonly code: number
  readonly out: string
  readonly err: string
  readonly asked: readonly string[]
  readonly closed: number
}> {
  const told = { out: '', err: '' }
  const asked: string[] = []
  let closed = 0
  const send = (request: ApiRequestMessage, listener: StreamListener): ReturnType<Terminal['send']> => {
    const body = (value: unknown): ReturnType<Terminal['send']> => ({
      answer: Promise.resolve({ type: 'body', status: 200, headers: {}, body: JSON.stringify(value) }),
      close: () => {},
    })
    if (request.path === '/api') return body(DISCOVERY)
    if (request.path === '/apis') return body({ items: [] })
    if (request.path.endsWith('/pods/web')) return body(POD)
    asked.push(`${request.method} ${request.path}?${request.query}`)
    tell(listener)
    return { answer: Promise.resolve({ type: 'stream', headers: {} }), close: () => void closed++ }
  }
  const code = await runKubectl(words, {
    send,
    after: () => () => {},
    out: text => void (told.out += text),
    err: text => void (told.err += text),
    server: '',
    stdin: '',
    files: new Map(),
    interrupt,
  })
  return { code, ...told, asked, closed }
}

test('what a command says is told as it comes, and its exit code is the command’s', async () => {
  const done = await run(['exec', 'web', '-c', 'b', '--', 'sh', '-c', 'exit 3'], to => {
    to.piece('hello\n', 'stdout')
    to.piece('oh\n', 'stderr')
    const causes = [{ reason: 'ExitCode', message: '3' }]
    to.piece(JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes } }), 'error')
    to.end()
  })
  expect(done).toMatchObject({ code: 3, out: 'hello\n', err: 'oh\ncommand terminated with exit code 3\n' })
  const query = 'command=sh&command=-c&command=exit%203&container=b&stdout=true&stderr=true'
  expect(done.asked).toEqual([`POST /api/v1/namespaces/default/pods/web/exec?${query}`])
})

test('of several containers the first is taken, and that is said', async () => {
  const done = await run(['logs', 'web', '--tail=2'], to => {
    to.piece('one\ntwo\n', 'stdout')
    to.end()
  })
  expect(done).toMatchObject({ code: 0, out: 'one\ntwo\n', err: 'Defaulted container "a" out of: a, b\n' })
  expect(done.asked).toEqual(['GET /api/v1/namespaces/default/pods/web/log?container=a&tailLines=2'])
})

test('a log that is followed goes on until it is interrupted, and its stream is closed', async () => {
  const interrupt = new Interrupt()
  const done = await run(
    ['logs', '-f', 'web', '-c', 'a'],
    to => {
      to.piece('one\n', 'stdout')
      queueMicrotask(() => interrupt.raise())
    },
    interrupt,
  )
  expect(done).toMatchObject({ code: 130, out: 'one\n', err: '', closed: 1 })
})

test('a command without a command is refused', async () => {
  const done = await run(['exec', 'web'], () => {})
  expect(done.code).toBe(1)
  expect(done.err).toContain('error: you must specify at least one command for the container')
})
