// A zone: tinted ground under its Nodes.

import { useT } from '../../i18n/index.ts'
import { cx } from '../../kit/index.ts'
import type { ZoneCard } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import styles from './ZoneGround.module.css'

export function ZoneGround({ card, ghost }: { readonly card: ZoneCard; readonly ghost: boolean }) {
  const t = useT()
  const { orientation } = useGraph()
  return (
    <CardFrame
      selects={card.id}
      kind="Zone"
      namespace=""
      name={card.name}
      label={t('graph.zone.label', { name: card.name })}
      ghost={ghost}
      className={cx(styles.zone, orientation === 'down' && styles.down)}
    >
      <span className={styles.name}>{card.name}</span>
    </CardFrame>
  )
}
