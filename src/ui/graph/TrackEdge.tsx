// One line of the map. Its path comes ready from the scene; here it only gets its look. When nothing travels, chevrons
// show the way and a number says how many requests a second go along it.

import { useId } from 'react'
import type { EdgeProps } from 'reactflow'
import { EdgeLabelRenderer } from 'reactflow'
import { cx, hueVariable } from '../kit/index.ts'
import { useT } from '../i18n/index.ts'
import { useSession } from '../state/hooks.ts'
import type { SessionState } from '../state/session.ts'
import type { Track, TrackLook } from '../view-model/graph/index.ts'
import { rateText } from './cards/ClientCard.tsx'
import type { TrackFlowEdge } from './flow-elements.ts'
import { useGraph } from './graph-context.ts'
import styles from './TrackEdge.module.css'

const LOOK = {
  trunk: styles.trunk,
  member: styles.member,
  unready: styles.unready,
  bundle: styles.bundle,
  lookup: styles.lookup,
  mirror: styles.mirror,
  cname: styles.cname,
  kept: styles.member,
  selects: styles.selects,
  focus: styles.focus,
} as const satisfies { readonly [look in TrackLook]: string | undefined }

export function TrackEdge({ data }: EdgeProps<TrackFlowEdge>) {
  const { still } = useGraph()
  const arrow = useId()
  if (data === undefined) return null
  const { track } = data
  const { look } = track
  const arrows = look === 'mirror' || look === 'cname'
  const end = arrows ? `url(#${arrow})` : undefined
  return (
    <>
      {arrows && (
        <marker
          id={arrow}
          viewBox="0 0 10 10"
          refX="8"
          refY="5"
          markerWidth="9"
          markerHeight="9"
          orient="auto-start-reverse"
          markerUnits="userSpaceOnUse"
        >
          <path d="M2 1.5L8 5L2 8.5" className={styles.arrow} />
        </marker>
      )}
      <path
        d={track.path}
        className={cx(styles.track, LOOK[look])}
        style={
          track.hue === null
            ? undefined
            : { stroke: `color-mix(in srgb, ${hueVariable(track.hue)} var(--track-strength), var(--bg))` }
        }
        markerEnd={end}
        markerStart={look === 'mirror' ? end : undefined}
      />
      {still && track.rateOf !== null && <StillFlow track={track} of={track.rateOf} />}
    </>
  )
}

/** Chevrons along the track and its rate, for when nothing moves. */
function StillFlow({ track, of }: { readonly track: Track; readonly of: string }) {
  const t = useT()
  const rate = useSession(state => rateOf(state, of))
  if (rate === 0) return null
  const chevrons = chevronsOn(track.path)
  // A client says its rate itself.
  const middle = of.startsWith('Client/') ? undefined : chevrons[Math.floor(chevrons.length / 2)]
  return (
    <>
      <path className={styles.chevrons} d={chevrons.map(({ path }) => path).join('')} />
      {middle && (
        <EdgeLabelRenderer>
          <span
            className={styles.rate}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y - 14}px)` }}
          >
            {t('graph.rate.short', { n: rateText(rate) })}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
}

/** A client's own rate, or how many requests a second reached a Pod over the last three seconds. */
function rateOf(state: SessionState, id: string): number {
  const view = state.views.get(id)
  if (view?.kind === 'Client') return view.alive ? view.rate : 0
  let count = 0
  const last = state.seconds.slice(-3)
  for (const second of last) for (const pod of second.byPod) if (pod.pod === id) count += pod.ok + pod.failed
  return last.length === 0 ? 0 : Math.round((count / last.length) * 10) / 10
}

const CHEVRON_EVERY = 34

function chevronsOn(d: string): { readonly path: string; readonly x: number; readonly y: number }[] {
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  line.setAttribute('d', d)
  const length = line.getTotalLength()
  const out = []
  for (let at = CHEVRON_EVERY / 2; at < length - 12; at += CHEVRON_EVERY) {
    const { x, y } = line.getPointAtLength(at)
    const behind = line.getPointAtLength(Math.max(0, at - 1))
    const [ux, uy] = [x - behind.x, y - behind.y]
    const [ax, ay] = [x - ux * 4, y - uy * 4]
    out.push({ x, y, path: `M${ax - uy * 3.5} ${ay + ux * 3.5}L${x} ${y}L${ax + uy * 3.5} ${ay - ux * 3.5}` })
  }
  return out
}
