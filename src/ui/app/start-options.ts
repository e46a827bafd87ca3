// What the page is opened with: `?scenario=NAME&seed=N&lang=en|zh&speed=X`. A bad value is told, and the default holds.
// Pure.

import { isMessageKey, type Message } from '../i18n/index.ts'
import type { Language } from '../state/workspace.ts'

export interface StartOptions {
  readonly scenario: string
  readonly seed: number
  readonly speed: number
  /** Null when the address says nothing: then what was chosen last holds. */
  readonly language: Language | null
}

export interface Start {
  readonly options: StartOptions
  readonly notices: readonly Message[]
}

export const DEFAULT_SCENARIO = 'my-service'
const SEED_MAX = 2 ** 32 - 1

export function readStart(search: string): Start {
  const query = new URLSearchParams(search)
  const notices: Message[] = []
  const read = <V>(name: string, key: Message['key'], parse: (text: string) => V | null, fallback: V): V => {
    const text = query.get(name)
    if (text === null) return fallback
    const value = parse(text)
    if (value === null) notices.push({ key, values: { value: text.slice(0, 60) } })
    return value ?? fallback
  }
  return {
    options: {
      scenario: read('scenario', 'notice.badScenario', scenarioOf, DEFAULT_SCENARIO),
      seed: read('seed', 'notice.badSeed', seedOf, 1),
      speed: read('speed', 'notice.badSpeed', speedOf, 1),
      language: read<Language | null>(
        'lang',
        'notice.badLanguage',
        text => (text === 'en' || text === 'zh' ? text : null),
        null,
      ),
    },
    notices,
  }
}

function scenarioOf(text: string): string | null {
  return isMessageKey(`scenario.${text}`) ? text : null
}

function seedOf(text: string): number | null {
  const seed = Number(text)
  return /^\d{1,10}$/.test(text) && seed <= SEED_MAX ? seed : null
}

function speedOf(text: string): number | null {
  const speed = Number(text)
  return /^\d+(\.\d+)?$/.test(text) && speed >= 0.1 && speed <= 1000 ? speed : null
}

/** The address with another scenario in it, so that what is seen is what the address opens. */
export function searchWith(search: string, scenario: string): string {
  const query = new URLSearchParams(search)
  query.set('scenario', scenario)
  return `?${query.toString()}`
}
