// An Endpoints object that somebody wrote by hand; the mirroring controller copies it into an EndpointSlice.

import { cx } from '../../kit/index.ts'
import { useT } from '../../i18n/index.ts'
import type { EndpointsCard as EndpointsCardData } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import styles from './SideCards.module.css'

const ADDRESSES_SHOWN = 4

export function EndpointsCard({ card, ghost }: { readonly card: EndpointsCardData; readonly ghost: boolean }) {
  const t = useT()
  const { orientation } = useGraph()
  const { view } = card
  return (
    <CardFrame
      selects={view.id}
      kind="Endpoints"
      namespace={view.namespace}
      name={view.name}
      label={t('graph.endpoints.label', { name: view.name, count: view.addresses.length })}
      ghost={ghost}
      className={cx(styles.side, styles.byHand)}
    >
      <span className={styles.line}>
        <span>Endpoints</span>
        {orientation === 'across' && <span>{t('graph.endpoints.byHand')}</span>}
      </span>
      <b className={styles.name}>{view.name}</b>
      {view.addresses.slice(0, ADDRESSES_SHOWN).map(address => (
        <span key={address} className={styles.address}>
          {address}
        </span>
      ))}
    </CardFrame>
  )
}
