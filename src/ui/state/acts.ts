// Everything a user can do to the cluster, as functions over an engine client. A refusal becomes a notice; the effect
// of the rest is seen when the host tells.

import type { EngineClient } from '../../bridge/client/index.ts'
import type { Action, Answers, Request, SettingChange, View, ViewId } from '../../protocol/index.ts'
import { tell } from './notice.ts'
import { session } from './session.ts'
import { workspace } from './workspace.ts'

export interface Acts {
  readonly play: () => void
  readonly pause: () => void
  readonly toggle: () => void
  readonly step: () => void
  readonly setSpeed: (speed: number) => void
  readonly act: (action: Action) => void
  readonly reset: (to: { readonly scenario?: string; readonly seed?: number }) => void
  /** Runs on at once until `reached` holds for the views, in steps of a second, for at most `limitMs`. */
  readonly goUntil: (reached: (views: ReadonlyMap<ViewId, View>) => boolean, limitMs: number) => void
  readonly goTo: (atMs: number) => void
  readonly inspect: (id: ViewId) => Promise<Answers['inspect']>
  /** Makes a change, if one is given, and tells all settings; null when the host is lost. */
  readonly settings: (change: SettingChange | null) => Promise<Answers['settings'] | null>
  readonly apply: (text: string) => Promise<Answers['apply']>
  /** One request of the Kubernetes API; what it opens is told to the listener. */
  readonly callApi: EngineClient['callApi']
  /** The decisions about one object, or all of them, while it is watched. */
  readonly watchDecisions: EngineClient['watchDecisions']
}

const STEP_MS = 1_000

export function createActs(client: Pick<EngineClient, 'ask' | 'callApi' | 'watchDecisions'>): Acts {
  // A lost host is told by the session already; a promise that fails for it says nothing new.
  const ask = <K extends Request['type']>(
    request: Extract<Request, { readonly type: K }>,
  ): Promise<Answers[K] | null> => client.ask<K>(request).catch(() => null)
  const send = <K extends Request['type']>(request: Extract<Request, { readonly type: K }>): void =>
    void ask<K>(request)

  const play = (): void => send<'clock'>({ type: 'clock', running: true })
  const pause = (): void => send<'clock'>({ type: 'clock', running: false })
  return {
    play,
    pause,
    toggle: () => (session.getState().clock.running ? pause() : play()),
    step: () => send<'step'>({ type: 'step' }),
    setSpeed: speed => send<'clock'>({ type: 'clock', speed }),
    act: action =>
      void ask<'act'>({ type: 'act', action }).then(outcome => {
        if (outcome !== null && !outcome.ok) tell({ key: 'notice.refused', values: { message: outcome.message } })
      }),
    reset: to => {
      workspace.setState({ selected: null, hovered: null, openGroups: new Set() })
      send<'reset'>({ type: 'reset', ...to })
    },
    goUntil: (reached, limitMs) => void goUntil(ask, reached, limitMs),
    goTo: atMs => {
      const byMs = Math.ceil(atMs - session.getState().clock.nowMs)
      if (byMs > 0) send<'advance'>({ type: 'advance', byMs })
    },
    inspect: id => client.ask({ type: 'inspect', id }),
    settings: change => ask<'settings'>({ type: 'settings', change }),
    apply: text => client.ask({ type: 'apply', text }),
    callApi: (request, listener) => client.callApi(request, listener),
    watchDecisions: (about, listener) => client.watchDecisions(about, listener),
  }
}

type Ask = <K extends Request['type']>(request: Extract<Request, { readonly type: K }>) => Promise<Answers[K] | null>

async function goUntil(
  ask: Ask,
  reached: (views: ReadonlyMap<ViewId, View>) => boolean,
  limitMs: number,
): Promise<void> {
  for (let goneMs = 0; goneMs < limitMs && !reached(session.getState().views); goneMs += STEP_MS) {
    const clock = await ask<'advance'>({ type: 'advance', byMs: STEP_MS })
    if (clock === null) return
    // The answer may overtake the frame that tells what changed: wait for the mirror to be as far as the answer.
    await mirrored(clock.nowMs)
  }
}

/** Resolves when the mirror has come to a virtual time, or after a fifth of a second. */
function mirrored(nowMs: number): Promise<void> {
  return new Promise(resolve => {
    if (session.getState().clock.nowMs >= nowMs) return resolve()
    const timer = setTimeout(done, 200)
    const stop = session.subscribe(state => {
      if (state.clock.nowMs >= nowMs) done()
    })
    function done(): void {
      clearTimeout(timer)
      stop()
      resolve()
    }
  })
}
