// The page's link to an engine: opened once, and opened again when the engine was lost. What the user can do stays the
// same object across restarts.

import type { EngineClient } from '../../bridge/client/index.ts'
import { createActs, type Acts } from './acts.ts'
import { connectSession } from './connect-session.ts'
import { draft } from './draft.ts'
import { session } from './session.ts'

export interface EngineStart {
  readonly scenario: string
  readonly seed: number
  readonly speed: number
}

export interface EngineLink {
  readonly acts: Acts
  /** A new engine with the scenario and seed of the old one; the text in the editor is kept and applied to it. */
  readonly restart: () => void
}

export function createEngineLink(open: (start: EngineStart) => EngineClient, start: EngineStart): EngineLink {
  let client = open(start)
  let stop = connectSession(client)
  const current: Pick<EngineClient, 'ask' | 'callApi' | 'watchDecisions'> = {
    ask: request => client.ask(request),
    callApi: (request, listener) => client.callApi(request, listener),
    watchDecisions: (about, listener) => client.watchDecisions(about, listener),
  }
  return {
    acts: createActs(current),
    restart: () => {
      const { scenario, seed, clock } = session.getState()
      stop()
      draft.setState({ keepText: true })
      client = open({ scenario: scenario === '' ? start.scenario : scenario, seed, speed: clock.speed })
      stop = connectSession(client)
    },
  }
}
