// How requests spread over Pods: lines over the last minute for a dozen Pods, bars of totals beyond that, and in both
// cases the totals themselves. Numbers change once a second of virtual time; the layout never.

import { useMemo } from 'react'
import { useT } from '../i18n/index.ts'
import { cx, useSize } from '../kit/index.ts'
import { useSession } from '../state/hooks.ts'
import { distribution, evenChoice, podCounts, shownCounts, type Band } from '../view-model/distribution.ts'
import styles from './Distribution.module.css'
import { DistributionBars } from './DistributionBars.tsx'
import { DistributionLines } from './DistributionLines.tsx'
import { PodCounts } from './PodCounts.tsx'

const LINES_MAX = 12

export function RequestsPerPod() {
  const t = useT()
  const [ref, size] = useSize<HTMLDivElement>()
  const views = useSession(state => state.views)
  const podTotals = useSession(state => state.podTotals)
  const hues = useSession(state => state.hues)
  const seconds = useSession(state => state.seconds)
  const windowEndMs = useSession(state => Math.floor(state.clock.nowMs / 5000) * 5000)
  const totals = useSession(state => state.totals)

  const counts = useMemo(() => podCounts({ views, podTotals, hues }), [views, podTotals, hues])
  const ready = useMemo(() => {
    const ids = new Set<string>()
    for (const view of views.values()) if (view.kind === 'Pod' && view.ready) ids.add(view.id)
    return ids
  }, [views])
  const data = useMemo(() => distribution(seconds, windowEndMs), [seconds, windowEndMs])
  const existing = useMemo(() => counts.filter(count => count.exists), [counts])
  const many = existing.length > LINES_MAX
  const serving = existing.filter(count => count.ok + count.failed > 0)
  const soFar = evenChoice(
    serving.reduce((sum, count) => sum + count.ok + count.failed, 0),
    serving.length,
  )
  const band: Band | null = many ? (serving.length > 0 ? soFar : null) : data.band
  const drawable = size.width > 80 && size.height > 50
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <div className={styles.titleRow}>
          <h2 className={styles.title}>{t('requests.perPod')}</h2>
          <span className={styles.answered} data-testid="answered" data-ok={totals.ok} data-failed={totals.failed}>
            {totals.ok} {t('requests.answered')}
            {totals.failed > 0 && <b> × {totals.failed}</b>}
          </span>
        </div>
        <p className={styles.caption}>
          {band === null
            ? t('requests.waiting')
            : t(many ? 'requests.bandTotal' : 'requests.band', {
                expected: rounded(band.expected),
                spread: rounded(band.spread),
              })}
        </p>
      </div>
      <div ref={ref} className={cx(styles.canvas, many && styles.wide)}>
        {drawable &&
          (many ? (
            <DistributionBars counts={existing} band={soFar} width={size.width} height={size.height} />
          ) : (
            <DistributionLines data={data} hues={hues} width={size.width} height={size.height} />
          ))}
      </div>
      <PodCounts counts={shownCounts(counts)} ready={ready} hidden={many} />
    </div>
  )
}

function rounded(value: number): string {
  return value < 3 ? value.toFixed(1) : String(Math.round(value))
}
