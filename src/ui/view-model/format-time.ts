// Virtual time as people read it. Lengths are messages, since their units differ by language.

import type { Message } from '../i18n/index.ts'

/** `00:01:30.4`: hours, minutes, seconds and tenths, never rounded up. */
export function formatClock(nowMs: number): string {
  const tenths = Math.floor(Math.max(0, nowMs) / 100)
  const seconds = Math.floor(tenths / 10)
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${tenths % 10}`
}

/** `1:30`, or `1:02:05` from an hour on: a label on the ruler. */
export function formatTick(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
  return `${minutes}:${two(seconds % 60)}`
}

/** A length: `3.2 s` with tenths, `4 min 52 s` from two minutes on. */
export function lengthWithTenths(ms: number): Message {
  if (ms >= 120_000) return length(ms)
  return { key: 'time.seconds', values: { value: (Math.max(0, ms) / 1000).toFixed(1) } }
}

/** A length in whole seconds: `3 s`, `4 min 52 s`. */
export function length(ms: number): Message {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  if (seconds < 120) return { key: 'time.seconds', values: { value: seconds } }
  return { key: 'time.minutes', values: { minutes: Math.floor(seconds / 60), seconds: seconds % 60 } }
}

/** An age as kubectl prints it: `12s`, `4m52s`, `12m`, `3h2m`, `5d`. */
export function kubectlAge(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  return `${Math.floor(hours / 24)}d`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
