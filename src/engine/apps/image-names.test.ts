import { expect, test } from 'vitest'
import { baseNameOf, judgeImage } from './image-names.ts'

test('an image has the name of the last part of its path', () => {
  expect(baseNameOf('nginx')).toBe('nginx')
  expect(baseNameOf('registry.k8s.io:5000/e2e/agnhost:2.47@sha256:00')).toBe('agnhost')
})

test('any well-formed reference can be pulled', () => {
  for (const image of [
    'nginx',
    'my-app:1.0',
    'registry.k8s.io/pause:3.10',
    'localhost:5000/team/app',
    'ghcr.io/a/b_c/d--e:v1.0-rc.1',
    `x@sha256:${'0'.repeat(64)}`,
    'missingno:1',
    'finder:not-founder',
  ])
    expect(judgeImage(image).kind, image).toBe('fine')
})

test('a reference that is none is told apart', () => {
  for (const image of ['', 'Nginx', 'nginx:', 'a b', 'x@sha256:00', '/x', 'x//y', `x:${'t'.repeat(129)}`])
    expect(judgeImage(image).kind, image).toBe('malformed')
  expect(judgeImage('Nginx')).toMatchObject({
    message: `Failed to apply default image tag "Nginx": couldn't parse image name "Nginx": invalid reference format`,
  })
})

test('what says by its name that it is not there is not there', () => {
  const why = (image: string): string => {
    const verdict = judgeImage(image)
    return verdict.kind === 'missing' ? verdict.message : verdict.kind
  }
  for (const image of ['nginx:does-not-exist', 'nginx:nonexistent', 'web:no-such-tag', 'web:v2-not-found'])
    expect(why(image), image).toContain(': not found')
  for (const image of ['does-not-exist', 'team/doesnotexist:1', 'my-nonexistent', 'no-such-image', 'missing/app'])
    expect(why(image), image).toContain('pull access denied')
  expect(why('registry.invalid/web:1')).toBe(
    'rpc error: code = Unknown desc = failed to pull and unpack image "registry.invalid/web:1": failed to resolve reference "registry.invalid/web:1": failed to do request: Head "https://registry.invalid/v2/web/manifests/1": dial tcp: lookup registry.invalid: no such host',
  )
  expect(why('team/missing')).toContain('"docker.io/team/missing:latest"')
})
