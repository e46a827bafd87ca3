// A folded side pane: a rail of what it holds, each with its icon and its name.

import type { LucideIcon } from 'lucide-react'
import { cx } from '../kit/index.ts'
import styles from './Rail.module.css'

interface RailItem {
  readonly name: string
  /** The accessible name, where the short one does not say enough. */
  readonly title: string
  readonly icon: LucideIcon
  readonly onOpen: () => void
}

export function Rail({ side, items }: { readonly side: 'left' | 'right'; readonly items: readonly RailItem[] }) {
  return (
    <nav className={cx(styles.rail, styles[side])} aria-label={items[0]?.title}>
      {items.map(({ name, title, icon: Icon, onOpen }) => (
        <button key={name} type="button" className={styles.item} aria-label={title} title={title} onClick={onOpen}>
          <Icon size={18} />
          {name}
        </button>
      ))}
    </nav>
  )
}
