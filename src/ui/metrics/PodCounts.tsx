// Requests of each Pod so far, one row for each. Scripts read the same rows by `data-testid="requests"`, so every Pod
// has exactly one, also where a chart takes the place of the list and the rows are for screen readers only.

import { memo } from 'react'
import { useT } from '../i18n/index.ts'
import { cx, PodMark } from '../kit/index.ts'
import type { PodCount } from '../view-model/distribution.ts'
import styles from './PodCounts.module.css'

interface PodCountsProps {
  readonly counts: readonly PodCount[]
  readonly ready: ReadonlySet<string>
  readonly hidden: boolean
}

export function PodCounts({ counts, ready, hidden }: PodCountsProps) {
  const t = useT()
  if (counts.length === 0) return <p className={styles.none}>{t('requests.noPods')}</p>
  return (
    <ul className={cx(styles.list, hidden && 'visually-hidden')}>
      {counts.map(count => (
        <Row key={count.id} count={count} ready={ready.has(count.id)} />
      ))}
    </ul>
  )
}

const Row = memo(function Row({ count, ready }: { readonly count: PodCount; readonly ready: boolean }) {
  const t = useT()
  const { name, namespace, ok, failed, label, hue, exists } = count
  const state = exists ? (ready ? 'ready' : 'not-ready') : 'gone'
  return (
    <li
      className={cx(styles.row, !exists && styles.gone)}
      data-testid="requests"
      data-pod={name}
      data-namespace={namespace}
      data-ok={ok}
      data-failed={failed}
      title={exists ? name : `${name} · ${t('requests.gone')}`}
    >
      <PodMark hue={hue} state={state} />
      <span className={styles.name}>{label}</span>
      <span className={styles.ok}>{ok}</span>
      <span className={styles.failed}>{failed > 0 ? `× ${failed}` : ''}</span>
    </li>
  )
}, sameRow)

function sameRow(before: { count: PodCount; ready: boolean }, after: { count: PodCount; ready: boolean }): boolean {
  const { count: a } = before
  const { count: b } = after
  return (
    before.ready === after.ready &&
    a.id === b.id &&
    a.ok === b.ok &&
    a.failed === b.failed &&
    a.hue === b.hue &&
    a.exists === b.exists
  )
}
