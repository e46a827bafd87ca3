import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import type { ApiResponse } from './api-request.ts'
import { createApiDoor, type ApiDoor } from './handle.ts'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const CORE = '/api/v1/namespaces/default/events'
const NEWER = '/apis/events.k8s.io/v1/namespaces/default/events'
const EVENT = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e' },
  involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
  reason: 'Started',
  message: 'Started container',
  type: 'Normal',
  count: 1,
}

function newDoor(): ApiDoor {
  const nowMs = (): number => DEFAULT_EPOCH_MS
  const store = new ClusterStore({ random: new Random(1), settings: () => DEFAULT_SETTINGS, wallMs: nowMs })
  for (const name of ['default', 'a', 'a-b']) {
    store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  return createApiDoor({ store, nowMs, version: 'v1.34.4' })
}

interface Told {
  readonly code: number
  readonly kind?: string
  readonly apiVersion?: string
  readonly message?: string
  readonly details?: object
  readonly note?: string
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly continue?: string }
  readonly spec?: { readonly parentRef?: object; readonly cidrs?: readonly string[] }
  readonly items: readonly Told[]
  readonly rows: readonly { readonly cells: readonly string[] }[]
}

function respond(door: ApiDoor, line: string, body?: unknown, headers: Record<string, string> = {}): ApiResponse {
  const [method = '', url = ''] = line.split(' ')
  const [path = '', query = ''] = url.split('?')
  return door.handle({ method, path, query, headers, body: body === undefined ? '' : JSON.stringify(body) })
}

function ask(door: ApiDoor, line: string, body?: unknown, headers: Record<string, string> = {}): Told {
  const response = respond(door, line, body, headers)
  if (response.type !== 'body') throw new Error(`${line} has no body`)
  return { ...(JSON.parse(response.body) as Told), code: response.status }
}

describe('an Event of events.k8s.io', () => {
  test('is the stored one with other names for its fields', () => {
    const door = newDoor()
    ask(door, `POST ${CORE}`, EVENT)
    const { metadata: _, code: __, ...event } = ask(door, `GET ${NEWER}/e`)
    expect(event).toEqual({
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
      eventTime: null,
      reason: 'Started',
      regarding: EVENT.involvedObject,
      note: 'Started container',
      type: 'Normal',
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
      deprecatedCount: 1,
    })
  })

  test('can be made, patched in all forms, chosen by its own fields, and deleted', () => {
    const door = newDoor()
    const made = { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'n' }, note: 'one' }
    const regarding = { kind: 'Pod', name: 'q', namespace: 'default' }
    expect(ask(door, `POST ${NEWER}`, { ...made, regarding, reportingController: 'me' })).toMatchObject({
      code: 201,
      apiVersion: 'events.k8s.io/v1',
      note: 'one',
      regarding,
    })
    ask(door, `POST ${CORE}`, EVENT)
    const chosen = (selector: string): readonly unknown[] =>
      ask(door, `GET ${NEWER}?fieldSelector=${selector}`).items.map(({ metadata }) => metadata.name)
    expect(chosen('regarding.name=q')).toEqual(['n'])
    expect(chosen('type%3DNormal%2Cregarding.name%3Dp')).toEqual(['e'])
    expect(chosen('reportingController=me')).toEqual(['n'])
    const patch = (form: string, body: unknown): Told =>
      ask(door, `PATCH ${NEWER}/n`, body, { 'content-type': `application/${form}-patch+json` })
    expect(patch('merge', { note: 'two' }).note).toBe('two')
    expect(patch('strategic-merge', { note: 'three' }).note).toBe('three')
    expect(patch('json', [{ op: 'replace', path: '/note', value: 'four' }]).note).toBe('four')
    expect(ask(door, `GET ${CORE}/n`).message).toBe('four')
    expect(ask(door, `DELETE ${NEWER}/n`).code).toBe(200)
    expect(ask(door, `GET ${NEWER}/n`)).toMatchObject({
      code: 404,
      message: 'events.events.k8s.io "n" not found',
      details: { name: 'n', group: 'events.k8s.io', kind: 'events' },
    })
  })

  test('comes in lists, in tables and over watches', () => {
    const door = newDoor()
    ask(door, `POST ${CORE}`, EVENT)
    expect(ask(door, `GET ${NEWER}`)).toMatchObject({ kind: 'EventList', items: [{ note: 'Started container' }] })
    expect(ask(door, `GET ${NEWER}`, undefined, { accept: TABLE }).rows[0]?.cells).toContain('Started container')
    const watch = respond(door, `GET ${NEWER}?watch=true`)
    const lines: unknown[] = []
    if (watch.type === 'watch')
      watch.open(
        line => lines.push(JSON.parse(line)),
        () => undefined,
      )
    expect(lines).toMatchObject([{ type: 'ADDED', object: { apiVersion: 'events.k8s.io/v1', note: EVENT.message } }])
  })
})

describe('what can only be read', () => {
  test.each([
    ['/api/v1/replicationcontrollers', 'v1', 'ReplicationControllerList'],
    ['/api/v1/namespaces/default/resourcequotas', 'v1', 'ResourceQuotaList'],
    ['/apis/batch/v1/namespaces/default/jobs', 'batch/v1', 'JobList'],
    ['/apis/autoscaling/v2/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscalerList'],
    [
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinitionList',
    ],
  ])('%s is an empty list', (path, apiVersion, kind) => {
    const door = newDoor()
    expect(ask(door, `GET ${path}`)).toMatchObject({ code: 200, apiVersion, kind, items: [] })
    expect(ask(door, `GET ${path}`, undefined, { accept: TABLE })).toMatchObject({ kind: 'Table', rows: [] })
    expect(respond(door, `GET ${path}?watch=1`).type).toBe('watch')
  })

  test('is not written, and says why', () => {
    const door = newDoor()
    expect(ask(door, 'POST /apis/batch/v1/namespaces/default/jobs', {})).toMatchObject({
      code: 405,
      message: 'the server does not allow this method on the requested resource: this cluster has no Job',
    })
    expect(ask(door, 'DELETE /apis/networking.k8s.io/v1/servicecidrs/kubernetes').code).toBe(405)
    expect(ask(door, 'GET /apis/batch/v1/namespaces/default/jobs/x').message).toBe('jobs.batch "x" not found')
  })

  test('are the addresses that Services have, and the ranges that these come from', () => {
    const door = newDoor()
    for (const [name, clusterIP] of [
      ['web', '10.96.0.77'],
      ['none', 'None'],
    ] as const) {
      ask(door, 'POST /api/v1/namespaces/default/services', {
        metadata: { name },
        spec: { clusterIP, ports: [{ port: 80 }] },
      })
    }
    const addresses = '/apis/networking.k8s.io/v1/ipaddresses'
    expect(ask(door, `GET ${addresses}`).items).toMatchObject([
      {
        metadata: { name: '10.96.0.77' },
        spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
      },
    ])
    expect(ask(door, `GET ${addresses}/10.96.0.77`, undefined, { accept: TABLE }).rows).toMatchObject([
      { cells: ['10.96.0.77', 'services/default/web', '0s'] },
    ])
    expect(ask(door, `GET ${addresses}?labelSelector=ipaddress.kubernetes.io/ip-family=IPv6`).items).toEqual([])
    const ranges = '/apis/networking.k8s.io/v1/servicecidrs'
    expect(ask(door, `GET ${ranges}`).items[0]?.spec?.cidrs).toEqual(['10.96.0.0/16'])
  })
})

test('a list is in the order of etcd keys, over its pages too: namespace a-b before a', () => {
  const door = newDoor()
  for (const namespace of ['a', 'a-b']) {
    ask(door, `POST /api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'c' } })
  }
  const places = ({ items }: Told): readonly unknown[] => items.map(({ metadata }) => metadata.namespace)
  expect(places(ask(door, 'GET /api/v1/configmaps'))).toEqual(['a-b', 'a'])
  const first = ask(door, 'GET /api/v1/configmaps?limit=1')
  expect(places(first)).toEqual(['a-b'])
  expect(places(ask(door, `GET /api/v1/configmaps?limit=1&continue=${first.metadata.continue}`))).toEqual(['a'])
})
