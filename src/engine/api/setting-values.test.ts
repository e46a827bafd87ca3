import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS, SETTINGS, type SettingName } from './cluster-settings.ts'
import type { SettingEntry } from './setting-types.ts'
import { readSettings, settingText } from './setting-values.ts'

test.each<[object, object]>([
  [{}, {}],
  [{ 'max-endpoints-per-slice': 3 }, { 'max-endpoints-per-slice': 3 }],
  [{ 'node-monitor-grace-period': '20s' }, { 'node-monitor-grace-period': 20_000 }],
  [{ 'node-monitor-grace-period': '1m1.5s' }, { 'node-monitor-grace-period': 61_500 }],
  [{ 'endpointslice-updates-batch-period': '0' }, { 'endpointslice-updates-batch-period': 0 }],
  [
    { 'node-eviction-rate': 0.5, 'default-unreachable-toleration-seconds': 5 },
    { 'node-eviction-rate': 0.5, 'default-unreachable-toleration-seconds': 5 },
  ],
])('%j is taken', (given, settings) => {
  expect(readSettings({ ...given })).toEqual({ ok: true, settings })
})

test.each<[object, string]>([
  [{ nothing: 1 }, 'no setting is called "nothing"'],
  [{ constructor: 1 }, 'no setting is called "constructor"'],
  [
    { 'max-endpoints-per-slice': 0 },
    'max-endpoints-per-slice: Invalid value: 0: must be between 1 and 1000, inclusive',
  ],
  [{ 'max-endpoints-per-slice': 2.5 }, 'max-endpoints-per-slice: Invalid value: 2.5: must be a whole number'],
  [{ 'node-monitor-period': 0 }, 'node-monitor-period: Invalid value: 0: must be between 100 and 86400000, inclusive'],
  [
    { 'node-monitor-grace-period': '20 s' },
    'node-monitor-grace-period: Invalid value: "20 s": must be a number of milliseconds or a duration such as "40s"',
  ],
  [
    { 'cluster-cidr': '10.0.0.0/8' },
    'cluster-cidr: Invalid value: "10.0.0.0/8": it is laid down when the cluster is made',
  ],
  [{ 'dns-ttl-seconds': '5s' }, 'dns-ttl-seconds: Invalid value: "5s": must be a number of seconds'],
])('%j is refused', (given, message) => {
  expect(readSettings({ ...given })).toMatchObject({ ok: false, message })
})

test('every default is a value that its setting takes: when a cluster is made all, and later those that may change', () => {
  expect(readSettings({ ...DEFAULT_SETTINGS }, { atStart: true })).toEqual({ ok: true, settings: DEFAULT_SETTINGS })
  for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
    const entry: SettingEntry = SETTINGS[name as SettingName]
    expect(readSettings({ [name]: value }).ok).toBe(!entry.atStart)
  }
})

test.each<[SettingName, number, string]>([
  ['node-monitor-grace-period', 50_000, '50s'],
  ['node-monitor-grace-period', 90_000, '1m30s'],
  ['min-resync-period', 43_200_000, '12h'],
  ['sim-endpointslice-back-off-max', 1_000_000, '16m40s'],
  ['sim-latency-same-node', 0.1, '0.1ms'],
  ['node-monitor-period', 1_500, '1.5s'],
  ['endpointslice-updates-batch-period', 0, '0s'],
  ['max-endpoints-per-slice', 3, '3'],
  ['node-eviction-rate', 0.1, '0.1'],
])('%s of %j is written %s', (name, value, text) => {
  const entry: SettingEntry = SETTINGS[name]
  expect(settingText(entry, value)).toBe(text)
})

test('what is written of a default is read as that default', () => {
  for (const [name, entry] of Object.entries<SettingEntry>(SETTINGS)) {
    if (entry.type !== 'duration') continue
    const text = settingText(entry, entry.value)
    expect([name, readSettings({ [name]: text })]).toEqual([name, { ok: true, settings: { [name]: entry.value } }])
  }
})
