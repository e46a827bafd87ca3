// An EndpointSlice as a departure board with a hundred places: a gauge in the hues of its Pods, then a row for each
// endpoint. A row whose Pod is dead but that still counts as ready says so in bold with a triangle, not in red: nothing
// in the API is wrong yet.

import { memo, type CSSProperties } from 'react'
import { cx, hueVariable } from '../../kit/index.ts'
import { useT, type T } from '../../i18n/index.ts'
import type { BoardRow, RowState, SliceCard } from '../../view-model/graph/index.ts'
import { podSuffix } from '../../view-model/pod-name.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import { Gauge } from './Gauge.tsx'
import styles from './SliceBoard.module.css'
import { RowMark } from './station-marks.tsx'

const ROW_WORD = {
  ready: 'graph.row.ready',
  'not-ready': 'graph.row.notReady',
  leaving: 'graph.row.leaving',
  stale: 'graph.row.stillReady',
} as const satisfies { readonly [state in RowState]: string }

/** Nodes counted one by one on a folded board. */
const NODES_SHOWN = 9

interface SliceBoardProps {
  readonly card: SliceCard
  readonly ghost: boolean
  readonly width: number
}

/** Boards that are not even this wide keep to a few words. */
const NARROW = 180

export function SliceBoard({ card, ghost, width }: SliceBoardProps) {
  const t = useT()
  const { orientation } = useGraph()
  const { view, rows, folded } = card
  return (
    <CardFrame
      selects={view.id}
      kind="EndpointSlice"
      namespace={view.namespace}
      name={view.name}
      label={t('graph.slice.label', {
        name: view.name,
        ready: card.readyCount,
        n: rows.length,
        max: view.maxEndpoints,
      })}
      ghost={ghost}
      className={cx(styles.board, orientation === 'down' && styles.down, width < NARROW && styles.narrow)}
    >
      <span className={styles.head}>
        <span className={styles.kind}>{view.mirrored ? t('graph.slice.mirror') : 'EndpointSlice'}</span>
        {view.ports.length <= 1 && <span className={styles.port}>{portText(card, t)}</span>}
        <span className={styles.name}>{width < NARROW ? podSuffix(view.name) : view.name}</span>
        {view.ports.length > 1 && <span className={styles.ports}>{portText(card, t)}</span>}
      </span>
      <span className={styles.fill}>
        <Gauge rows={rows} max={view.maxEndpoints} />
        <span className={styles.number}>
          <b>{rows.length}</b> / {view.maxEndpoints}
        </span>
      </span>
      {rows.length === 0 && <span className={styles.still}>{t('graph.slice.empty')}</span>}
      {folded ? (
        <FoldedRows card={card} />
      ) : (
        <span className={styles.rows}>
          {rows.map(row => (
            <Row key={row.pod ?? row.address} row={row} />
          ))}
        </span>
      )}
    </CardFrame>
  )
}

function portText({ view }: SliceCard, t: T): string {
  if (view.ports.length === 0) return t('graph.slice.noPort')
  return view.ports
    .map(({ name, protocol, port }) => `${view.ports.length > 1 && name !== '' ? name : protocol} ${port ?? '*'}`)
    .join(' · ')
}

/** A row flips like a flap when its word changes. */
const Row = memo(function Row({ row }: { readonly row: BoardRow }) {
  const t = useT()
  return (
    <span
      className={styles.row}
      style={{ '--row': row.hue === null ? 'var(--ink3)' : hueVariable(row.hue) } as CSSProperties}
    >
      <span className={styles.address}>{row.address}</span>
      <span key={row.state} className={cx(styles.word, row.state === 'stale' && styles.stale)}>
        {t(ROW_WORD[row.state])}
        <RowMark state={row.state} hue={row.hue} />
      </span>
    </span>
  )
})

function FoldedRows({ card }: { readonly card: SliceCard }) {
  const t = useT()
  const left = card.view.maxEndpoints - card.rows.length
  return (
    <span className={styles.folded}>
      <span className={styles.room}>
        {left <= 0 ? (
          <b className={styles.full}>{t('graph.slice.full')}</b>
        ) : (
          <span>{t('graph.slice.roomFor', { n: left })}</span>
        )}
        <span>{t('graph.slice.ready', { n: card.readyCount })}</span>
      </span>
      <span className={styles.nodes}>
        {card.perNode.slice(0, NODES_SHOWN).map(({ node, count }) => (
          <span key={node}>
            {node} <b>{count}</b>
          </span>
        ))}
      </span>
    </span>
  )
}
