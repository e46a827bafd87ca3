// What the controllers decided, the newest first: when, about what, what, by which rule, and who. With a selection it tells
// of that object alone, until all are asked for.

import { useState } from 'react'
import type { DecisionView, ViewId } from '../../protocol/index.ts'
import { useT, word } from '../i18n/index.ts'
import { Rich, Segmented } from '../kit/index.ts'
import { useSession, useWorkspace } from '../state/hooks.ts'
import { useDecisions } from '../state/use-decisions.ts'
import { workspace } from '../state/workspace.ts'
import { decisionLine } from '../view-model/decision-line.ts'
import { formatClock } from '../view-model/format-time.ts'
import { idParts, podSuffix } from '../view-model/pod-name.ts'
import styles from './EventsTable.module.css'

type Whose = 'all' | 'selected'

export function DecisionsTable() {
  const t = useT()
  const selected = useWorkspace(state => state.selected)
  // For whose selection all were asked for: another selection is looked at by itself again.
  const [allFor, setAllFor] = useState<ViewId | null>(null)
  const whose: Whose = selected === null || allFor === selected ? 'all' : 'selected'
  const decisions = useDecisions(whose === 'all' ? null : selected)
  return (
    <div className={styles.panel}>
      {selected !== null && (
        <div className={styles.whose}>
          <Segmented
            label={t('decided.whose')}
            value={whose}
            choices={[
              { value: 'selected', name: shortName(selected) },
              { value: 'all', name: t('decided.all') },
            ]}
            onChoose={value => setAllFor(value === 'all' ? selected : null)}
          />
        </div>
      )}
      {decisions.length === 0 ? (
        <p className={styles.none}>{t('decided.tableNone')}</p>
      ) : (
        <Table decisions={decisions} />
      )}
    </div>
  )
}

function Table({ decisions }: { readonly decisions: readonly DecisionView[] }) {
  const t = useT()
  return (
    // Scrollable by keyboard, and so in the tab order.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('decided.table')}>
      <table className={styles.decisions}>
        <thead>
          <tr>
            <th scope="col">{t('decided.time')}</th>
            <th scope="col">{t('decided.object')}</th>
            <th scope="col">{t('decided.decision')}</th>
            <th scope="col">{t('decided.why')}</th>
            <th scope="col">{t('decided.controller')}</th>
          </tr>
        </thead>
        <tbody>
          {decisions.toReversed().map(decision => (
            <DecisionRow key={decision.number} decision={decision} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function DecisionRow({ decision }: { readonly decision: DecisionView }) {
  const t = useT()
  const { about } = decision
  const onGraph = useSession(state => state.views.has(about))
  const { what, because } = decisionLine(decision)
  const { kind } = idParts(about)
  const name = `${kind.toLowerCase()}/${shortName(about)}`
  return (
    <tr data-code={decision.code}>
      <td>{formatClock(decision.atMs)}</td>
      <td>
        {onGraph ? (
          <button type="button" className={styles.link} onClick={() => workspace.setState({ selected: about })}>
            {name}
          </button>
        ) : (
          name
        )}
      </td>
      <td className={styles.what}>
        <Rich text={word(t, what)} />
      </td>
      <td className={styles.why}>
        <Rich text={word(t, because)} />
      </td>
      <td title={decision.controller}>{decision.controller}</td>
    </tr>
  )
}

function shortName(id: ViewId): string {
  const { kind, name } = idParts(id)
  return kind === 'Pod' ? podSuffix(name) : name
}
