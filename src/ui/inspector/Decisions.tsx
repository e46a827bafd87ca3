// What the controllers decided about one object, the newest first: when, what, by which rule, and who.

import { useState } from 'react'
import type { DecisionView, ViewId } from '../../protocol/index.ts'
import { useT, word } from '../i18n/index.ts'
import { Button, Rich } from '../kit/index.ts'
import { useDecisions } from '../state/use-decisions.ts'
import { workspace } from '../state/workspace.ts'
import { decisionLine } from '../view-model/decision-line.ts'
import { formatClock } from '../view-model/format-time.ts'
import { idParts, podSuffix } from '../view-model/pod-name.ts'
import styles from './Decisions.module.css'

/** Shown before somebody asks for more. */
const SHOWN = 12

export function Decisions({ of }: { readonly of: ViewId }) {
  const t = useT()
  const decisions = useDecisions(of)
  // Whose whole list is open: another selection shows the latest again.
  const [opened, setOpened] = useState<ViewId | null>(null)
  const newest = decisions.toReversed()
  const shown = opened === of ? newest : newest.slice(0, SHOWN)
  return (
    <section className={styles.decisions} aria-label={t('decided.title')}>
      <h3 className={styles.title}>{t('decided.title')}</h3>
      {newest.length === 0 && <p className={styles.none}>{t('decided.none')}</p>}
      <ol>
        {shown.map(decision => (
          <DecisionItem key={decision.number} decision={decision} of={of} />
        ))}
      </ol>
      {shown.length < newest.length && <Button onClick={() => setOpened(of)}>{t('decided.earlier')}</Button>}
    </section>
  )
}

function DecisionItem({ decision, of }: { readonly decision: DecisionView; readonly of: ViewId }) {
  const t = useT()
  const { what, because } = decisionLine(decision)
  const { kind, name } = idParts(decision.about)
  return (
    <li className={styles.decision} data-code={decision.code}>
      <p className={styles.head}>
        <time>{formatClock(decision.atMs)}</time>
        <span>{decision.controller}</span>
      </p>
      <p className={styles.what}>
        {decision.about !== of && (
          <button
            type="button"
            className={styles.about}
            onClick={() => workspace.setState({ selected: decision.about })}
          >
            {kind === 'Pod' ? podSuffix(name) : name}
          </button>
        )}
        <Rich text={word(t, what)} />
      </p>
      <p className={styles.because}>
        <Rich text={word(t, because)} />
      </p>
    </li>
  )
}
