// The settings of a cluster as a page shows them: each with what it holds, as one would write it.

export interface SettingView {
  /** The flag, the field of a configuration file, or `sim-…`. */
  readonly name: string
  readonly group: 'nodes' | 'slices' | 'kubelet' | 'proxy' | 'workloads' | 'api' | 'playground'
  /** `seconds` are whole seconds; a `duration` is written with its units. */
  readonly type: 'duration' | 'seconds' | 'count' | 'fraction' | 'rate' | 'choice' | 'text'
  /** Shows something worth seeing when turned. */
  readonly first: boolean
  /** Cannot be changed any more. */
  readonly fixed: boolean
  readonly value: string
  readonly usual: string
  /** The least and the most, of a number. */
  readonly bounds: readonly [least: string, most: string] | null
  /** Of a `choice`. */
  readonly choices: readonly string[]
}

export interface SettingChange {
  readonly name: string
  /** As it is written; null: back to the default. */
  readonly value: string | null
}

export interface SettingsAnswer {
  /** In the order of the table, after the change. */
  readonly settings: readonly SettingView[]
  /** Why the change was not made. */
  readonly refused?: { readonly why: SettingFault; readonly message: string } | undefined
}

/** `unit`: no time; `number`: no number; `whole`: not a whole one; `bounds`: too small or too large. */
export type SettingFault = 'unit' | 'number' | 'whole' | 'bounds' | 'other'
