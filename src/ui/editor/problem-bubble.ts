// The bubble below a mistake: the plain sentence first, Kubernetes' own words in mono, and the fix with its key. Built
// as plain DOM, since it lives inside the text; every string goes in as text.

import type { Problem } from '../../protocol/index.ts'
import { isMessageKey, type T } from '../i18n/index.ts'

export interface BubbleInput {
  readonly problem: Problem
  /** From 1. */
  readonly number: number
  readonly total: number
  /** Column of the mistake, from 0: where the bubble points. */
  readonly column: number
  readonly t: T
  readonly onFix: () => void
  readonly onNext: () => void
}

export function problemBubble({ problem, number, total, column, t, onFix, onNext }: BubbleInput): HTMLElement {
  const bubble = element('div', problem.severity === 'error' ? 'cm-bubble' : 'cm-bubble cm-bubbleWarning')
  bubble.dataset['testid'] = 'problem'
  bubble.style.setProperty('--column', String(column))
  const { key, values } = problem.plain
  bubble.append(element('p', 'cm-bubblePlain', t(isMessageKey(key) ? key : 'problem.other', values)))
  bubble.append(element('p', 'cm-bubbleWords', problem.message))
  const row = element('div', 'cm-bubbleRow')
  if (problem.fix !== undefined) {
    const { label } = problem.fix
    const fix = element('button', 'cm-bubbleFix', t(isMessageKey(label.key) ? label.key : 'fix.other', label.values))
    fix.setAttribute('type', 'button')
    fix.addEventListener('click', onFix)
    row.append(fix, element('kbd', 'cm-bubbleKey', t('editor.fixKey')))
  }
  const place = element('span', 'cm-bubblePlace', t('editor.problemOf', { number, total }))
  if (total > 1) {
    const next = element('button', 'cm-bubbleNext', t('editor.next'))
    next.setAttribute('type', 'button')
    next.addEventListener('click', onNext)
    row.append(place, next)
  } else row.append(place)
  bubble.append(row)
  // A press inside must neither move the cursor nor take the focus from the text.
  bubble.addEventListener('mousedown', event => event.preventDefault())
  // The space around a block inside the text has to be part of the block, or CodeMirror measures it wrong.
  const block = element('div', 'cm-bubbleBlock')
  block.contentEditable = 'false'
  block.append(bubble)
  return block
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  if (text !== undefined) made.textContent = text
  return made
}
