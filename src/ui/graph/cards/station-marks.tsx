// Marks of the map: the Pod's ring and core, the small mark at the end of a row, the hatch of what is dead. Ring says
// phase, core says readiness; colour only says which Pod.

import type { ReactNode } from 'react'
import { hueVariable } from '../../kit/index.ts'
import type { PodState, RowState } from '../../view-model/graph/index.ts'

interface StationMarkProps {
  readonly state: PodState
  readonly ready: boolean
  readonly dead: boolean
  readonly hue: number
  /** Radius of the ring's middle line, in pixels. */
  readonly radius: number
}

/** The station mark of a Pod, drawn around the middle of a square of `2 × radius + 5`. */
export function StationMark({ state, ready, dead, hue, radius }: StationMarkProps) {
  const size = radius * 2 + 5
  const middle = size / 2
  const colour = dead ? 'var(--ink3)' : hueVariable(hue)
  const width = radius > 10 ? 3.2 : 2.2
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${size} ${size}`}
      fill="none"
      stroke={colour}
      strokeWidth={width}
      aria-hidden="true"
    >
      {state === 'failed' ? (
        <FailedSquare middle={middle} radius={radius} />
      ) : (
        <>
          <circle cx={middle} cy={middle} r={radius} {...ringLine(state, dead, radius)} />
          {core({ state, ready, dead, middle, radius, colour })}
        </>
      )}
    </svg>
  )
}

function ringLine(
  state: PodState,
  dead: boolean,
  radius: number,
): { strokeDasharray?: string; strokeLinecap?: 'round' } {
  const round = 2 * Math.PI * radius
  if (dead) return { strokeDasharray: `${round / 40} ${round / 40}` }
  if (state === 'pending') return { strokeDasharray: `0.1 ${round / 20 - 0.1}`, strokeLinecap: 'round' }
  if (state === 'terminating') return { strokeDasharray: `${round / 14} ${round / 21}` }
  return {}
}

function core(mark: {
  readonly state: PodState
  readonly ready: boolean
  readonly dead: boolean
  readonly middle: number
  readonly radius: number
  readonly colour: string
}): ReactNode {
  const { state, middle, radius, colour } = mark
  if (mark.dead) return <circle cx={middle} cy={middle} r={radius * 0.45} strokeWidth={1.6} strokeDasharray="1.6 1.6" />
  if (state === 'pending') return null
  if (state === 'succeeded') {
    const reach = radius * 0.45
    return (
      <path
        d={`M${middle - reach} ${middle}l${reach * 0.75} ${reach * 0.75}l${reach * 1.3} ${-reach * 1.5}`}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    )
  }
  if (mark.ready) return <circle cx={middle} cy={middle} r={radius * 0.45} fill={colour} stroke="none" />
  return <path d={`M${middle - radius * 0.48} ${middle}h${radius * 0.96}`} />
}

function FailedSquare({ middle, radius }: { readonly middle: number; readonly radius: number }) {
  const side = radius * 0.92
  const reach = radius * 0.42
  return (
    <g stroke="var(--fail)" strokeLinecap="round">
      <rect x={middle - side} y={middle - side} width={side * 2} height={side * 2} rx={2.5} />
      <path
        d={`M${middle - reach} ${middle - reach}l${reach * 2} ${reach * 2}m0 ${-reach * 2}l${-reach * 2} ${reach * 2}`}
      />
    </g>
  )
}

/** The mark at the end of a row: full disc, barred ring, or the triangle of what is wrong but not yet known. */
export function RowMark({ state, hue }: { readonly state: RowState; readonly hue: number | null }) {
  const colour = hue === null ? 'var(--ink2)' : hueVariable(hue)
  return (
    <svg width="13" height="13" viewBox="0 0 13 13" fill="none" aria-hidden="true">
      {state === 'ready' && <circle cx="6.5" cy="6.5" r="4.6" fill={colour} />}
      {state === 'stale' && (
        <path d="M6.5 1.6L12 11.4H1Z" stroke="var(--ink)" strokeWidth="1.5" strokeLinejoin="round" />
      )}
      {(state === 'not-ready' || state === 'leaving') && (
        <g stroke="var(--ink2)" strokeWidth="1.5">
          <circle cx="6.5" cy="6.5" r="4.5" strokeDasharray={state === 'leaving' ? '2.2 1.6' : undefined} />
          <path d="M4.2 6.5h4.6" />
        </g>
      )}
    </svg>
  )
}
