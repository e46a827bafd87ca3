// A line for each Pod over the last minute, with the band that chance allows around what an even choice would give.
// Failed requests are dotted in the alarm colour, each window with a ×.

import { useT } from '../i18n/index.ts'
import { hueVariable } from '../kit/index.ts'
import { WINDOWS, type Distribution, type PodLine } from '../view-model/distribution.ts'
import styles from './Distribution.module.css'

interface LinesProps {
  readonly data: Distribution
  readonly hues: ReadonlyMap<string, number>
  readonly width: number
  readonly height: number
}

const AXIS = 30
const BOTTOM = 20
const TOP = 8

export function DistributionLines({ data, hues, width, height }: LinesProps) {
  const t = useT()
  const base = height - BOTTOM
  const right = width - 8
  const x = (index: number): number => AXIS + (index / (WINDOWS - 1)) * (right - AXIS)
  const y = (value: number): number => base - (value / data.top) * (base - TOP)
  return (
    <svg role="img" aria-label={t('requests.chart')} viewBox={`0 0 ${width} ${height}`}>
      {[0, data.top / 2, data.top].map(value => (
        <g key={value}>
          <path className={styles.grid} d={`M${AXIS} ${y(value)}H${right}`} />
          <text className={styles.axis} x={AXIS - 8} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {data.band !== null && (
        <g>
          <rect
            className={styles.band}
            x={AXIS}
            y={y(Math.min(data.top, data.band.expected + data.band.spread))}
            width={right - AXIS}
            height={Math.max(
              0,
              y(Math.max(0, data.band.expected - data.band.spread)) -
                y(Math.min(data.top, data.band.expected + data.band.spread)),
            )}
          />
          <path className={styles.expected} d={`M${AXIS} ${y(data.band.expected)}H${right}`} />
        </g>
      )}
      {data.lines.map(line => (
        <PodPath key={line.id} line={line} colour={hueVariable(hues.get(line.id) ?? null)} x={x} y={y} />
      ))}
      {[60, 40, 20].map((ago, index) => (
        <text
          key={ago}
          className={styles.axis}
          x={x(WINDOWS - 1 - (ago / 60) * (WINDOWS - 1))}
          y={height - 4}
          textAnchor={index === 0 ? 'start' : 'middle'}
        >
          {index === 0 ? t('requests.secondsAgo', { count: ago }) : `−${ago}`}
        </text>
      ))}
      <text className={styles.axis} x={right} y={height - 4} textAnchor="end">
        {t('requests.now')}
      </text>
    </svg>
  )
}

interface PodPathProps {
  readonly line: PodLine
  readonly colour: string
  readonly x: (index: number) => number
  readonly y: (value: number) => number
}

function PodPath({ line, colour, x, y }: PodPathProps) {
  const points = line.ok.flatMap((count, index) => (count === null ? [] : [{ index, count }]))
  const failed = line.failed.flatMap((count, index) => (count === 0 ? [] : [{ index, count }]))
  const last = points.at(-1)
  return (
    <g>
      <path className={styles.line} stroke={colour} d={pathOf(points, x, y)} />
      {last !== undefined && last.index === WINDOWS - 1 && (
        <circle cx={x(last.index)} cy={y(last.count)} r="3.4" fill={colour} />
      )}
      <path className={styles.failedLine} d={pathOf(failed, x, y)} />
      {failed.map(point => (
        <path key={point.index} className={styles.cross} d={crossAt(x(point.index), y(point.count))} />
      ))}
    </g>
  )
}

function pathOf(
  points: readonly { readonly index: number; readonly count: number }[],
  x: (i: number) => number,
  y: (v: number) => number,
): string {
  return points
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.index).toFixed(1)} ${y(point.count).toFixed(1)}`)
    .join('')
}

function crossAt(x: number, y: number): string {
  return `M${x - 3} ${y - 3}l6 6M${x + 3} ${y - 3}l-6 6`
}
