// What a setting takes, by its flag: a number in the unit of its kind, or for a duration also Go's text (`40s`, `1m30s`), as
// the real flags have it. Ranges and domain are laid down when a cluster is made.

import { SETTINGS, type ClusterSettings, type SettingName } from './cluster-settings.ts'
import { settingBounds, type SettingEntry, type SettingType } from './setting-types.ts'

/** `unit`: no time; `number`: no number; `whole`: not a whole one; `bounds`: too small or too large. */
export type SettingFault = 'unit' | 'number' | 'whole' | 'bounds' | 'other'

export type ReadSettings =
  | { readonly ok: true; readonly settings: Partial<ClusterSettings> }
  /** One sentence: which setting, what is wrong, what it takes; and what is wrong in a word. */
  | { readonly ok: false; readonly message: string; readonly fault: SettingFault }

/**
 * Settings as a client writes them. All are good, or none is taken. Those that are laid down when a cluster is made are
 * refused, unless it is being made: `atStart`.
 */
export function readSettings(given: { readonly [name: string]: unknown }, { atStart = false } = {}): ReadSettings {
  const settings: { [name: string]: number | string } = {}
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(SETTINGS, name)) return { ok: false, message: `no setting is called "${name}"`, fault: 'other' }
    const entry: SettingEntry = SETTINGS[name as SettingName]
    const read = entry.atStart && !atStart ? NOT_NOW : (READERS[entry.type]?.(entry, value) ?? readNumber(entry, value))
    if ('why' in read) {
      const { why, fault = 'other' } = read
      return { ok: false, message: `${name}: Invalid value: ${JSON.stringify(value)}: ${why}`, fault }
    }
    settings[name] = read.value
  }
  return { ok: true, settings }
}

type ReadOne<T> = { readonly value: T } | { readonly why: string; readonly fault?: SettingFault }

const NOT_NOW: ReadOne<never> = { why: 'it is laid down when the cluster is made' }

const READERS: { readonly [T in SettingType]?: (entry: SettingEntry, value: unknown) => ReadOne<string> } = {
  text: readText,
  choice: readChoice,
}

function readChoice({ choices = [] }: SettingEntry, value: unknown): ReadOne<string> {
  const found = choices.find(choice => choice === value)
  return found === undefined
    ? { why: `must be one of ${choices.map(choice => `"${choice}"`).join(', ')}` }
    : { value: found }
}

function readText(_: SettingEntry, value: unknown): ReadOne<string> {
  return typeof value === 'string' && value !== '' ? { value } : { why: 'must be a text' }
}

function readNumber(entry: SettingEntry, given: unknown): ReadOne<number> {
  const { type } = entry
  const value = type === 'duration' && typeof given === 'string' ? durationMs(given) : given
  if (typeof value !== 'number' || !Number.isFinite(value))
    return { why: `must be ${WANTED[type]}`, fault: type === 'duration' ? 'unit' : 'number' }
  if ((type === 'count' || type === 'seconds') && !Number.isInteger(value))
    return { why: 'must be a whole number', fault: 'whole' }
  const [least, most] = settingBounds(entry)
  if (value >= least && value <= most) return { value }
  return { why: `must be between ${least} and ${most}, inclusive`, fault: 'bounds' }
}

const WANTED: { readonly [T in SettingType]: string } = {
  text: 'a text',
  choice: 'one of some words',
  duration: 'a number of milliseconds or a duration such as "40s"',
  seconds: 'a number of seconds',
  count: 'a whole number',
  fraction: 'a number from 0 to 1',
  rate: 'a number a second',
}

const UNITS_MS: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** Go's form of a duration without fractions of a millisecond; undefined when it is none. */
function durationMs(text: string): number | undefined {
  if (text === '0') return 0
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,3})?)(ms|h|m|s)/g)]
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined
  return parts.reduce((sum, [, count = '', unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0)
}

/** A value as one would write it: a duration with its units (`1m30s`), all else as it is. */
export function settingText({ type }: SettingEntry, value: number | string): string {
  return type === 'duration' && typeof value === 'number' ? durationText(value) : String(value)
}

function durationText(ms: number): string {
  if (ms > 0 && ms < 1_000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = (ms % 60_000) / 1_000
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', seconds > 0 ? `${seconds}s` : '']
  return parts.join('') || '0s'
}
