// The words of a label selector: keys and values, and the operators between them. Whether `in` is a word or an operator
// depends on where it stands, which only the grammar knows; so it comes as a word here.

export interface Token {
  readonly type: 'word' | 'operator' | 'end'
  /** The token as written; '' at the end. */
  readonly text: string
}

const END: Token = { type: 'end', text: '' }
// Longest first. A byte of zero ends the text.
const NEXT = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>\0]+))/y

export class LabelTokens {
  readonly #text: string
  #at = 0
  #ahead: Token | undefined

  constructor(text: string) {
    this.#text = text
  }

  peek(): Token {
    return (this.#ahead ??= this.#read())
  }

  take(): Token {
    const token = this.peek()
    this.#ahead = undefined
    return token
  }

  #read(): Token {
    const form = new RegExp(NEXT)
    form.lastIndex = this.#at
    const match = form.exec(this.#text)
    if (!match) return END
    this.#at = form.lastIndex
    const [, operator, word = ''] = match
    return operator === undefined ? { type: 'word', text: word } : { type: 'operator', text: operator }
  }
}
