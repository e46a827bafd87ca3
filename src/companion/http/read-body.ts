// The JSON body of a request → fields of known names and types, or a refusal that says what is wrong.

import type { Context } from 'hono'
import { Refusal } from './status.ts'

interface NumberField {
  readonly type: 'number'
  readonly min: number
  readonly max: number
  readonly whole?: boolean
}
type Field = NumberField | { readonly type: 'boolean' } | { readonly type: 'string' }

type ValueOf<F extends Field> = F['type'] extends 'number' ? number : F['type'] extends 'boolean' ? boolean : string
type BodyOf<S extends { readonly [name: string]: Field }> = { readonly [K in keyof S]?: ValueOf<S[K]> }

/** Every field may be absent; no other field may be there. No body at all is an empty one. */
export async function readBody<S extends { readonly [name: string]: Field }>(
  context: Context,
  shape: S,
): Promise<BodyOf<S>> {
  const body = await readObject(context)
  for (const [name, value] of Object.entries(body)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (!field) throw new Refusal(400, `unknown field "${name}": there are ${Object.keys(shape).join(', ')}`)
    const why = whyNot(field, value)
    if (why !== null) throw new Refusal(400, `${name}: Invalid value: ${JSON.stringify(value)}: ${why}`)
  }
  return body as BodyOf<S>
}

/** Any JSON object. No body at all is an empty one. */
export async function readObject(context: Context): Promise<{ readonly [field: string]: unknown }> {
  return { ...parse(await context.req.text()) }
}

function parse(text: string): object {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(400, 'the body is no JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(400, 'the body is no JSON object')
  return value
}

function whyNot(field: Field, value: unknown): string | null {
  if (typeof value !== field.type) return `must be a ${field.type}`
  if (field.type !== 'number') return null
  const number = value as number
  if (field.whole && !Number.isInteger(number)) return 'must be a whole number'
  return number >= field.min && number <= field.max ? null : `must be between ${field.min} and ${field.max}, inclusive`
}
