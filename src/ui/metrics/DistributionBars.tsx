// For more than a dozen Pods: one thin bar for each, the oldest first, with the band that chance allows.

import { useT } from '../i18n/index.ts'
import { hueVariable } from '../kit/index.ts'
import { roundTop, type Band, type PodCount } from '../view-model/distribution.ts'
import styles from './Distribution.module.css'

interface BarsProps {
  readonly counts: readonly PodCount[]
  readonly band: Band
  readonly width: number
  readonly height: number
}

const AXIS = 36
const BOTTOM = 20
const TOP = 8

export function DistributionBars({ counts, band, width, height }: BarsProps) {
  const t = useT()
  const base = height - BOTTOM
  const right = width - 4
  const top = roundTop(Math.max(4, band.expected + band.spread, ...counts.map(count => count.ok + count.failed)))
  const step = (right - AXIS) / Math.max(1, counts.length)
  const barWidth = Math.max(0.8, step - Math.min(1.2, step * 0.3))
  const y = (value: number): number => base - (value / top) * (base - TOP)
  const high = y(Math.min(top, band.expected + band.spread))
  const low = y(Math.max(0, band.expected - band.spread))
  return (
    <svg role="img" aria-label={t('requests.bars')} viewBox={`0 0 ${width} ${height}`}>
      {[0, top / 2, top].map(value => (
        <g key={value}>
          <path className={styles.grid} d={`M${AXIS} ${y(value)}H${right}`} />
          <text className={styles.axis} x={AXIS - 8} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      <rect className={styles.band} x={AXIS} y={high} width={right - AXIS} height={Math.max(0, low - high)} />
      {counts.map((count, index) => (
        <g key={count.id}>
          <rect
            x={AXIS + index * step}
            y={y(count.ok)}
            width={barWidth}
            height={base - y(count.ok)}
            fill={hueVariable(count.hue)}
          />
          {count.failed > 0 && (
            <rect
              x={AXIS + index * step}
              y={y(count.ok + count.failed)}
              width={barWidth}
              height={y(count.ok) - y(count.ok + count.failed)}
              fill="var(--fail)"
            />
          )}
        </g>
      ))}
      <path className={styles.expected} d={`M${AXIS} ${y(band.expected)}H${right}`} />
      <text className={styles.axis} x={AXIS} y={height - 4}>
        {t('requests.byAge', { count: counts.length })}
      </text>
    </svg>
  )
}
