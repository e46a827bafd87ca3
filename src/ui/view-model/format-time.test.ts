import { describe, expect, it } from 'vitest'
import { formatClock, formatTick, kubectlAge, length, lengthWithTenths } from './format-time.ts'

describe('virtual time', () => {
  it('is a clock with tenths that never rounds up', () => {
    expect([0, 90_449, 90_499.9, 3_723_990].map(formatClock)).toEqual([
      '00:00:00.0',
      '00:01:30.4',
      '00:01:30.4',
      '01:02:03.9',
    ])
  })
  it('is short on the ruler', () => {
    expect([0, 90_000, 600_000, 3_725_000].map(formatTick)).toEqual(['0:00', '1:30', '10:00', '1:02:05'])
  })
  it('has lengths in seconds, then in minutes', () => {
    expect(length(119_900)).toEqual({ key: 'time.seconds', values: { value: 119 } })
    expect(length(292_000)).toEqual({ key: 'time.minutes', values: { minutes: 4, seconds: 52 } })
    expect(lengthWithTenths(22_140)).toEqual({ key: 'time.seconds', values: { value: '22.1' } })
  })
  it('has ages as kubectl prints them', () => {
    const ages = [0, 119, 120, 292, 600, 10_799, 10_800, 13_500, 28_800, 172_800].map(seconds =>
      kubectlAge(seconds * 1000),
    )
    expect(ages).toEqual(['0s', '119s', '2m', '4m52s', '10m', '179m', '3h', '3h45m', '8h', '2d'])
  })
})
