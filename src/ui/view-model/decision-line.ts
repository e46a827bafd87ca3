// One decision of a controller in two phrases: what was decided, and by which rule with the values it looked at. Pure.

import type { DecisionView } from '../../protocol/index.ts'
import { isMessageKey, type Message, type Phrase } from '../i18n/index.ts'
import { formatClock, lengthWithTenths } from './format-time.ts'
import { idParts } from './pod-name.ts'

export interface DecisionLine {
  readonly what: Phrase
  readonly because: Phrase
}

export function decisionLine(decision: DecisionView): DecisionLine {
  const values: Record<string, string | number> = { name: idParts(decision.about).name }
  for (const id of decision.related) {
    const { kind, name } = idParts(id)
    values[kind] = name
  }
  const parts: Record<string, Message> = {}
  for (const [name, fact] of Object.entries(decision.facts)) {
    if (typeof fact === 'number' && name === 'dueMs') values[name] = formatClock(fact)
    else if (typeof fact === 'number' && name.endsWith('Ms')) parts[name] = lengthWithTenths(fact)
    else values[name] = typeof fact === 'boolean' ? String(fact) : fact
  }
  return {
    what: phrase(`decided.${decision.code}`, decision.code, values, parts),
    because: phrase(`because.${decision.rule}`, decision.rule, values, parts),
  }
}

/** Those of a span of time, in order. */
export function decisionsNear(
  decisions: readonly DecisionView[],
  fromMs: number,
  toMs: number,
): readonly DecisionView[] {
  return decisions.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
}

/** A key that has no words here, from a host of another version, is shown as it is. */
function phrase(key: string, literal: string, values: Phrase['values'], parts: Phrase['parts'] & object): Phrase {
  return isMessageKey(key) ? { key, values, parts } : { key: 'decided.unworded', values: { literal } }
}
