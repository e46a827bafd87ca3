// What the table of settings says of each one: its kind of value, its default and bounds, where it is shown, and whether it
// can be changed while the cluster runs, as most can.

/** `duration` is in ms, `seconds` whole seconds, `fraction` 0 to 1, `rate` a number a second, `choice` one of some words. */
export type SettingType = 'duration' | 'seconds' | 'count' | 'fraction' | 'rate' | 'choice' | 'text'

export type SettingGroup = 'nodes' | 'slices' | 'kubelet' | 'proxy' | 'workloads' | 'api' | 'playground'

export interface SettingEntry {
  readonly group: SettingGroup
  readonly type: SettingType
  readonly value: number | string
  /** Bounds of its own, inclusive, where those of its type do not do: a time of 0 would make some loops run without end. */
  readonly least?: number
  readonly most?: number
  /** Of a `choice`: all that it may be. */
  readonly choices?: readonly string[]
  /** Laid down when a cluster is made. */
  readonly atStart?: boolean
  /** One of those that show something worth seeing when turned, and so come first. */
  readonly first?: boolean
}

const BOUNDS: { readonly [T in SettingType]: readonly [least: number, most: number] } = {
  duration: [0, 86_400_000],
  seconds: [0, 86_400],
  count: [0, 1_000_000],
  fraction: [0, 1],
  rate: [0, 1_000],
  choice: [-Infinity, Infinity],
  text: [-Infinity, Infinity],
}

/** The least and the most that a number takes. */
export function settingBounds({ type, least, most }: SettingEntry): readonly [least: number, most: number] {
  const [usualLeast, usualMost] = BOUNDS[type]
  return [least ?? usualLeast, most ?? usualMost]
}
