// JSON text read as Go's encoding/json reads it: the same complaints at the same places, and members given twice are told
// (the last one counts). JSON.parse says neither.

interface GoJson {
  readonly value: unknown
  /** `spec.ports[0].port`: members that stand twice in their object, in the order of the text. */
  readonly duplicates: readonly string[]
}

type GoJsonOutcome = ({ readonly ok: true } & GoJson) | { readonly ok: false; readonly message: string }

/** Deeper than any object of the API, and shallow enough for every walk over the value. */
const DEPTH_MAX = 1000
const LITERALS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

export function parseGoJson(text: string): GoJsonOutcome {
  try {
    return { ok: true, ...new GoJsonReader(text).read() }
  } catch (error) {
    if (error instanceof JsonMistake) return { ok: false, message: error.message }
    throw error
  }
}

class JsonMistake extends Error {}

class GoJsonReader {
  readonly #text: string
  readonly #duplicates: string[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): GoJson {
    const value = this.#value('', 0)
    this.#skipBlanks()
    if (this.#at < this.#text.length) this.#fail('after top-level value')
    return { value, duplicates: this.#duplicates }
  }

  #value(path: string, depth: number): unknown {
    if (depth > DEPTH_MAX) throw new JsonMistake('exceeded max depth')
    this.#skipBlanks()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(path, depth)
      case '[':
        return this.#list(path, depth)
      case '"':
        return this.#string()
      default:
        return this.#scalar()
    }
  }

  #object(path: string, depth: number): unknown {
    const members = new Map<string, unknown>()
    this.#at++
    this.#skipBlanks()
    if (this.#take('}')) return {}
    for (;;) {
      this.#skipBlanks()
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string')
      const key = this.#string()
      const member = path === '' ? key : `${path}.${key}`
      if (members.has(key)) this.#duplicates.push(member)
      this.#skipBlanks()
      if (!this.#take(':')) this.#fail('after object key')
      members.set(key, this.#value(member, depth + 1))
      this.#skipBlanks()
      if (this.#take('}')) return Object.fromEntries(members)
      if (!this.#take(',')) this.#fail('after object key:value pair')
    }
  }

  #list(path: string, depth: number): unknown {
    const items: unknown[] = []
    this.#at++
    this.#skipBlanks()
    if (this.#take(']')) return items
    for (;;) {
      items.push(this.#value(`${path}[${items.length}]`, depth + 1))
      this.#skipBlanks()
      if (this.#take(']')) return items
      if (!this.#take(',')) this.#fail('after array element')
    }
  }

  #string(): string {
    const from = this.#at++
    for (;;) {
      while (isPlain(this.#text.charCodeAt(this.#at))) this.#at++
      if (this.#take('"')) return JSON.parse(this.#text.slice(from, this.#at)) as string
      if (!this.#take('\\')) this.#fail('in string literal')
      if (this.#take('u')) {
        for (let digit = 0; digit < 4; digit++) {
          if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape')
          this.#at++
        }
      } else if ('"\\/bfnrt'.includes(this.#text[this.#at] ?? ' ')) this.#at++
      else this.#fail('in string escape code')
    }
  }

  #scalar(): unknown {
    for (const [word, value] of LITERALS) {
      if (this.#text[this.#at] !== word[0]) continue
      for (const letter of word) {
        if (!this.#take(letter)) this.#fail(`in literal ${word} (expecting '${letter}')`)
      }
      return value
    }
    NUMBER.lastIndex = this.#at
    const number = NUMBER.exec(this.#text)
    if (!number) {
      if (this.#take('-')) this.#fail('in numeric literal')
      this.#fail('looking for beginning of value')
    }
    this.#at = NUMBER.lastIndex
    const next = this.#text[this.#at] ?? ''
    if (next === '.' && !number[0].includes('.')) {
      this.#at++
      this.#fail('after decimal point in numeric literal')
    }
    if (/[eE]/.test(next) && !/[eE]/.test(number[0])) {
      this.#at += /[+-]/.test(this.#text[this.#at + 1] ?? '') ? 2 : 1
      this.#fail('in exponent of numeric literal')
    }
    return Number(number[0])
  }

  #skipBlanks(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? '.')) this.#at++
  }

  #take(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false
    this.#at++
    return true
  }

  #fail(where: string): never {
    const code = this.#text.codePointAt(this.#at)
    if (code === undefined) throw new JsonMistake('unexpected end of JSON input')
    throw new JsonMistake(`invalid character ${quoted(String.fromCodePoint(code))} ${where}`)
  }
}

// Neither a control character, nor a quote, nor a backslash; and not the end, where the unit is NaN.
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit !== 0x22 && unit !== 0x5c
}

// A character as Go quotes it, with the single quote about it turned to its own use.
function quoted(letter: string): string {
  if (letter === "'") return `'\\''`
  if (letter === '"') return `'"'`
  return `'${JSON.stringify(letter).slice(1, -1)}'`
}
