import { describe, expect, test } from 'vitest'
import type { LabelSelector } from './meta.ts'
import { matchesLabels, matchesSelector } from './selector.ts'

describe('a map of labels', () => {
  test('wants every pair, and does not mind others', () => {
    expect(matchesLabels({ app: 'web' }, { app: 'web', tier: 'x' })).toBe(true)
    expect(matchesLabels({ app: 'web', tier: 'x' }, { app: 'web' })).toBe(false)
    expect(matchesLabels({ app: 'web' }, { app: 'Web' })).toBe(false)
    expect(matchesLabels({ app: '' }, {})).toBe(false)
    expect(matchesLabels({ app: 'web' }, undefined)).toBe(false)
  })

  test('that is empty is true of everything', () => {
    expect(matchesLabels({}, undefined)).toBe(true)
  })

  test('is not fooled by what every object inherits', () => {
    expect(matchesSelector({ matchExpressions: [{ key: 'toString', operator: 'Exists' }] }, {})).toBe(false)
  })
})

describe('a selector', () => {
  test.each<[LabelSelector | undefined, { [key: string]: string }, boolean]>([
    [undefined, { a: '1' }, false],
    [{}, { a: '1' }, true],
    [{ matchLabels: { a: '1' } }, { a: '1' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, { a: '2' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['1'] }] }, {}, false],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, { a: '1' }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, { a: '' }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'Like' as 'In', values: ['1'] }] }, { a: '1' }, false],
    [{ matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] }, { a: '1' }, false],
  ])('%j of %j: %s', (selector, labels, expected) => {
    expect(matchesSelector(selector, labels)).toBe(expected)
  })
})
