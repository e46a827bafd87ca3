// Virtual milliseconds ⇄ the timestamps of API objects, with no Date: the proleptic Gregorian calendar in whole numbers.
// metav1.Time has seconds, metav1.MicroTime microseconds; both are UTC.

/** 2026-01-01T00:00:00Z in milliseconds since 1970: what virtual time 0 stands for unless a cluster says otherwise. */
export const DEFAULT_EPOCH_MS = 1_767_225_600_000

const DAY_MS = 86_400_000

/** `2026-01-01T00:00:52Z`; part seconds are cut off, as metav1.Time does. */
export function formatTimestamp(epochMs: number): string {
  return `${formatSeconds(epochMs)}Z`
}

/** `2026-01-01T00:00:51.800000Z`, as metav1.MicroTime prints it. */
export function formatMicroTimestamp(epochMs: number): string {
  const micros = Math.round((epochMs - Math.floor(epochMs / 1000) * 1000) * 1000)
  return `${formatSeconds(epochMs)}.${pad(micros, 6)}Z`
}

/** Milliseconds since 1970 of an RFC 3339 time, or undefined when the text is none. */
export function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|([+-])(\d\d):(\d\d))$/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, , sign, offHour, offMinute] = match
  if (+month! < 1 || +month! > 12 || +day! < 1 || +day! > 31 || +hour! > 23 || +minute! > 59 || +second! > 59)
    return undefined
  const offset = sign ? (sign === '-' ? -1 : 1) * (+offHour! * 60 + +offMinute!) * 60_000 : 0
  const clock = ((+hour! * 60 + +minute!) * 60 + +second!) * 1000
  return (
    daysFromCivil(+year!, +month!, +day!) * DAY_MS + clock + (fraction ? Number(`0${fraction}`) * 1000 : 0) - offset
  )
}

function formatSeconds(epochMs: number): string {
  const days = Math.floor(epochMs / DAY_MS)
  const seconds = Math.floor((epochMs - days * DAY_MS) / 1000)
  const { year, month, day } = civilFromDays(days)
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}`
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

// Days are counted in 400-year eras that begin on 1 March, so that the leap day comes last.
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}
