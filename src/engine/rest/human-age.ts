// How long ago something was, as `kubectl get` shows it: one unit or two, fewer the longer it is (apimachinery's
// duration.HumanDuration). A year is 365 days.

import { parseTimestamp } from '../kernel/timestamp.ts'

/** The age of a timestamp at `nowMs`, both since 1970; `<unknown>` without one. */
export function ageSince(timestamp: string | null | undefined, nowMs: number): string {
  const thenMs = timestamp ? parseTimestamp(timestamp) : undefined
  return thenMs === undefined ? '<unknown>' : humanAge(nowMs - thenMs)
}

/** A duration in milliseconds as words. A little below zero is the clocks' disagreement, more than a second a mistake. */
export function humanAge(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (days < 8) return withRest(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.trunc(days / 365)
  return days < 2920 ? withRest(years, 'y', days % 365, 'd') : `${years}y`
}

function withRest(whole: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${smaller}`
}
