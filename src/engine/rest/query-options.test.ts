import { expect, test } from 'vitest'
import { isOn, parseInt64, parseQuery, parseUint64 } from './query-options.ts'

test('a query is pairs, decoded, the first of each name', () => {
  expect([...parseQuery('a=1&b=x%20y+z&a=2&c&=d&&e=%C3%BC%3D')]).toEqual([
    ['a', '1'],
    ['b', 'x y z'],
    ['c', ''],
    ['', 'd'],
    ['e', 'ü='],
  ])
})

test.each(['a=%', 'a=%zz', 'a=%ff', 'a=1;b=2'])('%j is passed over', query => {
  expect([...parseQuery(`${query}&ok=1`)]).toEqual([['ok', '1']])
})

test.each([
  ['watch=true', true],
  ['watch=1', true],
  ['watch', true],
  ['watch=no', true],
  ['watch=false', false],
  ['watch=False', false],
  ['watch=0', false],
  ['', false],
])('in %j, watch is on: %s', (query, expected) => {
  expect(isOn(parseQuery(query), 'watch')).toBe(expected)
})

test.each([
  ['7', 7n],
  ['+7', 7n],
  ['-007', -7n],
  ['9223372036854775807', 9223372036854775807n],
])('%j is the number %s', (text, value) => {
  expect(parseInt64(text)).toEqual({ ok: true, value })
})

test.each([
  ['', 'strconv.ParseInt: parsing "": invalid syntax'],
  ['1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
  ['abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
  ['9223372036854775808', 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
  ['1'.repeat(40), `strconv.ParseInt: parsing "${'1'.repeat(40)}": value out of range`],
])('%j is no int64', (text, message) => {
  expect(parseInt64(text)).toEqual({ ok: false, message })
})

test.each([
  ['-1', 'strconv.ParseUint: parsing "-1": invalid syntax'],
  ['18446744073709551616', 'strconv.ParseUint: parsing "18446744073709551616": value out of range'],
])('%j is no uint64', (text, message) => {
  expect(parseUint64(text)).toEqual({ ok: false, message })
})
