// Protobuf's wire format, read: a message is a row of fields, each a number and either a whole number or a run of bytes. What
// the fields mean is for others to say. Left out: groups, which proto2 gave up, and fixed-width numbers' values.

export type WireField =
  | { readonly number: number; readonly type: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly number: number; readonly type: 'fixed' }

/** The fields of a message in order, or undefined when the bytes are no message. */
export function readMessage(bytes: Uint8Array): readonly WireField[] | undefined {
  const fields: WireField[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    if (!tag) return undefined
    at = tag.end
    const number = Number(tag.value >> 3n)
    const wireType = Number(tag.value & 7n)
    if (number === 0) return undefined
    if (wireType === 1 || wireType === 5) {
      at += wireType === 1 ? 8 : 4
      if (at > bytes.length) return undefined
      fields.push({ number, type: 'fixed' })
      continue
    }
    const first = wireType === 0 || wireType === 2 ? readVarint(bytes, at) : undefined
    if (!first) return undefined
    at = first.end
    if (wireType === 0) {
      fields.push({ number, type: 'varint', value: BigInt.asIntN(64, first.value) })
      continue
    }
    if (first.value > BigInt(bytes.length - at)) return undefined
    const end = at + Number(first.value)
    fields.push({ number, type: 'bytes', value: bytes.subarray(at, end) })
    at = end
  }
  return fields
}

/** The text that bytes in UTF-8 are, or undefined when they are none. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  let escaped = ''
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`
  try {
    return decodeURIComponent(escaped)
  } catch {
    return undefined
  }
}

// Seven bits a byte, the lowest first; at most ten bytes.
function readVarint(bytes: Uint8Array, start: number): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) return undefined
    value |= BigInt(byte & 0x7f) << BigInt(7 * index)
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + index + 1 }
  }
  return undefined
}
