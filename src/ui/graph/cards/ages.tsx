// The few words that count seconds of virtual time. Each is a component of its own, so that a second that passes draws
// nothing else again.

import { useT, type MessageKey } from '../../i18n/index.ts'
import { useSlowClock } from '../slow-clock.tsx'

/** A sentence with the whole time since then in it: `last seen 22 s ago`. */
export function SinceThen({ word, sinceMs }: { readonly word: MessageKey; readonly sinceMs: number }) {
  const t = useT()
  const seconds = useSlowClock(nowMs => Math.max(0, Math.floor((nowMs - sinceMs) / 1000)))
  return <>{t(word, { time: t(...lengthOf(seconds)) })}</>
}

/** The same to a tenth of a second, up to two minutes. */
export function SinceThenExactly({ word, sinceMs }: { readonly word: MessageKey; readonly sinceMs: number }) {
  const t = useT()
  const tenths = useSlowClock(nowMs => Math.max(0, Math.floor((nowMs - sinceMs) / 100)))
  const time =
    tenths < 1200 ? t('graph.time.seconds', { n: (tenths / 10).toFixed(1) }) : t(...lengthOf(Math.floor(tenths / 10)))
  return <>{t(word, { time })}</>
}

/** A sentence with the time that is left: `evicts in 4 min 52 s`. */
export function TimeUntil({ word, untilMs }: { readonly word: MessageKey; readonly untilMs: number }) {
  const t = useT()
  const seconds = useSlowClock(nowMs => Math.max(0, Math.ceil((untilMs - nowMs) / 1000)))
  return <>{t(word, { time: t(...lengthOf(seconds)) })}</>
}

/** ` · 21 s left`, and nothing once the time is over. */
export function SecondsLeft({ untilMs }: { readonly untilMs: number }) {
  const t = useT()
  const seconds = useSlowClock(nowMs => Math.ceil((untilMs - nowMs) / 1000))
  if (seconds <= 0) return null
  return <> · {t('graph.pod.left', { time: t(...lengthOf(seconds)) })}</>
}

function lengthOf(seconds: number): [MessageKey, Record<string, number>] {
  if (seconds < 120) return ['graph.time.seconds', { n: seconds }]
  return ['graph.time.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 }]
}
