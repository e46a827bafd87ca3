// How long something took or is ago, as kubectl says it (`duration.HumanDuration`), and what `--timeout` says.

import { failure } from './failures.ts'

/** Of a moment in RFC 3339; `<unknown>` where there is none. */
export function ageOf(timestamp: string, nowMs: number): string {
  const at = Date.parse(timestamp)
  return Number.isNaN(at) ? '<unknown>' : humanDuration(nowMs - at)
}

export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1_000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return `${minutes}m${withRest(seconds % 60, 's')}`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return `${hours}h${withRest(minutes % 60, 'm')}`
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (days < 8) return `${days}d${withRest(hours % 24, 'h')}`
  if (days < 730) return `${days}d`
  const years = Math.trunc(days / 365)
  return years < 8 ? `${years}y${withRest(days % 365, 'd')}` : `${years}y`
}

function withRest(rest: number, unit: string): string {
  return rest === 0 ? '' : `${rest}${unit}`
}

const UNITS_MS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A Go duration such as `1m30s` in milliseconds; `flag` is who said it. */
export function durationMs(text: string, flag: string): number {
  const parts = [...text.replace(/^-/, '').matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (text === '0') return 0
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text.replace(/^-/, '')) {
    throw failure(`invalid argument "${text}" for "--${flag}" flag: time: invalid duration "${text}"`)
  }
  const ms = parts.reduce((sum, [, count = '0', unit = 's']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0)
  return text.startsWith('-') ? -ms : ms
}

/** `Mon, 02 Jan 2006 15:04:05 +0000`, of a moment in RFC 3339. */
export function longTime(timestamp: string): string {
  const at = Date.parse(timestamp)
  return Number.isNaN(at) ? '' : new Date(at).toUTCString().replace('GMT', '+0000')
}
