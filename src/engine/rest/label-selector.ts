// The text form of a label selector, `tier in (front,back),!legacy`: the grammar of apimachinery's labels.Parse, with its
// words for each mistake. Requirements hold together; an empty text asks for everything.

import { invalidValue, fieldErrorText } from '../api/field-error.ts'
import type { Labels } from '../api/meta.ts'
import { labelValue, qualifiedName } from '../api/name-rules.ts'
import { compareText } from '../kernel/json.ts'
import { LabelTokens, type Token } from './label-tokens.ts'
import { parseInt64 } from './query-options.ts'
import type { ParsedSelector } from './selector-text.ts'

type Operator = 'exists' | '!' | 'in' | 'notin' | '=' | '==' | '!=' | '>' | '<'

interface Requirement {
  readonly key: string
  readonly operator: Operator
  /** Sorted, none twice. */
  readonly values: readonly string[]
}

export type LabelSelectorText = readonly Requirement[]

export function parseLabelSelector(text: string): ParsedSelector<LabelSelectorText> {
  try {
    return { ok: true, selector: requirementsOf(new LabelTokens(text)) }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, message: error.message }
    throw error
  }
}

export function matchesLabelText(selector: LabelSelectorText, labels: Labels | undefined): boolean {
  return selector.every(requirement => holds(requirement, labels))
}

/** Carries the server's words out of the depth of the grammar; never leaves this file. */
class Unreadable extends Error {}

function requirementsOf(tokens: LabelTokens): LabelSelectorText {
  const requirements: Requirement[] = []
  for (;;) {
    const first = tokens.peek()
    if (first.type === 'end') return requirements
    if (!startsRequirement(first)) throw unexpected(first, "!, identifier, or 'end of string'")
    requirements.push(requirementAt(tokens))
    const next = tokens.take()
    if (next.type === 'end') return requirements
    if (next.text !== ',') throw unexpected(next, "',' or 'end of string'")
    const after = tokens.peek()
    if (!startsRequirement(after)) throw unexpected(after, "identifier after ','")
  }
}

function requirementAt(tokens: LabelTokens): Requirement {
  try {
    return readRequirement(tokens)
  } catch (error) {
    if (error instanceof Unreadable) throw new Unreadable(`unable to parse requirement: ${error.message}`)
    throw error
  }
}

function readRequirement(tokens: LabelTokens): Requirement {
  let first = tokens.take()
  const isNegated = first.text === '!' && first.type === 'operator'
  if (isNegated) first = tokens.take()
  if (first.type !== 'word') throw unexpected(first, 'identifier')
  const key = first.text
  const mistakes = qualifiedName(key)
  if (mistakes.length > 0) throw new Unreadable(fieldErrorText(invalidValue('<nil>', key, mistakes.join('; '))))
  if (isNegated) return { key, operator: '!', values: [] }
  if (endsRequirement(tokens.peek())) return { key, operator: 'exists', values: [] }
  const operator = operatorAt(tokens)
  const isSet = operator === 'in' || operator === 'notin'
  const values = [...new Set(isSet ? valueList(tokens) : [exactValue(tokens)])].sort(compareText)
  return checked({ key, operator, values })
}

const BINARY: ReadonlySet<string> = new Set(['in', 'notin', '=', '==', '!=', '>', '<'])

function operatorAt(tokens: LabelTokens): Operator {
  const token = tokens.take()
  if (BINARY.has(token.text)) return token.text as Operator
  throw unexpected(token, 'in, notin, =, ==, !=, gt, lt')
}

function exactValue(tokens: LabelTokens): string {
  if (endsRequirement(tokens.peek())) return ''
  const token = tokens.take()
  if (token.type !== 'word') throw unexpected(token, 'identifier')
  return token.text
}

/** `(a,b)`. An empty list, and nothing before, between or after commas, mean the empty value. */
function valueList(tokens: LabelTokens): readonly string[] {
  const open = tokens.take()
  if (open.text !== '(') throw new Unreadable(`found '${open.text}' expected: '('`)
  const first = tokens.peek()
  if (first.text === ')') {
    tokens.take()
    return ['']
  }
  if (first.type !== 'word' && first.text !== ',') throw unexpected(first, "',', ')' or identifier")
  const values = valuesInside(tokens)
  tokens.take()
  return values
}

/** Up to the closing parenthesis, which is left where it is. */
function valuesInside(tokens: LabelTokens): readonly string[] {
  const values: string[] = []
  for (;;) {
    const token = tokens.take()
    const next = tokens.peek()
    if (token.type === 'word') {
      values.push(token.text)
      if (next.text !== ',' && next.text !== ')') throw unexpected(next, "',' or ')'")
    } else if (token.text === ',') {
      if (values.length === 0 || next.text === ')' || next.text === ',') values.push('')
      if (next.text === ',') tokens.take()
    } else throw unexpected(token, "',', or identifier")
    if (next.text === ')') return values
  }
}

function checked(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement
  const isComparison = operator === '>' || operator === '<'
  const mistakes = values.flatMap((value, index) =>
    isComparison && !parseInt64(value).ok
      ? [invalidValue(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
      : [],
  )
  for (const [index, value] of values.entries()) {
    const wrong = labelValue(value)
    if (wrong.length > 0) mistakes.push(invalidValue(`values[${index}][${key}]`, value, wrong.join('; ')))
  }
  if (mistakes.length === 0) return requirement
  const texts = mistakes.map(fieldErrorText)
  throw new Unreadable(texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`)
}

function startsRequirement(token: Token): boolean {
  return token.type === 'word' || (token.type === 'operator' && token.text === '!')
}

function endsRequirement(token: Token): boolean {
  return token.type === 'end' || token.text === ','
}

function unexpected(found: Token, expected: string): Unreadable {
  return new Unreadable(`found '${found.text}', expected: ${expected}`)
}

function holds({ key, operator, values }: Requirement, labels: Labels | undefined): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value)
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value)
    case '>':
    case '<': {
      const has = parseInt64(value ?? '')
      const wants = parseInt64(values[0] ?? '')
      return has.ok && wants.ok && (operator === '>' ? has.value > wants.value : has.value < wants.value)
    }
  }
}
