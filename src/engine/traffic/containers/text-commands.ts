// The commands that read lines and print some of them: of standard input, or of the few files that a container has. Left out:
// every option but those that are named here; an unknown one is refused and not passed over.

import { FOREVER_MS } from '../../apps/run-command.ts'
import { failed, said, type Command, type CommandContext, type CommandOutcome } from './command.ts'
import { fileText } from './file-commands.ts'

/** So many numbers `seq` prints at most. */
const NUMBERS_MAX = 100_000

export const seq: Command = args => {
  const numbers = args.map(Number)
  if (args.length === 0 || args.length > 3) return failed(1, 'seq: missing operand\n')
  const wrong = args.find((_, index) => !Number.isInteger(numbers[index]))
  if (wrong !== undefined) return failed(1, `seq: invalid number '${wrong}'\n`)
  const [from, step, to] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers
  if (from === undefined || to === undefined || !step) return failed(1, `seq: invalid number '0'\n`)
  const count = Math.max(0, Math.floor((to - from) / step) + 1)
  if (count > NUMBERS_MAX) return failed(1, `seq: more than ${NUMBERS_MAX} numbers are not simulated\n`)
  return said(Array.from({ length: count }, (_, index) => `${from + index * step}\n`).join(''))
}

export const grep: Command = (args, context) => {
  const options = lettersOf(args)
  const unknown = options.find(letter => !'vcqioEFwn'.includes(letter))
  if (unknown !== undefined) return failed(2, `grep: option -${unknown} is not simulated\n`)
  const [pattern, ...paths] = wordsOf(args)
  if (pattern === undefined) return failed(2, 'Usage: grep [-vcqioEFwn] PATTERN [FILE]...\n')
  const read = linesOf('grep', paths, context)
  if (!read.ok) return { ...read.outcome, code: 2 }
  const expression = expressionOf(pattern, options)
  if (!expression) return failed(2, `grep: bad regex '${pattern}'\n`)
  const numbered = read.lines.map((line, index) => ({ line, number: index + 1 }))
  const found = numbered.filter(({ line }) => line.search(expression) >= 0 !== options.includes('v'))
  const code = found.length > 0 ? 0 : 1
  if (options.includes('q')) return { code }
  if (options.includes('c')) return { code, out: `${found.length}\n` }
  const only = options.includes('o')
  const shown = found.flatMap(({ line, number }) => {
    const texts = only ? (line.match(expression) ?? []) : [line]
    return options.includes('n') ? texts.map(text => `${number}:${text}`) : texts
  })
  return { code, out: joined(shown) }
}

function expressionOf(pattern: string, options: readonly string[]): RegExp | undefined {
  let source = pattern
  if (options.includes('F')) source = source.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  // In a basic expression the signs below are plain, and special behind a backslash.
  else if (!options.includes('E'))
    source = source.replaceAll(/\\?[+?(){}|]/g, sign => (sign.startsWith('\\') ? sign.slice(1) : `\\${sign}`))
  if (options.includes('w')) source = `\\b(?:${source})\\b`
  try {
    return new RegExp(source, options.includes('i') ? 'gi' : 'g')
  } catch {
    return undefined
  }
}

export const wc: Command = (args, context) => {
  const read = textOf('wc', wordsOf(args), context)
  if (!read.ok) return read.outcome
  const { text } = read
  const options = lettersOf(args)
  const counts = {
    l: text.split('\n').length - 1,
    w: text.split(/\s+/).filter(word => word !== '').length,
    c: text.length,
  }
  const asked = (['l', 'w', 'c'] as const).filter(letter => options.includes(letter))
  const path = wordsOf(args)[0]
  const name = path === undefined ? '' : ` ${path}`
  if (asked.length === 1 && asked[0]) return said(`${counts[asked[0]]}${name}\n`)
  const shown = (asked.length === 0 ? (['l', 'w', 'c'] as const) : asked).map(letter =>
    String(counts[letter]).padStart(9),
  )
  return said(`${shown.join(' ').slice(2)}${name}\n`)
}

export const sort: Command = (args, context) => {
  const options = lettersOf(args)
  const unknown = options.find(letter => !'rnu'.includes(letter))
  if (unknown !== undefined) return failed(2, `sort: option -${unknown} is not simulated\n`)
  const read = linesOf('sort', wordsOf(args), context)
  if (!read.ok) return { ...read.outcome, code: 2 }
  const numeric = options.includes('n')
  const order = (a: string, b: string): number => {
    const byNumber = numeric ? (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0) : 0
    return byNumber !== 0 ? byNumber : a < b ? -1 : a > b ? 1 : 0
  }
  const sorted = [...read.lines].sort(order)
  if (options.includes('r')) sorted.reverse()
  return said(joined(options.includes('u') ? [...new Set(sorted)] : sorted))
}

export const uniq: Command = (args, context) => {
  const options = lettersOf(args)
  const unknown = options.find(letter => !'cdu'.includes(letter))
  if (unknown !== undefined) return failed(1, `uniq: option -${unknown} is not simulated\n`)
  const read = linesOf('uniq', wordsOf(args), context)
  if (!read.ok) return read.outcome
  const runs: { readonly line: string; count: number }[] = []
  for (const line of read.lines) {
    const last = runs.at(-1)
    if (last?.line === line) last.count++
    else runs.push({ line, count: 1 })
  }
  const kept = runs.filter(
    ({ count }) => (!options.includes('d') || count > 1) && (!options.includes('u') || count === 1),
  )
  return said(
    joined(kept.map(({ line, count }) => (options.includes('c') ? `${String(count).padStart(7)} ${line}` : line))),
  )
}

export const head: Command = (args, context) => {
  const { count, bytes, paths } = countOf(args)
  const read = textOf('head', paths, context)
  if (!read.ok) return read.outcome
  return said(bytes ? read.text.slice(0, count) : joined(linesIn(read.text).slice(0, count)))
}

export const tail: Command = (args, context) => {
  const { count, bytes, paths } = countOf(args.filter(arg => !/^-[fF]$/.test(arg)))
  const read = textOf('tail', paths, context)
  if (!read.ok) return read.outcome
  const out = bytes ? read.text.slice(-count) : joined(count === 0 ? [] : linesIn(read.text).slice(-count))
  return said(out, args.some(arg => /^-[fF]$/.test(arg)) ? FOREVER_MS : 0)
}

export const tee: Command = (args, context) => {
  const text = context.readInput()
  for (const path of wordsOf(args)) {
    const before = args.includes('-a') ? (context.files.written.get(path) ?? '') : ''
    if (path !== '/dev/null') context.files.write(path, before + text)
  }
  return said(text)
}

export const cut: Command = (args, context) => {
  const words = args.flatMap(arg => (/^-[dfc]./.test(arg) ? [arg.slice(0, 2), arg.slice(2)] : [arg]))
  const after = (option: string): string | undefined => words[words.indexOf(option) + 1]
  const separator = words.includes('-d') ? (after('-d') ?? '\t') : '\t'
  const byLetter = words.includes('-c')
  const [, first, dash, last] = /^(\d*)(-?)(\d*)$/.exec(after(byLetter ? '-c' : '-f') ?? '') ?? []
  if (!words.some(word => word === '-f' || word === '-c') || first === undefined)
    return failed(1, 'cut: only -d SIGN -f FROM-TO and -c FROM-TO are simulated\n')
  const from = Number(first || 1)
  const to = dash ? Number(last || Infinity) : from
  const lines = linesIn(context.readInput()).map(line =>
    byLetter
      ? line.slice(from - 1, to)
      : line.includes(separator)
        ? line
            .split(separator)
            .slice(from - 1, to)
            .join(separator)
        : line,
  )
  return said(joined(lines))
}

export const tr: Command = (args, context) => {
  const [from = '', to = ''] = wordsOf(args).map(signsOf)
  const text = context.readInput()
  if (args[0] === '-d')
    return said(
      text
        .split('')
        .filter(char => !from.includes(char))
        .join(''),
    )
  const into = (char: string): string => {
    const index = from.indexOf(char)
    return index < 0 ? char : (to[Math.min(index, to.length - 1)] ?? char)
  }
  return said(text.split('').map(into).join(''))
}

/** `a-z` spelled out. */
function signsOf(text: string): string {
  return text
    .replaceAll('\\n', '\n')
    .replaceAll(/(.)-(.)/g, (_, first: string, last: string) =>
      Array.from({ length: Math.max(0, last.charCodeAt(0) - first.charCodeAt(0) + 1) }, (__, index) =>
        String.fromCharCode(first.charCodeAt(0) + index),
      ).join(''),
    )
}

/** `-5`, `-n 5`, `-n5` or `-c 5`; ten lines where nothing is said. */
function countOf(args: readonly string[]): {
  readonly count: number
  readonly bytes: boolean
  readonly paths: readonly string[]
} {
  let count = 10
  let bytes = false
  const paths: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string
    const [, letter = '', number = ''] = /^-([nc]?)(\d*)$/.exec(arg) ?? []
    if (letter === '' && number === '') paths.push(arg)
    else {
      bytes = letter === 'c'
      count = Number(number === '' ? args[++index] : number)
    }
  }
  return { count: Number.isFinite(count) ? count : 10, bytes, paths }
}

type Read<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly outcome: CommandOutcome }

function textOf(program: string, paths: readonly string[], context: CommandContext): Read<{ readonly text: string }> {
  if (paths.length === 0) return { ok: true, text: context.readInput() }
  let text = ''
  for (const path of paths) {
    const one = path === '-' ? context.readInput() : path === '/dev/null' ? '' : fileText(path, context)
    const err = `${program}: ${path}: No such file or directory\n`
    if (one === undefined) return { ok: false, outcome: failed(1, err) }
    text += one
  }
  return { ok: true, text }
}

function linesOf(
  program: string,
  paths: readonly string[],
  context: CommandContext,
): Read<{ readonly lines: readonly string[] }> {
  const read = textOf(program, paths, context)
  return read.ok ? { ok: true, lines: linesIn(read.text) } : read
}

function linesIn(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function joined(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}

function lettersOf(args: readonly string[]): readonly string[] {
  return args.filter(arg => /^-[a-zA-Z]+$/.test(arg)).flatMap(arg => arg.slice(1).split(''))
}

function wordsOf(args: readonly string[]): readonly string[] {
  return args.filter(arg => !/^-[a-zA-Z]+$/.test(arg) && arg !== '--')
}
