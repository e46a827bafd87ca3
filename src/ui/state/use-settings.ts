// The settings of the cluster while a panel shows them: asked for when it opens and when the cluster is another one, and
// again after each change.

import { useCallback, useEffect, useState } from 'react'
import type { SettingFault, SettingsAnswer, SettingView } from '../../protocol/index.ts'
import { useActs, useSession } from './hooks.ts'

interface Settings {
  /** Empty until the host has told. */
  readonly settings: readonly SettingView[]
  /** What is wrong with what was last written, by setting. */
  readonly faults: ReadonlyMap<string, SettingFault>
  /** Sets a setting to what was written, or back to its default (null). */
  readonly change: (name: string, value: string | null) => Promise<void>
}

export function useSettings(): Settings {
  const acts = useActs()
  const cluster = useSession(state => `${state.connected} ${state.scenario} ${state.seed}`)
  const [told, setTold] = useState<Told>({ cluster: '', settings: [], faults: new Map() })
  useEffect(() => {
    void acts.settings(null).then(answer => {
      if (answer !== null) setTold({ cluster, settings: answer.settings, faults: new Map() })
    })
  }, [acts, cluster])
  const change = useCallback(
    async (name: string, value: string | null): Promise<void> => {
      const answer = await acts.settings({ name, value })
      if (answer === null) return
      setTold(before => ({
        cluster,
        settings: answer.settings,
        faults: withFault(before.faults, name, answer.refused),
      }))
    },
    [acts, cluster],
  )
  return { ...told, change }
}

interface Told extends Omit<Settings, 'change'> {
  /** Of which cluster. */
  readonly cluster: string
}

function withFault(
  before: ReadonlyMap<string, SettingFault>,
  name: string,
  refused: SettingsAnswer['refused'],
): ReadonlyMap<string, SettingFault> {
  const after = new Map(before)
  if (refused) after.set(name, refused.why)
  else after.delete(name)
  return after
}
