import { expect, test } from 'vitest'
import { decodeContinue, encodeContinue } from './continue-token.ts'

test.each(['a', 'ab', 'abc', 'default/web-0', 'kube-system/a.b-c'])('a token for %j can be read again', after => {
  const token = encodeContinue({ revision: 42, after })
  expect(token).toMatch(/^[-_A-Za-z0-9]+$/)
  expect(decodeContinue(token)).toEqual({ ok: true, value: { revision: 42, after } })
})

test('a token has the wrapping of the real server', () => {
  const text = Buffer.from(encodeContinue({ revision: 42, after: 'default/web' }), 'base64url').toString()
  expect(JSON.parse(text)).toEqual({ v: 'meta.k8s.io/v1', rv: 42, start: 'default/web\0' })
})

function token(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

test.each([
  ['a!', 'continue key is not valid: illegal base64 data at input byte 1'],
  ['abcde', 'continue key is not valid: illegal base64 data at input byte 5'],
  [
    token({ v: 'v9', rv: 1, start: 'a' }),
    'continue key is not valid: server does not recognize this encoded version v9',
  ],
  [
    token({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' }),
    'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
  ],
  [
    token({ v: 'meta.k8s.io/v1', rv: 1, start: '' }),
    'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
  ],
])('%s is refused', (text, message) => {
  expect(decodeContinue(text)).toEqual({ ok: false, message })
})
