// Values as Go prints them: `map[a:1 b:[x y]]` (%v) and the names its JSON decoder has for types. Error messages of the
// patch machinery show what they were given in this form.

import { compareText } from '../kernel/json.ts'

/** `%v` of a JSON value in Go: maps by key, texts bare, null as `<nil>`. */
export function goValueText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValueText).join(' ')}]`
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b))
  return `map[${members.map(([key, member]) => `${key}:${goValueText(member)}`).join(' ')}]`
}

/** What Go's decoder calls a JSON value that it cannot use: `object`, `array`, `string`, `number`, `bool`. */
export function goJsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
