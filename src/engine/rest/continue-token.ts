// The token with which a client asks for the next page of a list: a version of the world and the first place not given
// yet, in the same wrapping as the real server's (JSON in base64 for URLs), so that its mistakes can be told apart alike.

export interface Continuation {
  /** The version at which the list goes on; -1: at the current one, whatever it is by then. */
  readonly revision: number
  /** Namespace and name of the last object given, parted by a slash. The next page begins behind it. */
  readonly after: string
}

export type ParsedContinuation =
  | { readonly ok: true; readonly value: Continuation }
  | { readonly ok: false; readonly message: string }

const FORMAT = 'meta.k8s.io/v1'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function encodeContinue({ revision, after }: Continuation): string {
  // Go's text of a start key: everything behind the last key, which a zero byte brings about.
  return encode64(JSON.stringify({ v: FORMAT, rv: revision, start: `${after}\0` }))
}

export function decodeContinue(token: string): ParsedContinuation {
  const refuse = (why: string): ParsedContinuation => ({ ok: false, message: `continue key is not valid${why}` })
  const text = decode64(token)
  if (typeof text === 'number') return refuse(`: illegal base64 data at input byte ${text}`)
  const { v, rv, start } = parsedToken(text)
  if (v !== FORMAT) return refuse(`: server does not recognize this encoded version ${v}`)
  if (!Number.isInteger(rv) || rv === 0) {
    return refuse(`: incorrect encoded start resourceVersion (version ${FORMAT})`)
  }
  if (start === '') return refuse(`: encoded start key empty (version ${FORMAT})`)
  return { ok: true, value: { revision: rv, after: start.replace(/\0$/, '') } }
}

function parsedToken(text: string): { readonly v: string; readonly rv: number; readonly start: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const { v, rv, start } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly [member: string]: unknown
  }
  return {
    v: typeof v === 'string' ? v : '',
    rv: typeof rv === 'number' ? rv : 0,
    start: typeof start === 'string' ? start : '',
  }
}

// Only names and numbers stand in a token: one unit of text is one byte.
function encode64(text: string): string {
  let encoded = ''
  for (let at = 0; at < text.length; at += 3) {
    const bytes = [0, 1, 2].map(offset => (at + offset < text.length ? text.charCodeAt(at + offset) : 0))
    const [a = 0, b = 0, c = 0] = bytes
    const word = (a << 16) | (b << 8) | c
    const count = Math.min(text.length - at, 3) + 1
    for (let digit = 0; digit < count; digit++) encoded += LETTERS[(word >> (18 - 6 * digit)) & 63]
  }
  return encoded
}

/** The text, or the place of the first byte that cannot be part of any. */
function decode64(token: string): string | number {
  let text = ''
  let bits = 0
  let held = 0
  for (let at = 0; at < token.length; at++) {
    const digit = LETTERS.indexOf(token[at] as string)
    if (digit < 0) return at
    bits = ((bits << 6) | digit) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    text += String.fromCharCode((bits >> held) & 255)
  }
  return held >= 6 ? token.length : text
}
