// The client's promises: one for each request, whatever becomes of it.

import { expect, test } from 'vitest'
import type { Update } from '../../protocol/index.ts'
import type { ClientCarrier, ToClient, ToHost } from '../carriers/index.ts'
import { createEngineClient } from './engine-client.ts'

/** A pipe in a test's hands. */
class HandCarrier implements ClientCarrier {
  readonly sent: ToHost[] = []
  closed = false
  deliver: (message: ToClient) => void = () => {}
  lose: (why: string) => void = () => {}

  send(message: ToHost): void {
    this.sent.push(message)
  }
  onMessage(receive: (message: ToClient) => void): void {
    this.deliver = receive
  }
  onLost(lost: (why: string) => void): void {
    this.lose = lost
  }
  close(): void {
    this.closed = true
  }
}

test('each request has an id of its own and gets the answer with it', async () => {
  const carrier = new HandCarrier()
  const client = createEngineClient(carrier)
  const first = client.ask({ type: 'snapshot' })
  const second = client.ask({ type: 'step' })
  expect(carrier.sent).toEqual([
    { type: 'request', id: 1, request: { type: 'snapshot' } },
    { type: 'request', id: 2, request: { type: 'step' } },
  ])
  carrier.deliver({ type: 'answer', id: 2, answer: { nowMs: 5, running: false, speed: 1 } })
  carrier.deliver({ type: 'answer', id: 1, answer: { snapshot: 's' } })
  expect(await first).toEqual({ snapshot: 's' })
  expect(await second).toEqual({ nowMs: 5, running: false, speed: 1 })
})

test('an error in the answer rejects with its words', async () => {
  const carrier = new HandCarrier()
  const asked = createEngineClient(carrier).ask({ type: 'step' })
  carrier.deliver({ type: 'answer', id: 1, error: 'broken invariant: none left' })
  await expect(asked).rejects.toThrow('broken invariant: none left')
})

test('an answer that nobody waits for is ignored', () => {
  const carrier = new HandCarrier()
  const heard: Update[] = []
  createEngineClient(carrier).onUpdate(update => heard.push(update))
  carrier.deliver({ type: 'answer', id: 99, error: 'who?' })
  expect(heard).toEqual([])
})

test('updates come in order and are not answers', () => {
  const carrier = new HandCarrier()
  const client = createEngineClient(carrier)
  const heard: Update[] = []
  client.onUpdate(update => heard.push(update))
  carrier.deliver({ type: 'fault', message: 'one' })
  carrier.deliver({ type: 'fault', message: 'two' })
  expect(heard).toEqual([
    { type: 'fault', message: 'one' },
    { type: 'fault', message: 'two' },
  ])
})

test('a lost pipe rejects all that wait, and says why', async () => {
  const carrier = new HandCarrier()
  const client = createEngineClient(carrier)
  const why: string[] = []
  client.onLost(sentence => why.push(sentence))
  const asked = [client.ask({ type: 'step' }), client.ask({ type: 'snapshot' })]
  carrier.lose('gone')
  await expect(asked[0]).rejects.toThrow('gone')
  await expect(asked[1]).rejects.toThrow('gone')
  expect(why).toEqual(['gone'])
})

test('closing closes the pipe', () => {
  const carrier = new HandCarrier()
  createEngineClient(carrier).close()
  expect(carrier.closed).toBe(true)
})
