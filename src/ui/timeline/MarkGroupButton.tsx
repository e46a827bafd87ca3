// Marks of one sort on the ruler, as one thing to point at: it tells why they stand there, and leads to the decisions about
// their object.

import { useId, useState } from 'react'
import { createPortal } from 'react-dom'
import { useSession } from '../state/hooks.ts'
import { workspace } from '../state/workspace.ts'
import { toX, type MarkGroup, type Ruler } from '../view-model/ruler.ts'
import { MarkShape } from './MarkShape.tsx'
import { MarkWhy } from './MarkWhy.tsx'
import styles from './Timeline.module.css'

/** More would lie on one another. */
const DRAWN = 12
const REACH = 11

interface MarkGroupButtonProps {
  readonly group: MarkGroup
  readonly ruler: Ruler
  readonly y: number
  readonly text: string
}

export function MarkGroupButton({ group, ruler, y, text }: MarkGroupButtonProps) {
  const hues = useSession(state => state.hues)
  const id = useId()
  const [at, setAt] = useState<DOMRect | null>(null)
  const drawn = group.marks.slice(0, DRAWN)
  const from = group.x - REACH
  const to = toX(ruler, drawn.at(-1)?.atMs ?? 0) + REACH
  const open = (): void => {
    const about = group.marks[0]?.about ?? null
    workspace.setState(state => ({ bottomTab: 'decisions', selected: about ?? state.selected }))
  }
  return (
    <g
      role="button"
      tabIndex={0}
      className={styles.mark}
      aria-label={text}
      aria-describedby={at === null ? undefined : id}
      onPointerEnter={event => setAt(event.currentTarget.getBoundingClientRect())}
      onPointerLeave={() => setAt(null)}
      onFocus={event => setAt(event.currentTarget.getBoundingClientRect())}
      onBlur={() => setAt(null)}
      onClick={open}
      onKeyDown={event => {
        if (event.key === 'Enter') open()
        if (event.key === 'Escape') setAt(null)
      }}
    >
      <rect x={from} y={y - REACH} width={to - from} height={2 * REACH} rx={REACH} fill="transparent" />
      {drawn.map(mark => (
        <MarkShape
          key={mark.id}
          type={mark.type}
          x={toX(ruler, mark.atMs)}
          y={y}
          hue={mark.about === null ? null : (hues.get(mark.about) ?? null)}
        />
      ))}
      {at !== null && createPortal(<MarkWhy id={id} marks={group.marks} text={text} at={at} />, document.body)}
    </g>
  )
}
