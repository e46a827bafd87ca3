// The whole run on one ruler: requests a second as an area, the failed part of it hatched, marks of what happened with
// their words below, and the playhead. The past is solid, what is still to come is only a line.

import { memo, useId, useMemo } from 'react'
import type { MarkView, SecondSample } from '../../protocol/index.ts'
import { useT, type T } from '../i18n/index.ts'
import { useSession } from '../state/hooks.ts'
import { formatTick } from '../view-model/format-time.ts'
import { idParts, podSuffix } from '../view-model/pod-name.ts'
import {
  groupMarks,
  placeLabels,
  ratePoints,
  textWidth,
  ticks,
  toX,
  wholeRange,
  wholeRuler,
  type MarkGroup,
  type Ruler,
} from '../view-model/ruler.ts'
import { FailHatch } from './hatch.tsx'
import { MarkGroupButton } from './MarkGroupButton.tsx'
import styles from './Timeline.module.css'

interface WholeRunProps {
  readonly width: number
  readonly height: number
  readonly nowMs: number
}

const LEFT = 6
const TOP = 20
const LABEL_ROW = 16

export function WholeRun({ width, height, nowMs }: WholeRunProps) {
  const t = useT()
  const seconds = useSession(state => state.seconds)
  const marks = useSession(state => state.marks)
  const { fromMs, toMs } = wholeRange(nowMs)
  const ruler = useMemo(() => wholeRuler(fromMs, toMs, width - 2 * LEFT), [fromMs, toMs, width])
  const rows = height >= 120 ? 2 : 1
  const lineY = height - rows * LABEL_ROW - 14
  const baseY = lineY - 16
  const headX = toX(ruler, nowMs)
  const end = ruler.width
  return (
    <svg role="group" aria-label={t('timeline.ruler')} viewBox={`0 0 ${width} ${height}`}>
      <g transform={`translate(${LEFT} 0)`}>
        <Ticks ruler={ruler} bottom={lineY} />
        {baseY - TOP > 16 && <Rates ruler={ruler} seconds={seconds} top={TOP + 6} base={baseY} />}
        <path className={styles.future} d={`M${headX} ${lineY}H${end}`} />
        <path className={styles.past} d={`M0 ${lineY}H${headX}`} />
        <Marks marks={marks} ruler={ruler} y={lineY} rows={rows} t={t} />
        <path className={styles.playhead} d={`M${headX} ${Math.min(8, TOP)}V${lineY}`} />
        <circle className={styles.head} cx={headX} cy={lineY} r="7.5" />
      </g>
    </svg>
  )
}

const Ticks = memo(function Ticks({ ruler, bottom }: { readonly ruler: Ruler; readonly bottom: number }) {
  const piece = ruler.pieces[0]
  if (piece === undefined) return null
  return ticks(piece.fromMs, piece.toMs, Math.max(2, Math.floor(ruler.width / 90))).map(atMs => {
    const x = toX(ruler, atMs)
    if (x > ruler.width - 30) return null
    return (
      <g key={atMs}>
        <path className={styles.grid} d={`M${x} 18V${bottom}`} />
        <text className={styles.tick} x={x + 4} y="14">
          {formatTick(atMs)}
        </text>
      </g>
    )
  })
})

interface RatesProps {
  readonly ruler: Ruler
  readonly seconds: readonly SecondSample[]
  readonly top: number
  readonly base: number
}

const Rates = memo(function Rates({ ruler, seconds, top, base }: RatesProps) {
  const t = useT()
  const hatch = useId()
  const last = seconds.at(-1)
  if (last === undefined) return <path className={styles.grid} d={`M0 ${base}H${ruler.width}`} />
  const points = ratePoints(seconds, ruler.pieces[0]?.fromMs ?? 0, (last.second + 1) * 1000)
  const most = Math.max(1, ...points.map(point => point.total)) * 1.15
  const y = (value: number): number => base - (value / most) * (base - top)
  const lineOf = (pick: (point: (typeof points)[number]) => number): string =>
    points
      .map(
        (point, index) => `${index === 0 ? 'M' : 'L'}${toX(ruler, point.atMs).toFixed(1)} ${y(pick(point)).toFixed(1)}`,
      )
      .join('')
  const firstX = toX(ruler, points[0]?.atMs ?? 0)
  const lastX = toX(ruler, points.at(-1)?.atMs ?? 0)
  const recent = points.slice(-10)
  const rate = Math.round(recent.reduce((sum, point) => sum + point.total, 0) / Math.max(1, recent.length))
  const anyFailed = points.some(point => point.failed > 0)
  return (
    <g>
      <FailHatch id={hatch} />
      <path className={styles.area} d={`${lineOf(point => point.total)}L${lastX} ${base}L${firstX} ${base}Z`} />
      {anyFailed && (
        <path fill={`url(#${hatch})`} d={`${lineOf(point => point.failed)}L${lastX} ${base}L${firstX} ${base}Z`} />
      )}
      <path className={styles.rate} d={lineOf(point => point.total)} />
      <path className={styles.grid} d={`M0 ${base}H${ruler.width}`} />
      {!anyFailed && lastX - firstX > 90 && (
        <text className={styles.rateLabel} x={firstX + 8} y={base - 8}>
          {t('timeline.rate', { rate })}
        </text>
      )}
    </g>
  )
})

const LOUD: ReadonlySet<MarkView['type']> = new Set(['refused', 'node-died', 'pod-killed', 'fault-begun'])

interface MarksProps {
  readonly marks: readonly MarkView[]
  readonly ruler: Ruler
  readonly y: number
  readonly rows: number
  readonly t: T
}

const Marks = memo(function Marks({ marks, ruler, y, rows, t }: MarksProps) {
  const groups = groupMarks(marks, ruler, 46)
  const texts = groups.map(group => groupText(t, group))
  const places = placeLabels(
    groups.map((group, index) => ({ x: middle(group, ruler), width: textWidth(texts[index] ?? '') })),
    { width: ruler.width, rows, gap: 10 },
  )
  return (
    <>
      {groups.map((group, index) => (
        <MarkGroupButton key={keyOf(group)} group={group} ruler={ruler} y={y} text={texts[index] ?? ''} />
      ))}
      {groups.map((group, index) => {
        const place = places[index]
        if (place === undefined || place.row < 0) return null
        const loud = LOUD.has(group.type)
        return (
          <text
            key={keyOf(group)}
            className={loud ? styles.labelFail : styles.label}
            x={place.left}
            y={y + 24 + place.row * LABEL_ROW}
          >
            {texts[index]}
          </text>
        )
      })}
    </>
  )
})

function keyOf(group: MarkGroup): string {
  return `${group.type} ${group.marks[0]?.id ?? ''}`
}

function middle(group: MarkGroup, ruler: Ruler): number {
  const last = group.marks.at(-1)
  return last === undefined ? group.x : (group.x + toX(ruler, last.atMs)) / 2
}

function groupText(t: T, group: MarkGroup): string {
  const mark = group.marks[0]
  const named =
    mark?.label !== '' && mark?.label !== undefined ? mark.label : mark?.about ? idParts(mark.about).name : ''
  return t(`mark.${group.type}`, { count: group.count, label: podSuffix(named) })
}
