// From an engine client to the session store: frames are folded, manifest texts kept and told on, faults shown. One
// connection at a time; connecting again after a loss starts from nothing.

import type { EngineClient } from '../../bridge/client/index.ts'
import { PROTOCOL_VERSION, type ManifestUpdate } from '../../protocol/index.ts'
import { INITIAL_SESSION, session, takeFrame } from './session.ts'

export type ManifestListener = (update: ManifestUpdate) => void
const manifestListeners = new Set<ManifestListener>()

/** Hears of every change of the manifest text that this page did not send itself. Returns the way to stop. */
export function onManifest(listener: ManifestListener): () => void {
  manifestListeners.add(listener)
  return () => manifestListeners.delete(listener)
}

/** Says hello and from then on mirrors what the host tells. Returns the way to stop. */
export function connectSession(client: EngineClient): () => void {
  let stopped = false
  session.setState({ ...INITIAL_SESSION }, true)
  const trouble = (kind: 'lost' | 'fault', why: string): void => {
    if (!stopped) session.setState({ trouble: why, troubleKind: kind })
  }
  client.onUpdate(update => {
    if (stopped) return
    if (update.type === 'frame') takeFrame(update)
    else if (update.type === 'fault') trouble('fault', update.message)
    else {
      session.setState(state => ({
        manifest: { text: update.text, version: state.manifest.version + 1, outcome: update.outcome },
      }))
      for (const listener of manifestListeners) listener(update)
    }
  })
  client.onLost(why => trouble('lost', why))
  client.ask({ type: 'hello', version: PROTOCOL_VERSION }).then(
    answer => {
      if (!stopped) session.setState({ scenarios: answer.scenarios, kubernetes: answer.kubernetes })
    },
    (error: unknown) => trouble('lost', error instanceof Error ? error.message : String(error)),
  )
  return () => {
    stopped = true
    client.close()
  }
}
