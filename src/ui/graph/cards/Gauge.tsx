// A hundred ticks, longer every ten, the taken ones in the hues of their Pods; at the cap an end stop. One path for each
// hue, so a full gauge is a handful of elements.

import { hueVariable } from '../../kit/index.ts'
import type { BoardRow } from '../../view-model/graph/index.ts'
import styles from './Gauge.module.css'

interface GaugeProps {
  readonly rows: readonly BoardRow[]
  readonly max: number
}

const WIDTH = 100
const HEIGHT = 16
/** Free ticks are this high, every tenth a little more. */
const FREE = 5
const TENTH = 8

export function Gauge({ rows, max }: GaugeProps) {
  const pitch = WIDTH / Math.max(1, max)
  const taken = new Map<string, string>()
  rows.slice(0, max).forEach((row, index) => {
    const colour = row.hue === null ? 'var(--ink3)' : hueVariable(row.hue)
    taken.set(
      colour,
      `${taken.get(colour) ?? ''}M${round(index * pitch)} 0h${round(pitch * (max > 50 ? 1 : 0.8))}v${HEIGHT}h${round(-pitch * (max > 50 ? 1 : 0.8))}z`,
    )
  })
  const from = Math.min(rows.length, max) * pitch
  const tenths = Array.from({ length: 9 }, (_, index) => (index + 1) * 10).filter(x => x > from)
  return (
    <svg className={styles.gauge} viewBox={`0 0 ${WIDTH + 2} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {from < WIDTH && (
        <path className={styles.free} d={`M${round(from)} ${HEIGHT - FREE}H${WIDTH}V${HEIGHT}H${round(from)}z`} />
      )}
      <path className={styles.tenths} d={tenths.map(x => `M${x} ${HEIGHT - FREE}v${FREE - TENTH}`).join('')} />
      {[...taken].map(([colour, path]) => (
        <path key={colour} d={path} fill={colour} />
      ))}
      <path
        className={rows.length >= max ? styles.stop : styles.post}
        d={`M${WIDTH + 1} ${rows.length >= max ? -1 : HEIGHT - FREE}V${HEIGHT}`}
      />
    </svg>
  )
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
