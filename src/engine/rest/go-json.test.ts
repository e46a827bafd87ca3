import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGoJson } from './go-json.ts'

describe('text that is JSON', () => {
  test('is read as JSON.parse reads it', () => {
    const law = fc.property(fc.json(), text => {
      expect(parseGoJson(text)).toMatchObject({ ok: true, value: JSON.parse(text) as unknown })
    })
    fc.assert(law, { seed: 7, numRuns: 500 })
  })

  test('may hold control characters beyond ASCII', () => {
    expect(parseGoJson('"\u007f\u0085"')).toMatchObject({ ok: true, value: '\u007f\u0085' })
  })

  test('keeps a member called __proto__ a member', () => {
    const parsed = parseGoJson('{"__proto__":{"x":1}}')
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__'])
  })

  test('tells members that stand twice, with their place', () => {
    expect(parseGoJson('{"spec":{"ports":[{"port":1},{"port":2,"port":3}],"type":"a","type":"b"}}')).toEqual({
      ok: true,
      value: { spec: { ports: [{ port: 1 }, { port: 3 }], type: 'b' } },
      duplicates: ['spec.ports[1].port', 'spec.type'],
    })
  })
})

describe('text that is not', () => {
  test.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['"abc', 'unexpected end of JSON input'],
    ['nul', 'unexpected end of JSON input'],
    ['kind: x', "invalid character 'k' looking for beginning of value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ["'", "invalid character '\\'' looking for beginning of value"],
  ])('%j', (text, message) => {
    expect(parseGoJson(text)).toEqual({ ok: false, message })
  })

  test('nor is what is nested without end', () => {
    expect(parseGoJson('['.repeat(5000))).toEqual({ ok: false, message: 'exceeded max depth' })
  })
})
