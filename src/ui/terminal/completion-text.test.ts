import { expect, test } from 'vitest'
import { completeText, inColumns } from './completion-text.ts'

test('one way to go on is taken, with a space after it', () => {
  const done = completeText('kubectl get ser', 15, { from: 12, options: ['services'] })
  expect(done).toEqual({ text: 'kubectl get services ', cursor: 21, listed: [] })
  expect(completeText('-o jso', 6, { from: 3, options: ['jsonpath='] }).text).toBe('-o jsonpath=')
})

test('of several what they share is taken, then they are listed', () => {
  const options = ['my-app-1', 'my-app-2']
  expect(completeText('my', 2, { from: 0, options })).toEqual({ text: 'my-app-', cursor: 7, listed: [] })
  expect(completeText('my-app-', 7, { from: 0, options }).listed).toEqual(options)
  expect(inColumns(['a', 'bb', 'ccc'], 10)).toBe('a    bb\nccc')
})

test('what stands behind the cursor stays', () => {
  expect(completeText('kubectl ge pods', 10, { from: 8, options: ['get'] }).text).toBe('kubectl get  pods')
})
