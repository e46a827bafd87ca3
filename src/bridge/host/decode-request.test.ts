// What counts as a request, and what is said of everything else.

import { expect, test } from 'vitest'
import { decodeRequest } from './decode-request.ts'

const GOOD: readonly unknown[] = [
  { type: 'hello', version: 1 },
  { type: 'apply', text: '' },
  { type: 'clock' },
  { type: 'clock', running: false, speed: 0.1 },
  { type: 'step' },
  { type: 'advance', byMs: 0.5 },
  { type: 'act', action: { type: 'kill-pod', id: 'Pod/default/a' } },
  { type: 'act', action: { type: 'scale', id: 'Deployment/default/a', replicas: 0 } },
  {
    type: 'act',
    action: { type: 'start-client', name: 'keeper-1', node: 'n1', to: '10.244.1.2', port: 9376, rate: 2 },
  },
  { type: 'reset' },
  { type: 'reset', scenario: 'multi-port', seed: 7, nodes: 0, empty: true },
  { type: 'inspect', id: 'Node//n1' },
  { type: 'snapshot' },
  { type: 'restore', snapshot: '{}' },
  { type: 'api', request: { method: 'GET', path: '/api', query: '', headers: { accept: '*/*' }, body: '' } },
  { type: 'api-close', stream: 7 },
]

test.each(GOOD.map(request => [JSON.stringify(request), request]))('%s is a request', (_, request) => {
  expect(decodeRequest({ type: 'request', id: 3, request })).toEqual({ ok: true, id: 3, request })
})

function api(changed: object): unknown {
  return { type: 'api', request: { method: 'GET', path: '/api', query: '', headers: {}, body: '', ...changed } }
}

const BAD: readonly (readonly [unknown, string])[] = [
  [undefined, 'the request has no type'],
  [null, 'the request has no type'],
  ['step', 'the request has no type'],
  [{ type: 7 }, 'the request has no type'],
  [{ type: 'explode' }, 'there is no request "explode"'],
  [{ type: 'toString' }, 'there is no request "toString"'],
  [{ type: 'hello' }, 'the request "hello" has a wrong version'],
  [{ type: 'apply', text: 5 }, 'the request "apply" has a wrong text'],
  [{ type: 'clock', running: 'yes' }, 'the request "clock" has a wrong running'],
  [{ type: 'clock', speed: 0 }, 'the request "clock" has a wrong speed'],
  [{ type: 'clock', speed: 1_001 }, 'the request "clock" has a wrong speed'],
  [{ type: 'clock', speed: Number.NaN }, 'the request "clock" has a wrong speed'],
  [{ type: 'advance', byMs: -1 }, 'the request "advance" has a wrong byMs'],
  [{ type: 'advance', byMs: Infinity }, 'the request "advance" has a wrong byMs'],
  [{ type: 'act' }, 'the request "act" has a wrong action'],
  [{ type: 'act', action: { type: 'kill-pod' } }, 'the request "act" has a wrong action'],
  [{ type: 'act', action: { type: 'kill-pod', id: 'a' } }, 'the request "act" has a wrong action'],
  [{ type: 'act', action: { type: 'scale', id: 'Pod/a/b', replicas: 1.5 } }, 'the request "act" has a wrong action'],
  [{ type: 'api' }, 'the request "api" has a wrong request'],
  [api({ method: 'BREW' }), 'the request "api" has a wrong request'],
  [api({ path: 'api' }), 'the request "api" has a wrong request'],
  [api({ query: 'x'.repeat(8_193) }), 'the request "api" has a wrong request'],
  [api({ headers: { accept: ['a'] } }), 'the request "api" has a wrong request'],
  [api({ body: 'x'.repeat(3_145_729) }), 'the request "api" has a wrong request'],
  [{ type: 'api-close' }, 'the request "api-close" has a wrong stream'],
  [{ type: 'reset', seed: -1 }, 'the request "reset" has a wrong seed'],
  [{ type: 'reset', nodes: 1e9 }, 'the request "reset" has a wrong nodes'],
]

test.each(BAD.map(([request, error]) => [JSON.stringify(request) ?? 'nothing', request, error]))(
  '%s is none, and the answer says why',
  (_, request, error) => {
    expect(decodeRequest({ type: 'request', id: 3, request })).toEqual({ ok: false, id: 3, error })
  },
)

test.each([undefined, null, 5, 'request', [], { type: 'answer' }])('%j cannot even be answered', message => {
  expect(decodeRequest(message)).toEqual({ ok: false, id: null, error: 'a message is no request' })
})

test.each([undefined, '1', 1.5, Number.NaN])('a request with id %s cannot be answered', id => {
  expect(decodeRequest({ type: 'request', id, request: { type: 'step' } })).toEqual({
    ok: false,
    id: null,
    error: 'a request has no id',
  })
})
