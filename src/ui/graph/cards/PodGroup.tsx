// Pods of one owner in one state, counted: a dot in its hue for each, or a bar when there are too many. Enter or a click
// opens it into single Pods; an open group is only a line that folds it again.

import { useEffect, useRef } from 'react'
import { cx, hueVariable } from '../../kit/index.ts'
import { useT } from '../../i18n/index.ts'
import { workspace } from '../../state/workspace.ts'
import { dotGrid, isStrip, type PodGroupCard, type PodState } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import styles from './PodGroup.module.css'
import { StationMark } from './station-marks.tsx'

/** A line of words that is not even this wide has no room for marks. */
const NARROW = 130
/** Marks of a group of few that fit beside its words. */
const MARKS_SHOWN = 3

interface PodGroupProps {
  readonly card: PodGroupCard
  readonly ghost: boolean
  readonly width: number
}

const STATE_WORD = {
  ready: 'graph.group.ready',
  'not-ready': 'graph.group.notReady',
  pending: 'graph.group.pending',
  terminating: 'graph.group.terminating',
  failed: 'graph.group.failed',
  succeeded: 'graph.group.succeeded',
} as const satisfies { readonly [state in PodState]: string }

export function PodGroup({ card, ghost, width }: PodGroupProps) {
  const t = useT()
  const { orientation } = useGraph()
  if (card.open) return <OpenGroup card={card} />
  const word = t(STATE_WORD[card.state])
  const owner = card.owner === '' ? t('graph.group.noOwner') : card.owner
  const strip = isStrip(card)
  return (
    <CardFrame
      selects={card.id}
      kind="PodGroup"
      namespace={card.namespace}
      name={card.owner}
      label={t('graph.group.label', { count: card.count, owner, node: card.node, state: word })}
      ghost={ghost}
      className={cx(
        styles.group,
        strip && styles.strip,
        orientation === 'down' && styles.down,
        card.dead && styles.dead,
      )}
      data={{ 'data-node': card.node, 'data-count': String(card.count), 'data-ready-count': String(card.readyCount) }}
      onOpen={() => setOpen(card.id, true)}
    >
      <span className={styles.head}>
        <b>{card.count}</b>
        <span className={styles.owner}>{owner}</span>
        {strip && width > NARROW && <Marks card={card} />}
        <span className={styles.state}>{word}</span>
        {(!strip || width > NARROW) && <span className={styles.open}>{t('graph.group.open')}</span>}
      </span>
      {!strip &&
        (card.hues === null ? <Bar card={card} /> : <Dots hues={card.hues} state={card.state} width={width} />)}
    </CardFrame>
  )
}

function setOpen(id: string, open: boolean): void {
  workspace.setState(({ openGroups }) => {
    const next = new Set(openGroups)
    if (open) next.add(id)
    else next.delete(id)
    return { openGroups: next }
  })
}

function OpenGroup({ card }: { readonly card: PodGroupCard }) {
  const t = useT()
  const { store } = useGraph()
  const button = useRef<HTMLButtonElement>(null)
  // Whoever opened the group with the keyboard goes on from here.
  useEffect(() => {
    if (store.getState().focused === card.id) button.current?.focus({ preventScroll: true })
  }, [store, card.id])
  return (
    <button
      type="button"
      ref={button}
      className={styles.fold}
      data-card={card.id}
      aria-expanded="true"
      onFocus={() => store.focusCard(card.id)}
      onClick={event => {
        event.stopPropagation()
        setOpen(card.id, false)
      }}
    >
      <span>
        <b>{card.count}</b> {t(STATE_WORD[card.state])}
      </span>
      <span className={styles.open}>{t('graph.group.fold')}</span>
    </button>
  )
}

function Marks({ card }: { readonly card: PodGroupCard }) {
  return (
    <span className={styles.marks}>
      {(card.hues ?? []).slice(0, MARKS_SHOWN).map((hue, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- marks have no identity of their own
        <StationMark
          key={index}
          state={card.state}
          ready={card.state === 'ready'}
          dead={card.dead}
          hue={hue}
          radius={5.5}
        />
      ))}
    </span>
  )
}

/** One path for each hue, so a thousand dots are ten elements. */
function Dots({
  hues,
  state,
  width,
}: Pick<PodGroupProps, 'width'> & { readonly hues: readonly number[]; readonly state: PodState }) {
  const { perRow, rows, pitch } = dotGrid(hues.length, width)
  const radius = 4
  const paths = new Map<number, string>()
  hues.slice(0, rows * perRow).forEach((hue, index) => {
    const x = (index % perRow) * pitch
    const y = Math.floor(index / perRow) * pitch + pitch / 2
    const dot = `M${x} ${y}a${radius} ${radius} 0 1 1 ${radius * 2} 0a${radius} ${radius} 0 1 1 ${-radius * 2} 0`
    paths.set(hue, (paths.get(hue) ?? '') + dot)
  })
  const hollow = state !== 'ready'
  return (
    <svg
      className={styles.dots}
      viewBox={`0 0 ${perRow * pitch} ${rows * pitch}`}
      width={perRow * pitch}
      height={rows * pitch}
      aria-hidden="true"
    >
      {[...paths].map(([hue, path]) => (
        <path
          key={hue}
          d={path}
          fill={hollow ? 'none' : hueVariable(hue)}
          stroke={hollow ? hueVariable(hue) : 'none'}
          strokeWidth={1.6}
        />
      ))}
    </svg>
  )
}

function Bar({ card }: { readonly card: PodGroupCard }) {
  return (
    <span className={styles.bar}>
      <span style={{ width: `${(card.readyCount / Math.max(1, card.count)) * 100}%` }} />
    </span>
  )
}
