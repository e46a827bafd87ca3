import { describe, expect, it } from 'vitest'
import type { ApplyOutcome } from '../../protocol/index.ts'
import { APPLY_AFTER_MS, createApplier, TEXT_LIMIT } from './apply-as-you-type.ts'

const GOOD: ApplyOutcome = { ok: true, documents: 1, applied: [], problems: [] }

/** An editor of one string, a host that answers when told, and time that passes when told. */
function bench() {
  const told: string[] = []
  const waiting: ((outcome: ApplyOutcome) => void)[] = []
  let text = ''
  let timer: (() => void) | null = null
  const applier = createApplier({
    text: () => text,
    length: () => text.length,
    ask: asked => {
      told.push(`ask ${asked.slice(0, 10)}`)
      return new Promise(resolve => waiting.push(resolve))
    },
    onTyping: () => {},
    onSent: () => {},
    onAnswer: (_, stale) => void told.push(stale ? 'stale answer' : 'answer'),
    onTooLong: length => void told.push(`too long ${length}`),
    onLost: () => {},
    later: (callback, afterMs) => {
      expect(afterMs).toBe(APPLY_AFTER_MS)
      timer = callback
      return () => void (timer = null)
    },
  })
  return {
    told,
    applier,
    type: (next: string) => {
      text = next
      applier.changed()
    },
    pass: () => {
      const due = timer
      timer = null
      due?.()
    },
    answer: async () => {
      waiting.shift()?.(GOOD)
      await Promise.resolve()
      await Promise.resolve()
    },
  }
}

describe('applying as one types', () => {
  it('asks once, after the last key', () => {
    const { told, type, pass } = bench()
    type('a')
    type('ab')
    pass()
    pass()
    expect(told).toEqual(['ask ab'])
  })
  it('never asks two questions at a time, and then asks for the newest text', async () => {
    const { told, type, pass, answer } = bench()
    type('a')
    pass()
    type('ab')
    pass()
    type('abc')
    pass()
    expect(told).toEqual(['ask a'])
    await answer()
    expect(told).toEqual(['ask a', 'stale answer', 'ask abc'])
    await answer()
    expect(told.at(-1)).toBe('answer')
  })
  it('asks at once on demand', () => {
    const { told, type, applier } = bench()
    type('a')
    applier.now()
    expect(told).toEqual(['ask a'])
  })
  it('does not send what is too long', () => {
    const { told, type, pass } = bench()
    type('x'.repeat(TEXT_LIMIT + 1))
    pass()
    expect(told).toEqual([`too long ${TEXT_LIMIT + 1}`])
  })
  it('asks nothing once the text is what the host runs', () => {
    const { told, type, applier, pass } = bench()
    type('a')
    applier.settled()
    pass()
    expect(told).toEqual([])
  })
})
