// What arrived from a client ⇄ a request of the protocol. A client may be a page of another version or anything else at
// the other end of a socket, so every field is looked at; what is no request gets a sentence.

import type { Action, Request } from '../../protocol/index.ts'
import { SPEED_MAX, SPEED_MIN } from './pacing.ts'

export type Decoded =
  | { readonly ok: true; readonly id: number; readonly request: Request }
  /** `id` is null when the message had none that could be answered. */
  | { readonly ok: false; readonly id: number | null; readonly error: string }

type Fields = { readonly [name: string]: unknown }
type Check = (value: unknown) => boolean

/** The longest jump: a year of virtual time. */
const JUMP_MS_MAX = 366 * 86_400_000
const NODES_MAX = 5_000
const REPLICAS_MAX = 100_000

/** Of an API request, in UTF-16 units: a body as large as the real server takes, the rest as a web server would. */
const API_BODY_MAX = 3_145_728
const API_LINE_MAX = 8_192
const API_HEADERS_MAX = 64
const API_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const isText: Check = value => typeof value === 'string'
const isFlag: Check = value => typeof value === 'boolean'
const isName: Check = value => typeof value === 'string' && value !== '' && value.length <= 253
const isId: Check = value => typeof value === 'string' && value.split('/').length >= 3
const isSpeed = isBetween(SPEED_MIN, SPEED_MAX)
const isSeed = isWholeBetween(0, 2 ** 32 - 1)
const isNodes = isWholeBetween(0, NODES_MAX)

const REQUESTS: { readonly [T in Request['type']]: { readonly [field: string]: Check } } = {
  hello: { version: isWholeBetween(0, Number.MAX_SAFE_INTEGER) },
  apply: { text: isText },
  clock: { running: orAbsent(isFlag), speed: orAbsent(isSpeed) },
  step: {},
  advance: { byMs: isBetween(0, JUMP_MS_MAX) },
  act: { action: isAction },
  reset: { scenario: orAbsent(isText), seed: orAbsent(isSeed), nodes: orAbsent(isNodes), empty: orAbsent(isFlag) },
  inspect: { id: isId },
  settings: { change: value => value === null || isSettingChange(value) },
  snapshot: {},
  restore: { snapshot: isText },
  api: { request: isApiRequest },
  decisions: { about: value => value === null || isId(value) },
  'decisions-close': { stream: isWholeBetween(0, Number.MAX_SAFE_INTEGER) },
  'api-close': { stream: isWholeBetween(0, Number.MAX_SAFE_INTEGER) },
}

const ACTIONS: { readonly [T in Action['type']]: { readonly [field: string]: Check } } = {
  'kill-pod': { id: isId },
  'fail-readiness': { id: isId },
  'restore-readiness': { id: isId },
  'kill-node': { id: isId },
  'revive-node': { id: isId },
  'shut-down-node': { id: isId },
  'stop-kubelet': { id: isId },
  'start-kubelet': { id: isId },
  'break-network': { id: isId },
  'mend-network': { id: isId },
  'cut-off-node': { id: isId },
  'reconnect-node': { id: isId },
  cordon: { id: isId },
  uncordon: { id: isId },
  drain: { id: isId },
  scale: { id: isId, replicas: isWholeBetween(0, REPLICAS_MAX) },
  'start-client': {
    name: isName,
    node: isName,
    to: isName,
    port: isWholeBetween(1, 65_535),
    rate: isBetween(0, 100_000),
  },
  'stop-client': { id: isId },
}

/** Reads one message from a client. */
export function decodeRequest(message: unknown): Decoded {
  if (!isFields(message) || message['type'] !== 'request')
    return { ok: false, id: null, error: 'a message is no request' }
  const { id, request } = message
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return { ok: false, id: null, error: 'a request has no id' }
  const error = faultIn(request, 'request', REQUESTS)
  return error === null ? { ok: true, id, request: request as Request } : { ok: false, id, error }
}

function isAction(value: unknown): boolean {
  return faultIn(value, 'action', ACTIONS) === null
}

function isSettingChange(value: unknown): boolean {
  return isFields(value) && isName(value['name']) && (value['value'] === null || isShort(value['value']))
}

function isApiRequest(value: unknown): boolean {
  if (!isFields(value) || !isFields(value['headers'])) return false
  const { method, path, query, body } = value
  const headers = Object.entries(value['headers'])
  return (
    API_METHODS.some(known => known === method) &&
    isShort(path) &&
    path.startsWith('/') &&
    isShort(query) &&
    typeof body === 'string' &&
    body.length <= API_BODY_MAX &&
    headers.length <= API_HEADERS_MAX &&
    headers.every(([name, text]) => isShort(name) && isShort(text))
  )
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= API_LINE_MAX
}

function faultIn(
  value: unknown,
  what: string,
  known: { readonly [type: string]: { readonly [field: string]: Check } },
): string | null {
  if (!isFields(value) || typeof value['type'] !== 'string') return `the ${what} has no type`
  const type = value['type']
  const checks = Object.hasOwn(known, type) ? known[type] : undefined
  if (!checks) return `there is no ${what} "${type}"`
  const bad = Object.entries(checks).find(([field, check]) => !check(value[field]))
  return bad === undefined ? null : `the ${what} "${type}" has a wrong ${bad[0]}`
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function orAbsent(check: Check): Check {
  return value => value === undefined || check(value)
}

function isBetween(min: number, max: number): Check {
  return value => typeof value === 'number' && value >= min && value <= max
}

function isWholeBetween(min: number, max: number): Check {
  return value => Number.isInteger(value) && (value as number) >= min && (value as number) <= max
}
