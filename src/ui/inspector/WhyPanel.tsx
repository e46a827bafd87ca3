// Why the selected object is as it is: a sentence, its buttons, the facts, the verdict on each Pod (or Service), and what
// the controllers decided about it.

import { Fragment } from 'react'
import type { Inspection, View } from '../../protocol/index.ts'
import { useT, word } from '../i18n/index.ts'
import { cx } from '../kit/index.ts'
import { useSession } from '../state/hooks.ts'
import type { ClusterFacts } from '../view-model/cluster-facts.ts'
import { objectButtons } from '../view-model/object-buttons.ts'
import { objectFacts, type Fact } from '../view-model/object-facts.ts'
import { verdictLine } from '../view-model/verdict-line.ts'
import { Decisions } from './Decisions.tsx'
import styles from './Inspector.module.css'
import { ObjectButtons } from './ObjectButtons.tsx'
import { isApiObject } from './use-inspection.ts'
import { Verdicts } from './Verdicts.tsx'

interface WhyPanelProps {
  readonly view: View
  readonly exists: boolean
  readonly facts: ClusterFacts
  readonly inspection: Inspection | null
}

export function WhyPanel({ view, exists, facts, inspection }: WhyPanelProps) {
  const t = useT()
  const nowMs = useSession(state => Math.floor(state.clock.nowMs / 100) * 100)
  const podTotals = useSession(state => state.podTotals)
  const line = verdictLine(view, facts)
  return (
    <>
      <section className={styles.section}>
        <p className={styles.bold}>{word(t, line.bold)}</p>
        {line.plain !== null && <p className={styles.plain}>{word(t, line.plain)}</p>}
        {exists && objectButtons(view, facts).length > 0 && (
          <div className={styles.buttons}>
            <ObjectButtons view={view} facts={facts} />
          </div>
        )}
      </section>
      {inspection !== null && inspection.verdicts.length > 0 && <Verdicts of={view} verdicts={inspection.verdicts} />}
      <section className={styles.section} aria-label={t('inspector.facts')}>
        <dl className={styles.facts}>
          {objectFacts({ view, facts, nowMs, podTotals }).map(fact => (
            <FactRow key={fact.label} fact={fact} />
          ))}
        </dl>
      </section>
      {isApiObject(view.id) && <Decisions of={view.id} />}
    </>
  )
}

function FactRow({ fact }: { readonly fact: Fact }) {
  const t = useT()
  const literal = typeof fact.value === 'string'
  return (
    <>
      <dt>{t(fact.label)}</dt>
      <dd className={cx(literal && styles.mono, fact.alarm === true && styles.alarm)}>
        {typeof fact.value === 'string' ? <Breakable text={fact.value} /> : word(t, fact.value)}
      </dd>
    </>
  )
}

/** A long name may break after its dots, and nowhere else if it can be helped. */
function Breakable({ text }: { readonly text: string }) {
  return text.split('.').map((part, index) => (
    <Fragment key={index}>
      {index > 0 && (
        <>
          .<wbr />
        </>
      )}
      {part}
    </Fragment>
  ))
}
