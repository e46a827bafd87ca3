// JSONPath as kubectl has it: text with actions in braces, `range … end`, filters, slices, unions, `..` and quoted names.
// A path that finds nothing prints nothing.

import { failure } from './failures.ts'
import { isFields, sorted } from './fields.ts'

type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'every' }
  | { readonly type: 'deep' }
  | { readonly type: 'slice'; readonly from: number | null; readonly to: number | null; readonly by: number }
  | { readonly type: 'index'; readonly at: readonly number[] }
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: 'filter'; readonly left: Operand; readonly operator: string; readonly right: Operand | null }

type Operand =
  | { readonly type: 'path'; readonly steps: readonly Step[] }
  | { readonly type: 'value'; readonly value: unknown }

type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly steps: readonly Step[] }
  | { readonly type: 'range'; readonly steps: readonly Step[]; readonly body: readonly Node[] }

export interface JsonPath {
  /** What each action found, in order; null for text. */
  find(value: unknown): readonly (readonly unknown[])[]
  print(value: unknown): string
}

export function parseJsonPath(template: string): JsonPath {
  const tokens = tokenize(template)
  let at = 0
  const nodes = block(false)
  return {
    find: value => nodes.flatMap(node => (node.type === 'path' ? [walk([value], node.steps, value)] : [])),
    print: value => nodes.map(node => printNode(node, value, value)).join(''),
  }

  function block(inRange: boolean): Node[] {
    const found: Node[] = []
    while (at < tokens.length) {
      const token = tokens[at++] as Token
      if (token.type === 'text') found.push(token)
      else if (token.action === 'end') {
        if (inRange) return found
        throw failure(`error parsing jsonpath ${template}, not in range, nothing to end`)
      } else if (/^range\s/.test(token.action)) {
        const steps = parseSteps(token.action.slice(5).trim(), template)
        found.push({ type: 'range', steps, body: block(true) })
      } else found.push(...parseAction(token.action, template))
    }
    if (inRange) throw failure(`error parsing jsonpath ${template}, unterminated range`)
    return found
  }
}

/** A path as `--sort-by` and custom columns have it, with or without braces and leading dot. */
export function relaxedPath(text: string): string {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1] ?? text
  return `{${inner.startsWith('.') || inner.startsWith('[') || inner.startsWith('$') ? inner : `.${inner}`}}`
}

type Token = { readonly type: 'text'; readonly text: string } | { readonly type: 'action'; readonly action: string }

function tokenize(template: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    if (open !== at) tokens.push({ type: 'text', text: template.slice(at, open < 0 ? undefined : open) })
    if (open < 0) break
    const close = closingBrace(template, open)
    if (close < 0) throw failure(`error parsing jsonpath ${template}, unclosed action`)
    tokens.push({ type: 'action', action: template.slice(open + 1, close).trim() })
    at = close + 1
  }
  return tokens
}

function closingBrace(text: string, open: number): number {
  let quote = ''
  for (let at = open + 1; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === '\\') at++
    else if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '}') return at
  }
  return -1
}

function parseAction(action: string, template: string): Node[] {
  const pieces = action.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:\[[^\]]*\]|[^\s"'[])+/g) ?? []
  return pieces.map((piece): Node => {
    if (piece.startsWith('"') || piece.startsWith("'")) return { type: 'text', text: unquote(piece) }
    return { type: 'path', steps: parseSteps(piece, template) }
  })
}

function unquote(text: string): string {
  const escapes: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r' }
  return text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)
}

function parseSteps(path: string, template: string): readonly Step[] {
  const steps: Step[] = []
  let rest = path.replace(/^[$@]/, '')
  while (rest !== '') {
    const deep = rest.startsWith('..')
    if (deep) {
      steps.push({ type: 'deep' })
      rest = rest.slice(rest[2] === '[' ? 2 : 1)
    }
    const field = /^\.?((?:\\.|[^.[\]\\\s])+)/.exec(rest)
    if (field) {
      const name = (field[1] ?? '').replace(/\\(.)/g, '$1')
      steps.push(name === '*' ? { type: 'every' } : { type: 'field', name })
      rest = rest.slice(field[0].length)
    } else if (rest.startsWith('[') || rest.startsWith('.[')) {
      const inner = bracket(rest.replace(/^\./, ''), template)
      steps.push(parseBracket(inner, template))
      rest = rest.slice(inner.length + 2 + (rest.startsWith('.') ? 1 : 0))
    } else if (rest === '.') rest = ''
    else throw failure(`error parsing jsonpath ${template}, unrecognized character in action: ${rest[0] ?? ''}`)
  }
  return steps
}

function bracket(text: string, template: string): string {
  let quote = ''
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '[') depth++
    else if (letter === ']' && --depth === 0) return text.slice(1, at)
  }
  throw failure(`error parsing jsonpath ${template}, unterminated array`)
}

function parseBracket(inner: string, template: string): Step {
  if (inner === '*' || inner === ':') return { type: 'every' }
  if (inner.startsWith('?(')) return parseFilter(inner.slice(2, -1), template)
  if (/^['"]/.test(inner)) return { type: 'names', names: inner.split(',').map(one => unquote(one.trim())) }
  if (/^-?\d+(,-?\d+)*$/.test(inner)) return { type: 'index', at: inner.split(',').map(Number) }
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d+))?$/.exec(inner)
  if (!slice) throw failure(`error parsing jsonpath ${template}, invalid array index ${inner}`)
  const [, from = '', to = '', by = '1'] = slice
  return { type: 'slice', from: from === '' ? null : Number(from), to: to === '' ? null : Number(to), by: Number(by) }
}

function parseFilter(text: string, template: string): Step {
  const [, left = text, operator = 'exists', right] = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text) ?? []
  return {
    type: 'filter',
    left: parseOperand(left.trim(), template),
    operator,
    right: right === undefined ? null : parseOperand(right.trim(), template),
  }
}

function parseOperand(text: string, template: string): Operand {
  if (text.startsWith('@') || text.startsWith('$')) return { type: 'path', steps: parseSteps(text, template) }
  if (/^['"]/.test(text)) return { type: 'value', value: unquote(text) }
  return { type: 'value', value: text === 'true' ? true : text === 'false' ? false : Number(text) }
}

function walk(values: readonly unknown[], steps: readonly Step[], root: unknown): readonly unknown[] {
  return steps.reduce<readonly unknown[]>((found, step) => found.flatMap(value => take(value, step, root)), values)
}

function take(value: unknown, step: Step, root: unknown): readonly unknown[] {
  switch (step.type) {
    case 'field':
      return member(value, step.name)
    case 'names':
      return step.names.flatMap(name => member(value, name))
    case 'every':
      return Array.isArray(value) ? (value as unknown[]) : isFields(value) ? Object.values(sorted(value) as object) : []
    case 'deep':
      return [value, ...take(value, { type: 'every' }, root).flatMap(one => take(one, step, root))]
    case 'index':
      return Array.isArray(value) ? step.at.flatMap(at => inRange(value as unknown[], at)) : []
    case 'slice':
      return Array.isArray(value) ? sliced(value as unknown[], step) : []
    case 'filter':
      return take(value, { type: 'every' }, root).filter(one => holds(one, step, root))
  }
}

function member(value: unknown, name: string): readonly unknown[] {
  return isFields(value) && Object.hasOwn(value, name) ? [value[name]] : []
}

function inRange(list: readonly unknown[], at: number): readonly unknown[] {
  const index = at < 0 ? list.length + at : at
  if (index >= 0 && index < list.length) return [list[index]]
  throw failure(`array index out of bounds: index ${at}, length ${list.length}`)
}

function sliced(list: readonly unknown[], step: Extract<Step, { readonly type: 'slice' }>): readonly unknown[] {
  const from = step.from ?? 0
  const to = step.to ?? list.length
  const part = list.slice(from, to)
  return step.by > 1 ? part.filter((_, at) => at % step.by === 0) : part
}

function holds(value: unknown, step: Extract<Step, { readonly type: 'filter' }>, root: unknown): boolean {
  const read = (operand: Operand): readonly unknown[] =>
    operand.type === 'value' ? [operand.value] : walk([value], operand.steps, root)
  const left = read(step.left)
  if (step.right === null) return left.length > 0
  const [a] = left
  const [b] = read(step.right)
  if (left.length === 0) return false
  switch (step.operator) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return (a as number) < (b as number)
    case '<=':
      return (a as number) <= (b as number)
    case '>':
      return (a as number) > (b as number)
    default:
      return (a as number) >= (b as number)
  }
}

function printNode(node: Node, value: unknown, root: unknown): string {
  if (node.type === 'text') return node.text
  if (node.type === 'path') return walk([value], node.steps, root).map(printValue).join(' ')
  return walk([value], node.steps, root)
    .map(one => node.body.map(inner => printNode(inner, one, root)).join(''))
    .join('')
}

/** A value as text: a string as it is, what has parts as JSON. */
export function printValue(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(sorted(value))
}
