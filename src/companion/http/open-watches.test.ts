import { describe, expect, test } from 'vitest'
import type { ApiWatch } from '../../engine/index.ts'
import { OpenWatches } from './open-watches.ts'

const MEBIBYTE = 'x'.repeat(1_048_575)

/** A watch in the hand of the test. */
class HandWatch implements ApiWatch {
  readonly type = 'watch'
  readonly headers = {}
  readonly timeoutSeconds: number | undefined
  readonly #first: readonly string[]
  send: (line: string) => void = () => {}
  end: () => void = () => {}
  stops = 0

  constructor(first: readonly string[] = [], timeoutSeconds?: number) {
    this.#first = first
    this.timeoutSeconds = timeoutSeconds
  }

  open(send: (line: string) => void, end: () => void): () => void {
    this.send = send
    this.end = end
    for (const line of this.#first) send(line)
    return () => {
      this.stops++
    }
  }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text()
}

describe('a watch as a body', () => {
  test('is its events, one line each, those of the beginning first', async () => {
    const watch = new HandWatch(['{"a":1}'])
    const body = textOf(new OpenWatches().stream(watch))
    watch.send('{"b":2}')
    watch.end()
    expect(await body).toBe('{"a":1}\n{"b":2}\n')
  })

  test('tells nothing after its end', async () => {
    const watch = new HandWatch()
    const body = textOf(new OpenWatches().stream(watch))
    watch.end()
    watch.send('late')
    watch.end()
    expect(await body).toBe('')
  })

  test('that ends while it begins is stopped', async () => {
    const watch = new HandWatch()
    const open = watch.open.bind(watch)
    watch.open = (send, end) => {
      const stop = open(send, end)
      send('last')
      end()
      return stop
    }
    expect(await textOf(new OpenWatches().stream(watch))).toBe('last\n')
    expect(watch.stops).toBeGreaterThan(0)
  })

  test('stops when its reader leaves', async () => {
    const watch = new HandWatch()
    await new OpenWatches().stream(watch).cancel()
    expect(watch.stops).toBe(1)
    watch.send('to nobody')
    watch.end()
  })

  test('is cut off when its reader falls behind', async () => {
    const watch = new HandWatch()
    const stream = new OpenWatches().stream(watch)
    for (let sent = 0; sent < 8; sent++) watch.send(MEBIBYTE)
    expect(watch.stops).toBe(0)
    watch.send('one more')
    expect(watch.stops).toBe(1)
    await expect(textOf(stream)).rejects.toThrow('fell behind')
  })

  test('may begin with more than a reader may fall behind', () => {
    const watch = new HandWatch(Array.from({ length: 20 }, () => MEBIBYTE))
    new OpenWatches().stream(watch)
    watch.send('and one more')
    expect(watch.stops).toBe(0)
    watch.end()
  })

  test('ends when its time is over', async () => {
    const watch = new HandWatch([], 0)
    expect(await textOf(new OpenWatches().stream(watch))).toBe('')
    expect(watch.stops).toBe(1)
  })

  test('of a longer time than timers have does not end at once', async () => {
    const watch = new HandWatch([], 1e12)
    const stream = new OpenWatches().stream(watch)
    await new Promise(resolve => setImmediate(resolve))
    expect(watch.stops).toBe(0)
    await stream.cancel()
  })

  test('ends with all the others', async () => {
    const watches = new OpenWatches()
    const bodies = [new HandWatch(['a']), new HandWatch(['b'])].map(watch => textOf(watches.stream(watch)))
    watches.endAll()
    expect(await Promise.all(bodies)).toEqual(['a\n', 'b\n'])
  })
})
