import { afterEach, describe, expect, it } from 'vitest'
import type { EngineClient, PlainUpdate } from '../../bridge/client/index.ts'
import type { FrameUpdate } from '../../protocol/index.ts'
import { connectSession, onManifest } from './connect-session.ts'
import { INITIAL_SESSION, session } from './session.ts'

const FRAME: FrameUpdate = {
  type: 'frame',
  number: 1,
  full: true,
  clock: { nowMs: 1_500, running: true, speed: 2 },
  seed: 7,
  scenario: 'my-service',
  set: [],
  removed: [],
  beads: [],
  podTotals: [],
  seconds: [],
  marks: [],
  events: [],
}

/** A client whose host is the test. */
function clientOfTest(hello: Promise<unknown>) {
  const asked: string[] = []
  let tell: (update: PlainUpdate) => void = () => {}
  let lose: (why: string) => void = () => {}
  let closed = false
  const client: EngineClient = {
    ask: request => {
      asked.push(request.type)
      return hello as never
    },
    callApi: () => ({ answer: hello as never, close: () => {} }),
    watchDecisions: () => () => {},
    onUpdate: receive => void (tell = receive),
    onLost: lost => void (lose = lost),
    close: () => void (closed = true),
  }
  return {
    client,
    asked,
    tell: (update: PlainUpdate) => tell(update),
    lose: (why: string) => lose(why),
    isClosed: () => closed,
  }
}

const HELLO = Promise.resolve({ version: 1, kubernetes: 'v1.34', scenarios: ['my-service'] })

afterEach(() => session.setState(INITIAL_SESSION, true))

describe('connectSession', () => {
  it('says hello and keeps what the host can do', async () => {
    const { client, asked } = clientOfTest(HELLO)
    connectSession(client)
    await HELLO
    expect(asked).toEqual(['hello'])
    expect(session.getState()).toMatchObject({ kubernetes: 'v1.34', scenarios: ['my-service'], connected: false })
  })
  it('mirrors frames', () => {
    const host = clientOfTest(HELLO)
    connectSession(host.client)
    host.tell(FRAME)
    expect(session.getState()).toMatchObject({ connected: true, seed: 7, clock: { nowMs: 1_500, speed: 2 } })
  })
  it('keeps the manifest, counts its versions and tells it on', () => {
    const host = clientOfTest(HELLO)
    connectSession(host.client)
    const heard: string[] = []
    const stop = onManifest(update => void heard.push(update.text))
    const outcome = { ok: true as const, documents: 1, applied: [], problems: [] }
    host.tell({ type: 'manifest', text: 'kind: Service', edits: null, outcome })
    stop()
    host.tell({ type: 'manifest', text: 'kind: Pod', edits: null, outcome })
    expect(heard).toEqual(['kind: Service'])
    expect(session.getState().manifest).toMatchObject({ text: 'kind: Pod', version: 2 })
  })
  it('shows a fault, a loss, and a refused hello', async () => {
    const host = clientOfTest(HELLO)
    connectSession(host.client)
    host.tell({ type: 'fault', message: 'an invariant broke' })
    expect(session.getState()).toMatchObject({ trouble: 'an invariant broke', troubleKind: 'fault' })
    host.lose('the worker ended')
    expect(session.getState()).toMatchObject({ trouble: 'the worker ended', troubleKind: 'lost' })
    const refused = Promise.reject(new Error('another version'))
    connectSession(clientOfTest(refused).client)
    await refused.catch(() => {})
    expect(session.getState().trouble).toBe('another version')
  })
  it('hears nothing more from a client that was left', () => {
    const host = clientOfTest(HELLO)
    connectSession(host.client)()
    host.tell(FRAME)
    host.lose('late')
    expect(host.isClosed()).toBe(true)
    expect(session.getState()).toMatchObject({ connected: false, trouble: null })
  })
})
