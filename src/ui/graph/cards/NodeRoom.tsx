// A Node as a room with walls and a door where a track enters. The age of its Lease is always shown, since that is the
// heartbeat by which the control plane knows it. A dead Node is hatched and dashed at once, whatever the API says; what
// the API says stands beside its name.

import type { NodeView } from '../../../protocol/index.ts'
import { cx } from '../../kit/index.ts'
import { useT, type T } from '../../i18n/index.ts'
import type { NodeCard } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import { SinceThen, SinceThenExactly, TimeUntil } from './ages.tsx'
import styles from './NodeRoom.module.css'
import { wallPath } from './wall-path.ts'

interface NodeRoomProps {
  readonly card: NodeCard
  readonly ghost: boolean
  readonly width: number
  readonly height: number
  readonly doors: readonly number[]
}

export function NodeRoom({ card, ghost, width, height, doors }: NodeRoomProps) {
  const t = useT()
  const { orientation } = useGraph()
  const { view } = card
  const down = orientation === 'down'
  const dead = !view.power
  const state = stateWord(view, t)
  const words = view.cordoned ? `${state}, ${t('graph.node.cordoned')}` : state
  return (
    <CardFrame
      selects={view.id}
      kind="Node"
      namespace=""
      name={view.name}
      label={t('graph.node.label', { name: view.name, state: words, count: card.podCount })}
      ghost={ghost}
      className={cx(styles.room, down && styles.down, dead && styles.dead)}
      data={{ 'data-ready': String(view.ready === 'True') }}
    >
      <svg className={styles.walls} width={width} height={height} aria-hidden="true">
        <path d={wallPath({ width, height, doors, side: down ? 'top' : 'left' })} />
        {view.cordoned && <Barrier width={width} height={height} down={down} />}
      </svg>
      <span className={cx(styles.head, view.ready !== 'True' && styles.two)}>
        <span className={styles.who}>
          <b className={styles.name}>{view.name}</b>
          <span className={cx(styles.state, (dead || view.ready !== 'True') && styles.lost)}>{state}</span>
        </span>
        <span className={styles.ages}>
          <Lease view={view} short={down} />
          {view.evictsAtMs !== null && (
            <span className={styles.next}>
              <TimeUntil word="graph.node.evicts" untilMs={view.evictsAtMs} />
            </span>
          )}
          {view.cordoned && <span className={styles.cordoned}>{t('graph.node.cordoned')}</span>}
        </span>
      </span>
    </CardFrame>
  )
}

function stateWord(view: NodeView, t: T): string {
  if (view.ready !== 'True') return t('graph.node.notReady')
  return t(view.power ? 'graph.node.ready' : 'graph.node.down')
}

function Lease({ view, short }: { readonly view: NodeView; readonly short: boolean }) {
  const t = useT()
  const since = view.leaseRenewMs
  if (since === null) return <span className={styles.lease}>{view.simulated ? t('graph.node.noLease') : ''}</span>
  return (
    <span className={styles.lease}>
      {view.power || short ? (
        <SinceThen word="graph.node.lease" sinceMs={since} />
      ) : (
        <SinceThenExactly word="graph.node.noLeaseFor" sinceMs={since} />
      )}
    </span>
  )
}

/** The door is closed to new Pods; tracks to those inside go on. */
function Barrier({ width, height, down }: { readonly width: number; readonly height: number; readonly down: boolean }) {
  const path = down ? `M6 -1H${width - 6}` : `M-1 6V${height - 6}`
  return <path className={styles.barrier} d={path} />
}
