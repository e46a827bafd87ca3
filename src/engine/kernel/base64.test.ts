import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64ByteLength, base64Fault, encodeBase64 } from './base64.ts'

describe('base64', () => {
  test('is what Node makes of the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const wellFormed = Buffer.from(text, 'utf8')
        expect(encodeBase64(text)).toBe(wellFormed.toString('base64'))
        expect(base64ByteLength(encodeBase64(text))).toBe(wellFormed.length)
        expect(base64Fault(encodeBase64(text))).toBeUndefined()
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  // What encoding/base64 of Go says of these texts.
  test.each<[string, number | undefined]>([
    ['', undefined],
    ['Yg==', undefined],
    ['Yg\n==\n', undefined],
    ['***', 0],
    ['Yg', 0],
    ['YgYgY', 4],
    ['Yg=', 3],
    ['Y===', 1],
    ['Yg=x', 2],
    ['Yg==x', 4],
    ['YgY=', undefined],
    ['YgY==', 4],
  ])('%j ceases to be good at %s', (text, at) => {
    expect(base64Fault(text)).toBe(at)
  })
})
