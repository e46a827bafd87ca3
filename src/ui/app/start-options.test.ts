import { describe, expect, it } from 'vitest'
import { readStart, searchWith } from './start-options.ts'

function check(search: string, options: string, notices: readonly string[] = []): void {
  const start = readStart(search)
  const { scenario, seed, speed, language } = start.options
  expect([`${scenario} ${seed} ${speed} ${language ?? '-'}`, start.notices.map(one => one.key)]).toEqual([
    options,
    notices,
  ])
}

describe('what the page is opened with', () => {
  it('is my-service, seed 1, ×1 when the address says nothing', () => check('', 'my-service 1 1 -'))
  it('is what the address says', () =>
    check('?scenario=three-slices&seed=42&lang=zh&speed=0.1', 'three-slices 42 0.1 zh'))
  it('takes the ends of each range', () => check('?seed=4294967295&speed=1000', 'my-service 4294967295 1000 -'))
  it('says what it cannot take, and goes on with the default', () => {
    check('?scenario=nope&seed=-1&lang=fr&speed=fast', 'my-service 1 1 -', [
      'notice.badScenario',
      'notice.badSeed',
      'notice.badSpeed',
      'notice.badLanguage',
    ])
    check('?seed=4294967296', 'my-service 1 1 -', ['notice.badSeed'])
    check('?seed=1.5', 'my-service 1 1 -', ['notice.badSeed'])
    check('?speed=0.05', 'my-service 1 1 -', ['notice.badSpeed'])
    check('?speed=1e3', 'my-service 1 1 -', ['notice.badSpeed'])
    check('?scenario=__proto__', 'my-service 1 1 -', ['notice.badScenario'])
  })
  it('repeats no endless text in its notice', () => {
    expect(readStart(`?scenario=${'x'.repeat(5_000)}`).notices[0]?.values['value']).toHaveLength(60)
  })
})

it('another scenario changes only itself in the address', () => {
  expect(searchWith('?seed=7&scenario=a&lang=zh', 'multi-port')).toBe('?seed=7&scenario=multi-port&lang=zh')
  expect(searchWith('', 'multi-port')).toBe('?scenario=multi-port')
})
