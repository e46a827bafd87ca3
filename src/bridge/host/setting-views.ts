// The settings of a cluster for a page: what each holds as one would write it, and one change at a time. What is written is
// read by the engine, which says what is wrong with it.

import {
  readSettings,
  SETTINGS,
  settingBounds,
  settingText,
  type Cluster,
  type SettingEntry,
} from '../../engine/index.ts'
import type { SettingChange, SettingsAnswer, SettingView } from '../../protocol/index.ts'

/** Makes a change, if one is asked for, and tells all settings as they are then. */
export function answerSettings(cluster: Cluster, change: SettingChange | null): SettingsAnswer {
  const refused = change === null ? undefined : refusalOf(cluster, change)
  return { settings: viewsOf(cluster), refused }
}

function refusalOf(cluster: Cluster, { name, value }: SettingChange): SettingsAnswer['refused'] {
  const read = readSettings({ [name]: given(name, value) })
  if (!read.ok) return { why: read.fault, message: read.message }
  cluster.execute({ type: 'set-settings', settings: read.settings })
  return undefined
}

/** What was written, as a client of the engine would give it: a number, but for times with their units and words. */
function given(name: string, value: string | null): unknown {
  const entry = (SETTINGS as { readonly [name: string]: SettingEntry })[name]
  if (value === null) return entry?.value
  const text = value.trim()
  const isText = entry === undefined || entry.type === 'duration' || entry.type === 'text' || entry.type === 'choice'
  return isText ? text : text === '' ? NaN : Number(text)
}

function viewsOf({ settings }: Cluster): readonly SettingView[] {
  return Object.entries<SettingEntry>(SETTINGS).map(([name, entry]) => {
    const { group, type, first = false, atStart = false, choices = [] } = entry
    const text = (value: number | string): string => settingText(entry, value)
    const isNumber = typeof entry.value === 'number'
    const [least, most] = settingBounds(entry)
    return {
      name,
      group,
      type,
      first,
      fixed: atStart,
      value: text(settings[name as keyof typeof settings]),
      usual: text(entry.value),
      bounds: isNumber ? [text(least), text(most)] : null,
      choices,
    }
  })
}
