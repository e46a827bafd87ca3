// An endpoint that is no Pod: an address somewhere outside the cluster, drawn where Pods are, since that is its part here.

import { useT } from '../../i18n/index.ts'
import type { OutsideCard as OutsideCardData } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import styles from './SideCards.module.css'

export function OutsideCard({ card, ghost }: { readonly card: OutsideCardData; readonly ghost: boolean }) {
  const t = useT()
  return (
    <CardFrame
      selects={card.id}
      kind="Outside"
      namespace=""
      name={card.address}
      label={t('graph.outside.label', { address: card.address })}
      ghost={ghost}
      className={styles.side}
    >
      <b className={styles.outsideAddress}>{card.address}</b>
      <span className={styles.words}>{t('graph.outside.means')}</span>
    </CardFrame>
  )
}
