// A Pod as a station of the map: ring, core, and the same in words; the suffix that tells it from its siblings, its
// address, and how many requests it has answered. The API's word comes first, and the truth shows as hatch and dashes.

import type { ReactNode } from 'react'
import type { PodView } from '../../../protocol/index.ts'
import { cx } from '../../kit/index.ts'
import { useT, type T } from '../../i18n/index.ts'
import { useSession } from '../../state/hooks.ts'
import { podStateOf, type PodCard } from '../../view-model/graph/index.ts'
import { podSuffix } from '../../view-model/pod-name.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import { SecondsLeft, SinceThen } from './ages.tsx'
import styles from './PodStation.module.css'
import { StationMark } from './station-marks.tsx'

const OWNER_SHOWN = 6

export function PodStation({ card, ghost }: { readonly card: PodCard; readonly ghost: boolean }) {
  const t = useT()
  const { orientation } = useGraph()
  const { view, compact, dead } = card
  const state = podStateOf(view)
  const suffix = podSuffix(view.name)
  const down = orientation === 'down'
  return (
    <CardFrame
      selects={view.id}
      kind="Pod"
      namespace={view.namespace}
      name={view.name}
      label={t('graph.pod.label', {
        name: view.name,
        state: statusWords(card, t),
        ip: view.ip || t('graph.pod.noAddress'),
      })}
      ghost={ghost}
      className={cx(
        styles.pod,
        down && styles.down,
        compact && styles.compact,
        dead && styles.dead,
        view.terminating && styles.leaving,
      )}
      data={{
        'data-phase': view.phase,
        'data-ready': String(view.ready),
        'data-node': view.node,
        'data-ip': view.ip,
        'data-terminating': view.terminating ? 'true' : undefined,
      }}
    >
      <span className={styles.mark}>
        <StationMark
          state={state}
          ready={view.ready}
          dead={dead}
          hue={view.hue}
          radius={compact ? 8 : down ? 16.5 : 14.5}
        />
      </span>
      <span className={cx(styles.line, styles.name)}>
        {suffix !== view.name && !down && !compact && <span className={styles.owner}>{ownerStart(card)}</span>}
        <b className={suffix === view.name ? undefined : styles.suffix}>{suffix}</b>
        {!compact && !down && <CountNumber id={view.id} dead={dead} />}
      </span>
      <span className={cx(styles.line, styles.address, view.ip === '' && styles.waiting)}>
        <span>{view.ip || t('graph.pod.noAddress')}</span>
        {!compact && !down && <CountWord id={view.id} dead={dead} />}
      </span>
      {!compact && (
        <span className={cx(styles.line, styles.status)}>
          <span>{statusLine(card, t, down)}</span>
          {!dead && !down && <Lost id={view.id} />}
        </span>
      )}
      {down && !compact && (
        <span className={styles.line}>
          <CountNumber id={view.id} dead={dead} /> <CountWord id={view.id} dead={dead} />
        </span>
      )}
    </CardFrame>
  )
}

function ownerStart({ view }: PodCard): string {
  const owner = view.owner?.name ?? view.name.slice(0, view.name.lastIndexOf('-'))
  return owner.length > OWNER_SHOWN + 1 ? `${owner.slice(0, OWNER_SHOWN)}…` : `${owner}…`
}

/** `Running · Ready`: phase (or kubectl's more telling word) and readiness. */
export function statusWords({ view }: PodCard, t: T): string {
  if (view.terminating) return t('graph.pod.terminating')
  if (view.phase === 'Running')
    return `${t('graph.pod.running')} · ${t(view.ready ? 'graph.pod.ready' : 'graph.pod.notReady')}`
  const phase = phaseWord(view.phase, t)
  return view.status === '' || view.status === view.phase ? phase : `${phase} · ${view.status}`
}

function phaseWord(phase: PodView['phase'], t: T): string {
  const words = {
    Pending: 'graph.pod.pending',
    Running: 'graph.pod.running',
    Succeeded: 'graph.pod.succeeded',
    Failed: 'graph.pod.failed',
    Unknown: 'graph.pod.unknown',
  } as const
  return t(words[phase])
}

function statusLine(card: PodCard, t: T, short: boolean): ReactNode {
  const { view, dead, lastSeenMs } = card
  if (view.terminating) {
    return (
      <>
        {t('graph.pod.terminating')}
        {view.graceEndsMs !== null && !short && <SecondsLeft untilMs={view.graceEndsMs} />}
      </>
    )
  }
  if (dead && lastSeenMs !== null)
    return <SinceThen word={short ? 'graph.pod.lastSeen.short' : 'graph.pod.lastSeen'} sinceMs={lastSeenMs} />
  if (dead) return t('graph.pod.gone')
  if (!short) return statusWords(card, t)
  if (view.phase === 'Running') return t(view.ready ? 'graph.pod.ready' : 'graph.pod.notReady')
  return phaseWord(view.phase, t)
}

interface CountProps {
  readonly id: string
  readonly dead: boolean
}

/** Requests that this Pod answered; on a dead one those that failed. */
function useCount({ id, dead }: CountProps): number {
  return useSession(state => {
    const totals = state.podTotals.get(id)
    return (dead ? totals?.failed : totals?.ok) ?? 0
  })
}

function CountNumber(props: CountProps) {
  const count = useCount(props)
  if (count === 0) return null
  return <b className={cx(styles.count, props.dead && styles.lost)}>{props.dead ? `× ${count}` : count}</b>
}

function CountWord(props: CountProps) {
  const t = useT()
  if (useCount(props) === 0) return null
  return <span className={styles.word}>{t(props.dead ? 'graph.pod.failedCount' : 'graph.pod.answered')}</span>
}

/** Requests that failed at a Pod which is alive. */
function Lost({ id }: { readonly id: string }) {
  const failed = useSession(state => state.podTotals.get(id)?.failed ?? 0)
  return failed === 0 ? null : <span className={cx(styles.word, styles.lost)}>× {failed}</span>
}
