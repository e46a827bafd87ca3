// What a setting takes, by its flag: a number in the unit of its kind, or for a duration also Go's text (`40s`, `1m30s`), as
// the real flags have it. Ranges and domain are laid down when a cluster is made.

import { DEFAULT_SETTINGS, type ClusterSettings, type SettingName } from './cluster-settings.ts'

/** `fixed` settings cannot be changed while the cluster runs; `fraction` is 0 to 1, `rate` a number a second. */
type SettingType = 'duration' | 'seconds' | 'count' | 'fraction' | 'rate' | 'fixed'

const OTHER_THAN_DURATIONS: { readonly [K in SettingName]?: SettingType } = {
  'node-eviction-rate': 'rate',
  'secondary-node-eviction-rate': 'rate',
  'large-cluster-size-threshold': 'count',
  'unhealthy-zone-threshold': 'fraction',
  'default-not-ready-toleration-seconds': 'seconds',
  'default-unreachable-toleration-seconds': 'seconds',
  'max-endpoints-per-slice': 'count',
  'mirroring-max-endpoints-per-subset': 'count',
  'max-pods': 'count',
  'service-cluster-ip-range': 'fixed',
  'service-node-port-range': 'fixed',
  'cluster-cidr': 'fixed',
  'cluster-domain': 'fixed',
  'dns-ttl-seconds': 'seconds',
  'sim-proxy-watch-jitter': 'fraction',
}

/** Least and most of settings that have bounds of their own; times of 0 that would make a loop run without end. */
const BOUNDS: { readonly [K in SettingName]?: readonly [number, number] } = {
  'node-monitor-period': [100, 86_400_000],
  'node-lease-renew-interval': [100, 86_400_000],
  'node-status-report-frequency': [1_000, 86_400_000],
  'kubelet-relist-period': [10, 86_400_000],
  'max-endpoints-per-slice': [1, 1_000],
  'mirroring-max-endpoints-per-subset': [1, 1_000],
  'max-pods': [1, 10_000],
}

const DEFAULT_BOUNDS: { readonly [T in Exclude<SettingType, 'fixed'>]: readonly [number, number] } = {
  duration: [0, 86_400_000],
  seconds: [0, 86_400],
  count: [0, 1_000_000],
  fraction: [0, 1],
  rate: [0, 1_000],
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: Partial<ClusterSettings> }
  /** One sentence: which setting, what is wrong, what it takes. */
  | { readonly ok: false; readonly message: string }

/** Settings as a client writes them. All are good, or none is taken. */
export function readSettings(given: { readonly [name: string]: unknown }): ReadSettings {
  const settings: { [name: string]: number } = {}
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_SETTINGS, name)) return { ok: false, message: `no setting is called "${name}"` }
    const read = readOne(name as SettingName, value)
    if (typeof read === 'string')
      return { ok: false, message: `${name}: Invalid value: ${JSON.stringify(value)}: ${read}` }
    settings[name] = read
  }
  return { ok: true, settings }
}

function readOne(name: SettingName, value: unknown): number | string {
  const type = OTHER_THAN_DURATIONS[name] ?? 'duration'
  if (type === 'fixed') return 'it is laid down when the cluster is made'
  const [least, most] = BOUNDS[name] ?? DEFAULT_BOUNDS[type]
  const number = type === 'duration' && typeof value === 'string' ? durationMs(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return `must be ${WANTED[type]}`
  if ((type === 'count' || type === 'seconds') && !Number.isInteger(number)) return 'must be a whole number'
  return number >= least && number <= most ? number : `must be between ${least} and ${most}, inclusive`
}

const WANTED: { readonly [T in Exclude<SettingType, 'fixed'>]: string } = {
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
