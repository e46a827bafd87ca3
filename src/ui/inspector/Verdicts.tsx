// In or out, Pod by Pod (or, for a Pod, Service by Service). What is plainly in takes one line; the interesting ones are
// open: the reason in words, and the field on each side.

import type { Inspection, View, ViewId } from '../../protocol/index.ts'
import { useT, word, type T } from '../i18n/index.ts'
import { Cross, cx, PodMark, Rich } from '../kit/index.ts'
import { useSession } from '../state/hooks.ts'
import { workspace } from '../state/workspace.ts'
import { decisionLine } from '../view-model/decision-line.ts'
import { idParts, podSuffix } from '../view-model/pod-name.ts'
import { reasonMessage } from '../view-model/reason-message.ts'
import styles from './Inspector.module.css'

type Verdict = Inspection['verdicts'][number]

const SHOWN = 60

export function Verdicts({ of, verdicts }: { readonly of: View; readonly verdicts: readonly Verdict[] }) {
  const t = useT()
  const more = verdicts.length - SHOWN
  return (
    <section
      className={cx(styles.section, styles.verdicts)}
      style={{ padding: 0 }}
      aria-label={t('inspector.verdicts')}
    >
      <ul>
        {verdicts.slice(0, SHOWN).map(verdict => (
          <VerdictItem
            key={`${verdict.pod} ${verdict.service}`}
            verdict={verdict}
            other={of.kind === 'Pod' ? verdict.service : verdict.pod}
          />
        ))}
      </ul>
      {more > 0 && <p className={styles.more}>{t('verdict.more', { count: more })}</p>}
    </section>
  )
}

function VerdictItem({ verdict, other }: { readonly verdict: Verdict; readonly other: ViewId }) {
  const t = useT()
  const view = useSession(state => state.views.get(other))
  const hue = useSession(state => state.hues.get(verdict.pod) ?? null)
  const isPod = other === verdict.pod
  const { name } = idParts(other)
  const dead = verdict.reasons.some(reason => reason.code === 'node-dead')
  const said = saidOf(t, verdict)
  const decided = verdict.decision === null ? undefined : plain(word(t, decisionLine(verdict.decision).because))
  return (
    <li className={styles.verdict} data-verdict={verdict.in ? 'in' : 'out'}>
      <button
        type="button"
        className={styles.verdictRow}
        title={decided}
        onClick={() => workspace.setState({ selected: other })}
      >
        {dead ? (
          <Cross size={14} />
        ) : isPod ? (
          <PodMark hue={verdict.in ? hue : null} state={verdict.in && verdict.ready ? 'ready' : 'not-ready'} />
        ) : (
          <span />
        )}
        <span className={styles.who}>
          <b>{isPod ? podSuffix(name) : name}</b> {view?.kind === 'Pod' ? view.ip : ''}
        </span>
        <span className={cx(styles.said, (dead || !verdict.in) && styles.saidLoud)}>{said}</span>
      </button>
      {verdict.reasons.map(reason => (
        <div key={`${reason.code} ${reason.podField}`}>
          <p className={styles.reason}>
            <Rich text={word(t, reasonMessage(reason))} />
          </p>
          {(reason.serviceField !== '' || reason.podField !== '') && (
            <div className={styles.fields}>
              {reason.serviceField !== '' && <span>{reason.serviceField}</span>}
              {reason.podField !== '' && <span>{reason.podField}</span>}
            </div>
          )}
        </div>
      ))}
    </li>
  )
}

/** A sentence without the marks that set words as code. */
function plain(text: string): string {
  return text.replaceAll('`', '')
}

function saidOf(t: T, { in: isIn, ready, reasons }: Verdict): string {
  const first = reasons[0]
  if (isIn) {
    if (reasons.some(reason => reason.code === 'node-dead')) return t('verdict.inDead')
    return t(ready ? 'verdict.in' : 'verdict.inUnready')
  }
  return first === undefined ? t('verdict.out') : t('verdict.outFor', { why: t(`why.${first.code}`) })
}
