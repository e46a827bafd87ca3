// Events under their newer name, events.k8s.io/v1: the same stored objects as core Events with other field names (`note`
// for `message`, `regarding` for `involvedObject`, …), after pkg/apis/events/v1. A request there is turned into the one for
// core Events, and its answer back. Left out: the stricter rules for new Events of that version, and words for fields
// that only core Events have, which are dropped.

import type { ApiBody, ApiRequest, ApiResponse } from './api-request.ts'
import { isRecord, own, type JsonRecord } from './patch-outcome.ts'

const API_VERSION = 'events.k8s.io/v1'
const PATH = /^\/apis\/events\.k8s\.io\/v1(\/(watch\/)?(namespaces\/[^/]+\/)?events(\/.*)?)$/

/** Fields of events.k8s.io in Go's order, each with its name in core Events; `always`: there even when nothing is in it. */
const FIELDS: readonly { readonly name: string; readonly core: string; readonly always?: object | null }[] = [
  { name: 'metadata', core: 'metadata' },
  { name: 'eventTime', core: 'eventTime', always: null },
  { name: 'series', core: 'series' },
  { name: 'reportingController', core: 'reportingComponent' },
  { name: 'reportingInstance', core: 'reportingInstance' },
  { name: 'action', core: 'action' },
  { name: 'reason', core: 'reason' },
  { name: 'regarding', core: 'involvedObject', always: {} },
  { name: 'related', core: 'related' },
  { name: 'note', core: 'message' },
  { name: 'type', core: 'type' },
  { name: 'deprecatedSource', core: 'source', always: {} },
  { name: 'deprecatedFirstTimestamp', core: 'firstTimestamp', always: null },
  { name: 'deprecatedLastTimestamp', core: 'lastTimestamp', always: null },
  { name: 'deprecatedCount', core: 'count' },
]
const CORE_NAMES: ReadonlyMap<string, string> = new Map(FIELDS.map(({ name, core }) => [name, core]))
const CORE_ONLY: ReadonlySet<string> = new Set(FIELDS.map(({ core }) => core).filter(core => !CORE_NAMES.has(core)))

/** Answers a request about events.k8s.io by way of core Events; undefined for a request about anything else. */
export function viewedEvents(request: ApiRequest, core: (request: ApiRequest) => ApiResponse): ApiResponse | undefined {
  const rest = PATH.exec(request.path)?.[1]
  if (rest === undefined) return undefined
  const response = core({
    ...request,
    path: `/api/v1${rest}`,
    query: coreQuery(request.query),
    body: coreBody(request.body),
  })
  switch (response.type) {
    case 'body':
      return viewedBody(response)
    case 'watch':
      return { ...response, open: (send, end) => response.open(line => send(viewedLine(line)), end) }
    case 'stream':
      return response
  }
}

// ── there ──

function coreQuery(query: string): string {
  return query
    .split('&')
    .map(option => {
      if (!option.startsWith('fieldSelector=')) return option
      return option
        .replace(/(=|%2C|,)regarding\./gi, '$1involvedObject.')
        .replace(/(=|%2C|,)reportingController(=|%3D|!|%21)/gi, '$1reportingComponent$2')
    })
    .join('&')
}

// A body that cannot be read, or is about something else, is left for others to judge.
function coreBody(text: string): string {
  const value = parsed(text)
  if (Array.isArray(value)) return JSON.stringify(value.map(coreOperation))
  return isRecord(value) && own(value, 'kind') !== 'DeleteOptions' ? JSON.stringify(coreEvent(value)) : text
}

function coreEvent(value: JsonRecord): JsonRecord {
  const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    if (key === 'apiVersion') return [[key, member === API_VERSION ? 'v1' : member]]
    return CORE_ONLY.has(key) ? [] : [[CORE_NAMES.get(key) ?? key, member]]
  })
  return Object.fromEntries(members)
}

/** An operation of a JSON patch: its paths begin with a field. */
function coreOperation(operation: unknown): unknown {
  if (!isRecord(operation)) return operation
  const renamed = (path: unknown): unknown =>
    typeof path === 'string'
      ? path.replace(/^\/([^/]+)/, (_, field: string) => `/${CORE_NAMES.get(field) ?? field}`)
      : path
  return Object.fromEntries(
    Object.entries(operation).map(([key, member]) => [
      key,
      key === 'path' || key === 'from' ? renamed(member) : member,
    ]),
  )
}

// ── and back ──

function viewedBody(body: ApiBody): ApiBody {
  const value = parsed(body.body)
  return isRecord(value) ? { ...body, body: `${JSON.stringify(viewedObject(value))}\n` } : body
}

function viewedLine(line: string): string {
  const event = parsed(line)
  const object = isRecord(event) ? own(event, 'object') : undefined
  return isRecord(event) && isRecord(object) ? JSON.stringify({ ...event, object: viewedObject(object) }) : line
}

function viewedObject(object: JsonRecord): JsonRecord {
  switch (own(object, 'kind')) {
    case 'Event':
      return { kind: 'Event', apiVersion: API_VERSION, ...viewedFields(object) }
    case 'EventList':
      return { ...object, apiVersion: API_VERSION, items: records(own(object, 'items')).map(viewedFields) }
    case 'Table':
      return { ...object, rows: records(own(object, 'rows')).map(viewedRow) }
    case 'Status':
      return viewedStatus(object)
    default:
      return object
  }
}

function viewedFields(event: JsonRecord): JsonRecord {
  const members = FIELDS.flatMap(({ name, core, always }): [string, unknown][] => {
    const member = own(event, core) ?? always
    return member === undefined || member === '' || member === 0 ? [] : [[name, member]]
  })
  return Object.fromEntries(members)
}

function viewedRow(row: JsonRecord): JsonRecord {
  const object = own(row, 'object')
  return isRecord(object) ? { ...row, object: viewedObject(object) } : row
}

// A refusal names the resource with its group.
function viewedStatus(status: JsonRecord): JsonRecord {
  const details = own(status, 'details')
  const kind = isRecord(details) ? own(details, 'kind') : undefined
  if (!isRecord(details) || (kind !== 'events' && kind !== 'Event')) return status
  const message = own(status, 'message')
  const { name, ...others } = details
  return {
    ...status,
    ...(typeof message === 'string' && {
      message: message.replace(/\b(events|Event) "/, (_, resource: string) => `${resource}.events.k8s.io "`),
    }),
    details: { ...(name !== undefined && { name }), group: 'events.k8s.io', ...others },
  }
}

function records(list: unknown): readonly JsonRecord[] {
  return Array.isArray(list) ? list.filter(isRecord) : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
