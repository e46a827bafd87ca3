// How the panel of settings is arranged: by group, those that show something worth seeing first and the others behind them,
// or all that a search finds. Pure.

import type { SettingView } from '../../protocol/index.ts'

export interface SettingSection {
  readonly group: SettingView['group']
  readonly first: readonly SettingView[]
  readonly more: readonly SettingView[]
}

const GROUPS: readonly SettingView['group'][] = [
  'nodes',
  'slices',
  'kubelet',
  'proxy',
  'workloads',
  'api',
  'playground',
]

/** All sections in order. A setting that was changed stands among the first of its section. */
export function settingSections(settings: readonly SettingView[]): readonly SettingSection[] {
  return GROUPS.map(group => {
    const own = settings.filter(setting => setting.group === group)
    const isFirst = (setting: SettingView): boolean => setting.first || isChanged(setting)
    return { group, first: own.filter(isFirst), more: own.filter(setting => !isFirst(setting)) }
  }).filter(({ first, more }) => first.length + more.length > 0)
}

/** The sections with what a search finds in names and words, all of it among the first. */
export function foundSections(
  settings: readonly SettingView[],
  search: string,
  wordsOf: (name: string) => string,
): readonly SettingSection[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = settings.filter(({ name }) => {
    const text = `--${name} ${wordsOf(name)}`.toLowerCase()
    return wanted.every(word => text.includes(word))
  })
  return GROUPS.map(group => ({ group, first: found.filter(setting => setting.group === group), more: [] })).filter(
    ({ first }) => first.length > 0,
  )
}

/** Whether it holds something else than its default. What is fixed was laid down so, and is none of the user's changes. */
export function isChanged({ fixed, value, usual }: SettingView): boolean {
  return !fixed && value !== usual
}
