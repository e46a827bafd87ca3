// A request whose body is protobuf, as one whose body is JSON: what kubectl's typed commands send becomes what all others
// send, before anything else looks at it. The envelope is apimachinery's: four bytes, then a message with the type and the
// object. A body that has content in a field that is not known here is left as it is, so that nothing of it is lost
// without a word: it is then refused as a type that is not taken.

import { GO_STRUCTS, type GoType } from '../api/decode/go-structs.ts'
import { encodeBase64 } from '../kernel/base64.ts'
import { formatTimestamp } from '../kernel/timestamp.ts'
import type { ApiRequest } from './api-request.ts'
import { PROTOBUF_STRUCTS, type ProtobufField } from './protobuf-structs.ts'
import { readMessage, utf8Text, type WireField } from './protobuf-wire.ts'

const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'
const MAGIC = 'k8s\0'

/** The same request in JSON, if its body is protobuf that can be read in full; else the request as it came. */
export function withJsonBody(request: ApiRequest): ApiRequest {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (mediaType !== PROTOBUF_TYPE) return request
  const object = decodeProtobuf(request.body)
  if (!object) return request
  return {
    ...request,
    headers: { ...request.headers, 'content-type': 'application/json' },
    body: JSON.stringify(object),
  }
}

/** The object of a body that has one character for each byte, as JSON has it; undefined when it cannot be read in full. */
export function decodeProtobuf(body: string): object | undefined {
  if (!body.startsWith(MAGIC)) return undefined
  const bytes = Uint8Array.from(body.slice(MAGIC.length), character => character.charCodeAt(0))
  try {
    const envelope = fieldsOf(bytes)
    const type = fieldsOf(bytesAt(envelope, 1))
    const kind = textOf(bytesAt(type, 2))
    const apiVersion = textOf(bytesAt(type, 1))
    return { apiVersion, kind, ...decodeStruct(kind, bytesAt(envelope, 2)) }
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

/** Ends the reading from deep inside; it never leaves this file. */
class Unreadable extends Error {}

type Members = { [name: string]: unknown }

function decodeStruct(struct: string, bytes: Uint8Array): Members {
  const known = PROTOBUF_STRUCTS.get(struct)
  const types = GO_STRUCTS.get(struct)
  if (!known || !types) throw new Unreadable(struct)
  const members: Members = {}
  for (const wire of fieldsOf(bytes)) {
    const field = known.get(wire.number)
    const type = field && types.get(field.name)
    if (field && type) addMember(members, field, type, wire)
    else if (hasContent(wire)) throw new Unreadable(`${struct} ${wire.number}`)
  }
  return members
}

function addMember(members: Members, { name, keepsZero }: ProtobufField, type: GoType, wire: WireField): void {
  if (type.type === 'list') {
    const items = (members[name] ?? []) as unknown[]
    members[name] = [...items, decodeValue(type.of, wire)]
  } else if (type.type === 'map') {
    const entry = fieldsOf(bytesOf(wire))
    const key = textOf(bytesAt(entry, 1))
    const value = entry.find(field => field.number === 2)
    const pair = [key, value ? decodeValue(type.of, value) : ''] as const
    members[name] = Object.fromEntries([...Object.entries(members[name] ?? {}), pair])
  } else {
    const value = decodeValue(type, wire)
    if (keepsZero || !isZero(value)) members[name] = value
  }
}

function decodeValue(type: GoType, wire: WireField): unknown {
  switch (type.type) {
    case 'string':
      return textOf(bytesOf(wire))
    case 'bool':
      return numberOf(wire) !== 0
    case 'int32':
    case 'int64':
      return numberOf(wire)
    case 'quantity':
      return textOf(bytesAt(fieldsOf(bytesOf(wire)), 1))
    case 'intOrString': {
      const fields = fieldsOf(bytesOf(wire))
      return numberAt(fields, 1) === 1 ? textOf(bytesAt(fields, 3)) : numberAt(fields, 2)
    }
    case 'time': {
      // No time at all is an empty message.
      const fields = fieldsOf(bytesOf(wire))
      return fields.length === 0 ? undefined : formatTimestamp(numberAt(fields, 1) * 1000)
    }
    case 'struct':
      return decodeStruct(type.struct, bytesOf(wire))
    case 'bytes':
      return encodeBase64(bytesOf(wire))
    case 'list':
    case 'map':
    case 'any':
      throw new Unreadable(type.shown)
  }
}

function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === '' || value === 0 || value === false
}

// A message of zeros only has none, however deep.
function hasContent(wire: WireField): boolean {
  if (wire.type !== 'bytes') return wire.type === 'fixed' || wire.value !== 0n
  return wire.value.length > 0 && (readMessage(wire.value)?.some(hasContent) ?? true)
}

// ── parts of the wire, where anything else cannot be read ──

function fieldsOf(bytes: Uint8Array): readonly WireField[] {
  const fields = readMessage(bytes)
  if (!fields) throw new Unreadable('no message')
  return fields
}

function bytesOf(wire: WireField): Uint8Array {
  if (wire.type !== 'bytes') throw new Unreadable('bytes expected')
  return wire.value
}

function numberOf(wire: WireField): number {
  if (wire.type !== 'varint') throw new Unreadable('a number expected')
  return Number(wire.value)
}

function textOf(bytes: Uint8Array): string {
  const text = utf8Text(bytes)
  if (text === undefined) throw new Unreadable('text expected')
  return text
}

function bytesAt(fields: readonly WireField[], number: number): Uint8Array {
  const field = fields.find(one => one.number === number)
  return field ? bytesOf(field) : new Uint8Array()
}

function numberAt(fields: readonly WireField[], number: number): number {
  const field = fields.find(one => one.number === number)
  return field ? numberOf(field) : 0
}
