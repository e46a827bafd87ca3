// The whole cluster as one file over HTTP: taken, put back, and refused when it is damaged.

import { afterEach, describe, expect, test } from 'vitest'
import { TestCompanions } from './testing/companions.ts'

const companions = new TestCompanions()
afterEach(() => companions.closeAll())

const SNAPSHOT = '/playground/v1/snapshot'
const MAPS = '/api/v1/namespaces/default/configmaps'

async function advance(url: string, advanceMs: number): Promise<void> {
  const answer = await fetch(`${url}/playground/v1/clock`, { method: 'POST', body: JSON.stringify({ advanceMs }) })
  expect(answer.status).toBe(200)
}

async function createMap(url: string, name: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url + MAPS, { method: 'POST', headers, body: JSON.stringify({ metadata: { name } }) })
  expect(answer.status).toBe(201)
}

async function taken(url: string): Promise<string> {
  const answer = await fetch(url + SNAPSHOT)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json')
  return answer.text()
}

function put(url: string, body: string): Promise<Response> {
  return fetch(url + SNAPSHOT, { method: 'PUT', body })
}

describe('a snapshot', () => {
  test('is the whole cluster, which goes on from it elsewhere to the same bytes', async () => {
    const [one, two] = await Promise.all([companions.start(), companions.start({ seed: 9, empty: true })])
    await createMap(one, 'before')
    await advance(one, 5_000)
    const text = await taken(one)
    const answer = await put(two, text)
    expect(await answer.json()).toMatchObject({ nowMs: 5_000, running: false })
    expect(await taken(two)).toBe(text)
    for (const url of [one, two]) {
      await createMap(url, 'after')
      await advance(url, 60_000)
    }
    expect(await taken(two)).toBe(await taken(one))
  })

  test('ends the watches of the cluster that was before', async () => {
    const url = await companions.start()
    const text = await taken(url)
    const watch = await fetch(`${url}${MAPS}?watch=1&resourceVersion=1`)
    const body = watch.text()
    await put(url, text)
    await body
  })

  test('leaves a running clock running', async () => {
    const url = await companions.start({ clock: 'real' })
    const answer = await put(url, await taken(url))
    expect(await answer.json()).toMatchObject({ running: true })
  })

  test('refused by the method it has not', async () => {
    expect((await fetch((await companions.start()) + SNAPSHOT, { method: 'DELETE' })).status).toBe(405)
  })
})

describe('a damaged snapshot changes nothing and is refused in words', () => {
  const edit = (text: string, change: (cluster: string) => string): string => {
    const outer = JSON.parse(text) as { cluster: string }
    return JSON.stringify({ ...outer, cluster: change(outer.cluster) })
  }
  test.each<readonly [string, (text: string) => string, RegExp]>([
    ['nothing', () => '', /does not parse as JSON/],
    ['half of it', text => text.slice(0, text.length / 2), /does not parse as JSON: .*/],
    ['a list', () => '[]', /it is no object|format must be/],
    [
      'another format',
      text => text.replace('snapshot/1', 'snapshot/9'),
      /format must be "service-playground-snapshot\/1"/,
    ],
    ['no scenario', text => text.replace('"scenario":', '"other":'), /scenario must be a text/],
    ['half a cluster', text => edit(text, cluster => cluster.slice(0, 1_000)), /cluster in this snapshot is damaged: /],
    ['no events', text => edit(text, cluster => cluster.replace('"loop":', '"pool":')), /damaged/],
    [
      'a stranger',
      text => edit(text, cluster => cluster.replace('{"format"', '{"x":1,"format"')),
      /damaged at character 3, near/,
    ],
  ])('%s', async (_, damage, message) => {
    const url = await companions.start()
    await advance(url, 1_000)
    const text = await taken(url)
    const answer = await put(url, damage(text))
    expect(answer.status).toBe(400)
    const status = (await answer.json()) as { message: string }
    expect(status).toMatchObject({ kind: 'Status', reason: 'BadRequest', code: 400 })
    expect(status.message).toMatch(message)
    expect(await taken(url)).toBe(text)
  })
})
