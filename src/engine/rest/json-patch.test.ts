import { describe, expect, test } from 'vitest'
import { deepFreeze } from '../kernel/json.ts'
import { applyJsonPatch } from './json-patch.ts'

const DOCUMENT = deepFreeze({
  metadata: { labels: { 'example.com/a': 'x', 'b~c': 'y' } },
  spec: { ports: [{ port: 80 }, { port: 81 }], replicas: 2 },
})

function after(...operations: unknown[]): unknown {
  const { outcome } = applyJsonPatch(DOCUMENT, operations)
  return outcome.ok ? outcome.value : outcome.type
}

describe('an operation', () => {
  test('adds a member, or replaces the one that is there', () => {
    expect(after({ op: 'add', path: '/spec/paused', value: true })).toMatchObject({
      spec: { paused: true, replicas: 2 },
    })
    expect(after({ op: 'add', path: '/spec/replicas', value: 7 })).toMatchObject({ spec: { replicas: 7 } })
  })

  test.each([
    ['/spec/ports/0', [79, 80, 81]],
    ['/spec/ports/2', [80, 81, 79]],
    ['/spec/ports/-', [80, 81, 79]],
    ['/spec/ports/-1', [80, 81, 79]],
    ['/spec/ports/-3', [79, 80, 81]],
  ])('adds to a list at %s', (path, ports) => {
    expect(after({ op: 'add', path, value: { port: 79 } })).toMatchObject({
      spec: { ports: ports.map(port => ({ port })) },
    })
  })

  test.each([
    ['/spec/ports/0', [81]],
    ['/spec/ports/-1', [80]],
  ])('removes from a list at %s', (path, ports) => {
    expect(after({ op: 'remove', path })).toMatchObject({ spec: { ports: ports.map(port => ({ port })) } })
  })

  test('replaces deep inside a list', () => {
    expect(after({ op: 'replace', path: '/spec/ports/1/port', value: 8080 })).toMatchObject({
      spec: { ports: [{ port: 80 }, { port: 8080 }] },
    })
  })

  test('reads ~1 as a slash and ~0 as a tilde', () => {
    expect(after({ op: 'remove', path: '/metadata/labels/example.com~1a' })).toMatchObject({
      metadata: { labels: { 'b~c': 'y' } },
    })
    expect(after({ op: 'test', path: '/metadata/labels/b~0c', value: 'y' })).toEqual(DOCUMENT)
  })

  test('moves and copies', () => {
    expect(after({ op: 'move', from: '/spec/replicas', path: '/spec/count' })).toEqual({
      ...DOCUMENT,
      spec: { ports: [{ port: 80 }, { port: 81 }], count: 2 },
    })
    expect(after({ op: 'copy', from: '/spec/ports/0', path: '/spec/ports/-' })).toMatchObject({
      spec: { ports: [{ port: 80 }, { port: 81 }, { port: 80 }] },
    })
  })

  test.each([
    [{ op: 'test', path: '/spec/replicas', value: 3 }],
    [{ op: 'remove', path: '/spec/nothing' }],
    [{ op: 'replace', path: '/spec/nothing', value: 1 }],
    [{ op: 'add', path: '/spec/nothing/more', value: 1 }],
    [{ op: 'add', path: '/spec/ports/4', value: {} }],
    [{ op: 'add', path: '/spec/ports/-4', value: {} }],
    [{ op: 'remove', path: '/spec/ports/2' }],
    [{ op: 'remove', path: '/spec/ports/x' }],
    [{ op: 'remove', path: '/spec/constructor' }],
    [{ op: 'copy', from: '/nothing', path: '/spec/x' }],
    [{ op: 'add', path: '/spec/x' }],
    [{ op: 'grow', path: '/spec/replicas' }],
    [{ path: '/spec/replicas' }],
  ])('%j cannot be carried out', operation => {
    expect(after(operation)).toBe('reject')
  })

  test('tests that nothing is there by null', () => {
    expect(after({ op: 'test', path: '/spec/nothing', value: null })).toEqual(DOCUMENT)
  })

  test('that fails undoes those before it', () => {
    expect(after({ op: 'remove', path: '/spec' }, { op: 'remove', path: '/spec' })).toBe('reject')
    expect(DOCUMENT.spec.replicas).toBe(2)
  })
})

describe('a patch that is none is refused in the words of the decoder', () => {
  test.each([
    [{ not: 'an array' }, 'json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['text', 'json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp'],
    [[1], 'json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [[{ op: 1 }], 'json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string'],
  ])('%j', (patch, message) => {
    expect(applyJsonPatch(DOCUMENT, patch).outcome).toEqual({
      ok: false,
      type: 'bad',
      message: `error decoding patch: ${message}`,
    })
  })

  test('but a member too many is only told', () => {
    const { warnings, outcome } = applyJsonPatch(DOCUMENT, [{ op: 'remove', path: '/spec', foo: 1 }])
    expect(warnings).toEqual(['json patch unknown field "[0].foo"'])
    expect(outcome.ok).toBe(true)
  })
})
