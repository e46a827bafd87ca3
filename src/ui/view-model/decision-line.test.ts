import { describe, expect, it } from 'vitest'
import type { DecisionView } from '../../protocol/index.ts'
import { translator, word } from '../i18n/index.ts'
import { decisionLine, decisionsNear } from './decision-line.ts'

const t = translator('en')

function decision(parts: Partial<DecisionView>): DecisionView {
  return {
    number: 0,
    atMs: 0,
    controller: 'endpointslice-controller',
    about: 'Pod/default/web-x8k2p',
    related: ['Service/default/web', 'EndpointSlice/default/web-abcde'],
    code: 'endpoint-out',
    rule: 'label-differs',
    facts: { label: 'app', is: 'other', wants: 'web' },
    ...parts,
  }
}

function said(parts: Partial<DecisionView>): readonly string[] {
  const { what, because } = decisionLine(decision(parts))
  return [word(t, what), word(t, because)]
}

describe('a decision in words', () => {
  it('names what took part by its kind, and the values of the rule', () => {
    expect(said({})).toEqual(['Taken out of `web-abcde`', 'Label `app` is `other`; the selector wants `web`.'])
  })

  it('tells lengths with their unit, and moments by the clock', () => {
    const rule = { code: 'eviction-planned', rule: 'toleration-runs' }
    const facts = { node: 'n2', taint: 'k', seconds: 300, dueMs: 365_100 }
    expect(said({ ...rule, facts })[1]).toContain('for 300 s, until 00:06:05.1.')
    const silence = { code: 'node-unknown', rule: 'no-heartbeat', facts: { silentMs: 52_000, graceMs: 50_000 } }
    expect(said(silence)[1]).toBe('No heartbeat for 52.0 s; the grace period is 50.0 s.')
  })

  it('shows what a host of another version says as it is', () => {
    expect(said({ code: 'thing-done', rule: 'since-so', facts: {} })).toEqual(['thing-done', 'since-so'])
  })
})

it('the decisions of a moment are those around it', () => {
  const all = [0, 1_000, 2_000, 3_000].map(atMs => decision({ atMs }))
  expect(decisionsNear(all, 900, 2_000).map(({ atMs }) => atMs)).toEqual([1_000, 2_000])
})
