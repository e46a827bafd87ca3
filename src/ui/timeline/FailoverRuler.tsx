// The failover of one node on a ruler of its own, counted from the fault: what was lost so far, when Kubernetes noticed,
// when the Pod was evicted and replaced. What happened is solid, what is expected is dashed, and where nothing happens
// for long the ruler is cut, with the same scale on both sides.

import { useId } from 'react'
import { useT, word, type MessageKey, type T } from '../i18n/index.ts'
import type { Failover, FailoverStep, FailoverStepName } from '../view-model/failover.ts'
import { lengthWithTenths } from '../view-model/format-time.ts'
import { cutRuler, CUT_WIDTH, placeLabels, textWidth, ticks, toX, type Ruler } from '../view-model/ruler.ts'
import { FailHatch } from './hatch.tsx'
import styles from './Timeline.module.css'

interface FailoverRulerProps {
  readonly failover: Failover
  readonly width: number
  readonly height: number
  readonly nowMs: number
}

const STEP_WORDS: { readonly [K in FailoverStepName]: MessageKey } = {
  'not-ready': 'timeline.notReady',
  'endpoint-unready': 'timeline.endpointUnready',
  'proxies-synced': 'timeline.proxiesSynced',
  evicted: 'timeline.evicted',
  replaced: 'timeline.replaced',
}

const LEFT = 8
const BAND = 13

interface Stop {
  readonly afterMs: number
  readonly happened: boolean
  readonly names: readonly FailoverStepName[]
}

export function FailoverRuler({ failover, width, height, nowMs }: FailoverRulerProps) {
  const t = useT()
  const hatch = useId()
  const sinceMs = nowMs - failover.diedMs
  const stops = stopsOf(failover)
  const ruler = cutRuler(spansOf(stops, failover, sinceMs), width - 2 * LEFT)
  const lineY = Math.min(height - 56, Math.max(56, height * 0.46))
  const headX = toX(ruler, sinceMs)
  const bandY = lineY - 12 - BAND
  return (
    <svg role="img" aria-label={t('timeline.failover', { node: failover.nodeName })} viewBox={`0 0 ${width} ${height}`}>
      <FailHatch id={hatch} />
      <g transform={`translate(${LEFT} 0)`}>
        {width > 560 && (
          <text className={styles.label} x={width - 2 * LEFT} y="14" textAnchor="end">
            {t('timeline.expected')}
          </text>
        )}
        <Loss {...{ failover, ruler, sinceMs, bandY, hatch, t }} />
        <Line {...{ ruler, headX, lineY }} />
        {stops.map(stop => (
          <StopMark key={stop.names.join()} stop={stop} x={toX(ruler, stop.afterMs)} top={bandY - 2} y={lineY} />
        ))}
        <Labels {...{ failover, stops, ruler, lineY, t }} />
        <path className={styles.playhead} d={`M${headX} ${bandY - 3}V${lineY}`} />
        <circle className={styles.head} cx={headX} cy={lineY} r="7.5" />
      </g>
    </svg>
  )
}

/** Steps that came (or are expected) within a second and a half of each other share a stop. */
function stopsOf(failover: Failover): readonly Stop[] {
  const stops: { afterMs: number; happened: boolean; names: FailoverStepName[] }[] = []
  for (const step of failover.steps) {
    const atMs = timeOf(step)
    if (atMs === null) continue
    const afterMs = atMs - failover.diedMs
    const happened = step.atMs !== null
    const last = stops.at(-1)
    if (last !== undefined && last.happened === happened && afterMs - last.afterMs < 1_500) last.names.push(step.name)
    else stops.push({ afterMs, happened, names: [step.name] })
  }
  return stops
}

function timeOf(step: FailoverStep): number | null {
  return step.atMs ?? step.expectedMs
}

function spansOf(
  stops: readonly Stop[],
  failover: Failover,
  sinceMs: number,
): readonly { fromMs: number; toMs: number }[] {
  const revived = failover.revivedMs === null ? [] : [failover.revivedMs - failover.diedMs]
  const times = [0, ...stops.map(stop => stop.afterMs), ...revived].sort((a, b) => a - b)
  const spans: { fromMs: number; toMs: number }[] = []
  for (const at of times) {
    const last = spans.at(-1)
    if (last !== undefined && at - last.toMs < 50_000) last.toMs = at + 14_000
    else spans.push({ fromMs: at === 0 ? 0 : at - 12_000, toMs: at + 14_000 })
  }
  const end = spans.at(-1)
  const mostMs = failover.over ? 25_000 : 0
  if (end !== undefined && sinceMs > end.toMs) end.toMs = Math.min(sinceMs + 4_000, end.toMs + mostMs)
  return spans
}

interface LossProps {
  readonly failover: Failover
  readonly ruler: Ruler
  readonly sinceMs: number
  readonly bandY: number
  readonly hatch: string
  readonly t: T
}

function Loss({ failover, ruler, sinceMs, bandY, hatch, t }: LossProps) {
  const synced = failover.steps.find(step => step.name === 'proxies-synced')
  const expectedEnd = synced === undefined ? null : timeOf(synced)
  const endMs = synced?.atMs ?? failover.revivedMs ?? failover.diedMs + sinceMs
  const lostX = toX(ruler, Math.min(endMs - failover.diedMs, sinceMs))
  const expectedX = expectedEnd === null ? lostX : toX(ruler, expectedEnd - failover.diedMs)
  const text = t('timeline.lost', { count: failover.lost, total: failover.sent })
  return (
    <g>
      <rect x="0" y={bandY} width={Math.max(0, lostX)} height={BAND} fill={`url(#${hatch})`} />
      {expectedX > lostX + 1 && (
        <rect className={styles.expected} x={lostX} y={bandY} width={expectedX - lostX} height={BAND} />
      )}
      {expectedX < ruler.width && (
        <path
          className={styles.expectedOk}
          d={`M${Math.max(lostX, expectedX) + 4} ${bandY + BAND / 2}H${ruler.width}`}
        />
      )}
      <text className={styles.labelFail} x="0" y={bandY - 8}>
        {text}
      </text>
    </g>
  )
}

function Line({ ruler, headX, lineY }: { readonly ruler: Ruler; readonly headX: number; readonly lineY: number }) {
  return (
    <g>
      {ruler.pieces.map((piece, index) => {
        const next = ruler.pieces[index + 1]
        const solidTo = Math.max(piece.fromX, Math.min(piece.toX, headX))
        return (
          <g key={piece.fromMs}>
            <path className={styles.future} d={`M${solidTo} ${lineY}H${piece.toX}`} />
            {solidTo > piece.fromX && <path className={styles.past} d={`M${piece.fromX} ${lineY}H${solidTo}`} />}
            {ticks(piece.fromMs, piece.toMs, Math.max(1, Math.floor((piece.toX - piece.fromX) / 52))).map(atMs => {
              const x = toX(ruler, atMs)
              return (
                <g key={atMs}>
                  <path className={styles.grid} d={`M${x} ${lineY + 4}v7`} />
                  <text className={styles.tick} x={x} y={lineY + 23} textAnchor={atMs === 0 ? 'start' : 'middle'}>
                    {atMs / 1000}
                  </text>
                </g>
              )
            })}
            {next !== undefined && <path className={styles.cut} d={zigzag(piece.toX, lineY)} />}
          </g>
        )
      })}
    </g>
  )
}

function zigzag(x: number, y: number): string {
  const part = CUT_WIDTH / 6
  return `M${x} ${y}h${part}l${part} -7l${part} 14l${part} -14l${part} 7h${part}`
}

function StopMark({
  stop,
  x,
  top,
  y,
}: {
  readonly stop: Stop
  readonly x: number
  readonly top: number
  readonly y: number
}) {
  return (
    <g>
      <path className={styles.expectedOk} d={`M${x} ${top}V${y + 34}`} />
      <circle
        cx={x}
        cy={y}
        r="6"
        fill="var(--pane)"
        stroke={stop.happened ? 'var(--ink)' : 'var(--ink3)'}
        strokeWidth="2.2"
        strokeDasharray={stop.happened ? undefined : '2.6 2.4'}
      />
    </g>
  )
}

interface LabelsProps {
  readonly failover: Failover
  readonly stops: readonly Stop[]
  readonly ruler: Ruler
  readonly lineY: number
  readonly t: T
}

function Labels({ failover, stops, ruler, lineY, t }: LabelsProps) {
  const revived =
    failover.revivedMs === null
      ? []
      : [
          {
            afterMs: failover.revivedMs - failover.diedMs,
            words: t('timeline.revived', { node: failover.nodeName }),
            happened: true,
          },
        ]
  const all = [
    { afterMs: 0, words: t('timeline.dies', { node: failover.nodeName }), happened: true },
    ...stops.map(stop => ({
      afterMs: stop.afterMs,
      words: stop.names.map(name => t(STEP_WORDS[name])).join(', '),
      happened: stop.happened,
    })),
    ...revived,
  ].map(label => ({ ...label, time: timeText(t, label) }))
  const places = placeLabels(
    all.map(label => ({ x: toX(ruler, label.afterMs), width: textWidth(`${label.words}  ${label.time}`) + 12 })),
    { width: ruler.width, rows: 2, gap: 12 },
  )
  return all.map((label, index) => {
    const place = places[index]
    if (place === undefined || place.row < 0) return null
    return (
      <text key={label.words} className={styles.labelStrong} x={place.left} y={lineY + 41 + place.row * 17}>
        {label.words} <tspan className={styles.mono}>{label.time}</tspan>
      </text>
    )
  })
}

function timeText(t: T, label: { readonly afterMs: number; readonly happened: boolean }): string {
  const time = lengthWithTenths(label.afterMs)
  if (label.happened) return t(time.key, time.values)
  return word(t, {
    key: 'timeline.about',
    values: {},
    parts: { time: { key: 'time.seconds', values: { value: Math.round(label.afterMs / 1000) } } },
  })
}
