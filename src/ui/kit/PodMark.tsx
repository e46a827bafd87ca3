// The small mark of a Pod beside its suffix: a ring and a full core in its hue, a bar when it is not ready, a dashed
// ring when it is gone. Colour says who; shape says how.

import styles from './PodMark.module.css'

interface PodMarkProps {
  readonly hue: number | null
  readonly state?: 'ready' | 'not-ready' | 'gone'
  readonly size?: number
}

export function PodMark({ hue, state = 'ready', size = 14 }: PodMarkProps) {
  const colour = hueVariable(hue)
  return (
    <svg
      className={styles.mark}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      fill="none"
      stroke={colour}
      aria-hidden="true"
    >
      <circle cx="7" cy="7" r="5.6" strokeWidth="2" strokeDasharray={state === 'gone' ? '2.2 2.2' : undefined} />
      {state === 'ready' && <circle cx="7" cy="7" r="2.6" fill={colour} stroke="none" />}
      {state === 'not-ready' && <path d="M4.4 7h5.2" strokeWidth="2" />}
    </svg>
  )
}

/** The colour of a Pod's hue; of a Pod nobody knows any more the colour of what is gone. */
export function hueVariable(hue: number | null): string {
  return hue === null ? 'var(--dead)' : `var(--hue-${hue % 10})`
}
