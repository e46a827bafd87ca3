// Requests at the API's door and over HTTP: creating, reading one object, and listing a thousand. The baseline of each
// group is the least that any server would do: the same JSON from a route of the same HTTP library, or printed once.

import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, bench, describe } from 'vitest'
import { TestCompanions } from '../companion/testing/companions.ts'
import { apiOf, createCluster, type ApiRequest, type Cluster } from '../engine/index.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const MAPS = '/api/v1/namespaces/default/configmaps'
const COUNT = 1_000
const json = { 'content-type': 'application/json', accept: 'application/json' }

function serviceText(index: number): string {
  const metadata = { name: `s${index}`, labels: { app: `a${index % 10}` } }
  return JSON.stringify({ metadata, spec: { clusterIP: 'None', selector: { app: 'a' }, ports: [{ port: 80 }] } })
}

function ask(cluster: Cluster, method: string, path: string, body = ''): string {
  const request: ApiRequest = { method, path, query: '', headers: json, body }
  const response = apiOf(cluster).handle(request)
  if (response.type !== 'body' || response.status >= 300) throw new Error(`${method} ${path} was refused`)
  return response.body
}

const cluster = createCluster({ seed: 1, empty: true })
for (let index = 0; index < COUNT; index++) ask(cluster, 'POST', SERVICES, serviceText(index))
const list = JSON.parse(ask(cluster, 'GET', SERVICES)) as object

let made = 0
const mapText = (): string => JSON.stringify({ metadata: { name: `m${made++}` }, data: { a: 'b' } })

describe('create at the door', () => {
  bench('read and print the same JSON', () => void JSON.stringify(JSON.parse(mapText())))
  bench('create a ConfigMap', () => void ask(cluster, 'POST', MAPS, mapText()))
})

describe('get at the door', () => {
  const one = JSON.parse(ask(cluster, 'GET', `${SERVICES}/s5`)) as object
  bench('print the same JSON', () => void JSON.stringify(one))
  bench('get a Service', () => void ask(cluster, 'GET', `${SERVICES}/s5`))
})

describe(`list ${COUNT} at the door`, () => {
  bench('print the same JSON', () => void JSON.stringify(list))
  bench('list Services', () => void ask(cluster, 'GET', SERVICES))
})

const companions = new TestCompanions()
const url = await companions.start({ empty: true, nodes: 0 })
for (let index = 0; index < COUNT; index++) await send(url, 'POST', SERVICES, serviceText(index))

const bare = new Hono()
bare.post('*', async context => context.json(await context.req.json(), 201))
bare.get(`${SERVICES}/s5`, context => context.json((list as { items: object[] }).items[5] ?? {}))
bare.get(SERVICES, context => context.json(list))
const server = createServer(getRequestListener(bare.fetch))
const bareUrl = await new Promise<string>(resolve => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  })
})
afterAll(async () => {
  server.close()
  await companions.closeAll()
})

async function send(to: string, method: string, path: string, body?: string): Promise<void> {
  const answer = await fetch(to + path, { method, headers: json, ...(body !== undefined && { body }) })
  await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`)
}

describe('create over HTTP', () => {
  bench('a bare route that reads and prints it', () => send(bareUrl, 'POST', MAPS, mapText()))
  bench('create a ConfigMap', () => send(url, 'POST', MAPS, mapText()))
})

describe('get over HTTP', () => {
  bench('a bare route', () => send(bareUrl, 'GET', `${SERVICES}/s5`))
  bench('get a Service', () => send(url, 'GET', `${SERVICES}/s5`))
})

describe(`list ${COUNT} over HTTP`, () => {
  bench('a bare route', () => send(bareUrl, 'GET', SERVICES))
  bench('list Services', () => send(url, 'GET', SERVICES))
})
