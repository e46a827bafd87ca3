// One suite for every pipe: what a client and a host may rely on, whichever they have.

import { afterEach, describe, expect, test } from 'vitest'
import type { RequestMessage, Update } from '../../protocol/index.ts'
import { createInProcessPair } from './in-process-carrier.ts'
import {
  createWorkerClientCarrier,
  createWorkerHostCarrier,
  type MessagePipe,
  type PipeEvent,
} from './worker-carrier.ts'
import type { ClientCarrier, HostCarrier, ToClient, ToHost } from './carrier.ts'

interface Pair {
  readonly client: ClientCarrier
  readonly host: HostCarrier
}

const PIPES: readonly { readonly name: string; readonly open: () => Pair }[] = [
  { name: 'in one thread', open: createInProcessPair },
  { name: 'over postMessage', open: openChannel },
]

const open: Pair[] = []
afterEach(() => {
  for (const { client } of open.splice(0)) client.close()
})

function keep(pair: Pair): Pair {
  open.push(pair)
  return pair
}

function openChannel(): Pair {
  const { port1, port2 } = new MessageChannel()
  return { client: createWorkerClientCarrier(port1), host: createWorkerHostCarrier(port2) }
}

function ask(id: number): RequestMessage {
  return { type: 'request', id, request: { type: 'snapshot' } }
}

/** Collects what arrives; `next(n)` resolves with the first n messages. */
function inbox<T>(end: { onMessage(receive: (message: T) => void): void }): (count: number) => Promise<readonly T[]> {
  const received: T[] = []
  let wake: (() => void) | undefined
  end.onMessage(message => {
    received.push(message)
    wake?.()
  })
  return async count => {
    while (received.length < count) await new Promise<void>(resolve => (wake = resolve))
    return received.slice(0, count)
  }
}

for (const { name, open: openPipe } of PIPES) {
  describe(`a pipe ${name}`, () => {
    test('carries messages both ways in the order in which they were sent', async () => {
      const { client, host } = keep(openPipe())
      const atHost = inbox<ToHost>(host)
      const atClient = inbox<ToClient>(client)
      for (let id = 1; id <= 5; id++) client.send(ask(id))
      expect((await atHost(5)).map(message => message.id)).toEqual([1, 2, 3, 4, 5])
      for (let id = 1; id <= 5; id++) host.send({ type: 'answer', id, error: 'none' })
      expect((await atClient(5)).map(message => message.type === 'answer' && message.id)).toEqual([1, 2, 3, 4, 5])
    })

    test('never delivers inside send', async () => {
      const { client, host } = keep(openPipe())
      let inside = true
      const arrivedInside = new Promise<boolean>(resolve => host.onMessage(() => resolve(inside)))
      client.send(ask(1))
      inside = false
      expect(await arrivedInside).toBe(false)
    })

    test('keeps what came before there was a receiver', async () => {
      const { client, host } = keep(openPipe())
      const atHost = inbox<ToHost>(host)
      client.send(ask(1))
      await atHost(1)
      host.send({ type: 'fault', message: 'early' })
      client.send(ask(2))
      await atHost(2)
      const atClient = inbox<ToClient>(client)
      expect(await atClient(1)).toEqual([{ type: 'fault', message: 'early' }])
    })

    test('copies: what the sender changes later is not seen', async () => {
      const { client, host } = keep(openPipe())
      const edits: { from: number; to: number; insert: string }[] = []
      const update: Update = {
        type: 'manifest',
        text: 'a',
        edits,
        outcome: { ok: true, documents: 0, applied: [], problems: [] },
      }
      const atClient = inbox<ToClient>(client)
      host.send(update)
      edits.push({ from: 0, to: 1, insert: 'b' })
      const [received] = await atClient(1)
      expect(received).toEqual({ ...update, edits: [] })
      expect(received).not.toBe(update)
    })

    test('refuses what cannot be copied', () => {
      const { client } = keep(openPipe())
      expect(() => client.send({ ...ask(1), sneaked: () => {} } as RequestMessage)).toThrow(/could not be cloned/)
    })

    test('is silent after close', async () => {
      const { client, host } = keep(openPipe())
      const heard: ToClient[] = []
      const lost: string[] = []
      client.onMessage(message => heard.push(message))
      client.onLost(why => lost.push(why))
      host.send({ type: 'fault', message: 'late' })
      client.close()
      // A message through a second pipe of the same kind takes longer than this one would have.
      const second = keep(openPipe())
      const atHost = inbox<ToHost>(second.host)
      second.client.send(ask(1))
      await atHost(1)
      expect(heard).toEqual([])
      expect(lost).toEqual([])
    })
  })
}

describe('the client of a worker', () => {
  /** A worker that only tells its listeners what a test says. */
  class SilentWorker implements MessagePipe {
    terminated = false
    #onError: ((event: PipeEvent) => void) | undefined
    postMessage(): void {
      // nobody is there
    }
    terminate(): void {
      this.terminated = true
    }
    addEventListener(type: string, listener: (event: PipeEvent) => void): void {
      if (type === 'error') this.#onError = listener
    }
    fail(event: PipeEvent = {}): void {
      this.#onError?.(event)
    }
  }

  test('says that the engine stopped, once, with what the worker said', () => {
    const worker = new SilentWorker()
    const lost: string[] = []
    createWorkerClientCarrier(worker).onLost(why => lost.push(why))
    worker.fail({ message: 'x is not defined' })
    worker.fail({ message: 'again' })
    expect(lost).toEqual(['The engine stopped: x is not defined'])
  })

  test('says so too when it was lost before anybody listened', () => {
    const worker = new SilentWorker()
    const carrier = createWorkerClientCarrier(worker)
    worker.fail()
    const lost: string[] = []
    carrier.onLost(why => lost.push(why))
    expect(lost).toEqual(['The engine could not be started.'])
  })

  test('ends its worker when closed', () => {
    const worker = new SilentWorker()
    createWorkerClientCarrier(worker).close()
    expect(worker.terminated).toBe(true)
  })

  test('hears that the other end of a channel was closed', async () => {
    const { port1, port2 } = new MessageChannel()
    const why = new Promise<string>(resolve => createWorkerClientCarrier(port1).onLost(resolve))
    port2.close()
    expect(await why).toBe('The connection to the engine was closed.')
  })
})
