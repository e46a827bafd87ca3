// Why a mark stands on the ruler: what the controllers decided about its object at that moment, shown beside the mark while
// the pointer or the focus is on it.

import type { MarkView } from '../../protocol/index.ts'
import { useT, word } from '../i18n/index.ts'
import { Rich } from '../kit/index.ts'
import { useDecisions } from '../state/use-decisions.ts'
import { decisionLine, decisionsNear } from '../view-model/decision-line.ts'
import { formatClock } from '../view-model/format-time.ts'
import styles from './MarkWhy.module.css'

/** Half of what is called the same moment: a frame, and what follows from it at once. */
const NEAR_MS = 1_500
const SHOWN = 3
const WIDTH = 320
const MARGIN = 8

interface MarkWhyProps {
  readonly id: string
  readonly marks: readonly MarkView[]
  readonly text: string
  /** Where the marks are on the screen. */
  readonly at: DOMRect
}

export function MarkWhy({ id, marks, text, at }: MarkWhyProps) {
  const t = useT()
  const first = marks[0]
  const about = marks.every(mark => mark.about === first?.about) ? (first?.about ?? null) : null
  const fromMs = (first?.atMs ?? 0) - NEAR_MS
  const toMs = (marks.at(-1)?.atMs ?? 0) + NEAR_MS
  const near = decisionsNear(useDecisions(about), fromMs, toMs).slice(-SHOWN)
  const left = Math.min(Math.max(MARGIN, at.left + at.width / 2 - WIDTH / 2), window.innerWidth - WIDTH - MARGIN)
  return (
    <div
      id={id}
      role="tooltip"
      className={styles.why}
      style={{ left, bottom: window.innerHeight - at.top + MARGIN, width: WIDTH }}
    >
      <p className={styles.head}>
        <b>{text}</b> <time>{formatClock(first?.atMs ?? 0)}</time>
      </p>
      {near.length === 0 && <p className={styles.none}>{t('decided.noneNear')}</p>}
      <ul>
        {near.map(decision => {
          const { what, because } = decisionLine(decision)
          return (
            <li key={decision.number}>
              <b>
                <Rich text={word(t, what)} />
              </b>{' '}
              <Rich text={word(t, because)} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
