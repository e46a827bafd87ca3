import { describe, expect, test } from 'vitest'
import { matchesLabelText, parseLabelSelector } from './label-selector.ts'

const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

function chooses(text: string, labels: Record<string, string> | undefined): boolean {
  const parsed = parseLabelSelector(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return matchesLabelText(parsed.selector, labels)
}

function wordsFor(text: string): string {
  const parsed = parseLabelSelector(text)
  return parsed.ok ? 'good' : parsed.message
}

describe('a selector chooses', () => {
  test.each([
    ['', {}, true],
    ['  ', undefined, true],
    ['a', { a: '' }, true],
    ['a', { b: '' }, false],
    ['!a', { b: '' }, true],
    ['! a', { a: '' }, false],
    ['a=x', { a: 'x' }, true],
    ['a = x', { a: 'y' }, false],
    ['a==x', { a: 'x' }, true],
    ['a=', { a: '' }, true],
    ['a=', {}, false],
    ['a!=x', {}, true],
    ['a!=x', { a: 'x' }, false],
    ['a in (x,y)', { a: 'y' }, true],
    ['a in (x,y)', {}, false],
    ['a in ()', { a: '' }, true],
    ['a in (,x)', { a: '' }, true],
    ['a in (x,)', { a: '' }, true],
    ['a in (x,,y)', { a: '' }, true],
    ['a notin (x,y)', {}, true],
    ['a notin (x,y)', { a: 'x' }, false],
    ['a\tnotin\n(x)', { a: 'z' }, true],
    ['a>1', { a: '2' }, true],
    ['a>1', { a: '1' }, false],
    ['a<1', { a: '-7' }, true],
    ['a<1', {}, false],
    ['a>1', { a: 'many' }, false],
    ['a>9007199254740992', { a: '9007199254740993' }, true],
    ['in in (in)', { in: 'in' }, true],
    ['notin', { notin: '' }, true],
    ['a=x,b', { a: 'x', b: '' }, true],
    ['a=x,b', { a: 'x' }, false],
    ['example.com/a=x', { 'example.com/a': 'x' }, true],
    ['toString', {}, false],
  ])('%j of %j: %s', (text, labels, expected) => {
    expect(chooses(text, labels)).toBe(expected)
  })
})

describe("the server's words for", () => {
  test.each([
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a in (=', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['a in (b=', "unable to parse requirement: found '=', expected: ',' or ')'"],
    ['a in (,=', "unable to parse requirement: found '=', expected: ',', or identifier"],
    ['a in (,,)', "unable to parse requirement: found ')', expected: ',', or identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a==!', "unable to parse requirement: found '!', expected: identifier"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['a=b_', `unable to parse requirement: values[0][a]: Invalid value: "b_": ${VALUE_RULE}`],
    ['a in (z,b_)', `unable to parse requirement: values[0][a]: Invalid value: "b_": ${VALUE_RULE}`],
    [
      'a>x',
      `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
    [
      'a>b_',
      `unable to parse requirement: [values[0]: Invalid value: "b_": for 'Gt', 'Lt' operators, the value must be an integer, values[0][a]: Invalid value: "b_": ${VALUE_RULE}]`,
    ],
  ])('%j', (text, expected) => {
    expect(wordsFor(text)).toBe(expected)
  })

  test('a key that is no qualified name', () => {
    expect(wordsFor('a_/b/c')).toMatch(
      /^unable to parse requirement: <nil>: Invalid value: "a_\/b\/c": a qualified name /,
    )
  })
})
