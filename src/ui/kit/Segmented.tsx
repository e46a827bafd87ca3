// A few choices of which one holds, side by side: each a toggle button with a name of its own.

import type { ReactNode } from 'react'
import styles from './Segmented.module.css'

interface Choice<T extends string> {
  readonly value: T
  readonly name: string
  /** What is drawn instead of the name. */
  readonly icon?: ReactNode
}

interface SegmentedProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly choices: readonly Choice<T>[]
  readonly onChoose: (value: T) => void
}

export function Segmented<T extends string>({ label, value, choices, onChoose }: SegmentedProps<T>) {
  return (
    <div role="group" aria-label={label} className={styles.group}>
      {choices.map(choice => (
        <button
          key={choice.value}
          type="button"
          className={styles.item}
          aria-pressed={choice.value === value}
          aria-label={choice.icon === undefined ? undefined : choice.name}
          title={choice.icon === undefined ? undefined : choice.name}
          onClick={() => onChoose(choice.value)}
        >
          {choice.icon ?? choice.name}
        </button>
      ))}
    </div>
  )
}
