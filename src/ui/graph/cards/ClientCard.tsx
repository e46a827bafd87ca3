// Where requests leave: name, address, Node and rate, with a bar of ink on the side of the tracks. A client that keeps an
// address of its own shows it as a chip in that Pod's hue.

import { cx, hueVariable } from '../../kit/index.ts'
import { useT } from '../../i18n/index.ts'
import type { ClientCard as ClientCardData } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import styles from './ClientCard.module.css'

export function ClientCard({ card, ghost }: { readonly card: ClientCardData; readonly ghost: boolean }) {
  const t = useT()
  const { orientation } = useGraph()
  const { view, keptHue } = card
  const rate = t(orientation === 'down' ? 'graph.rate.short' : 'graph.rate', { n: rateText(view.rate) })
  return (
    <CardFrame
      selects={view.id}
      kind="Client"
      namespace=""
      name={view.name}
      label={t(view.alive ? 'graph.client.label' : 'graph.client.labelDead', { name: view.name, to: view.to, rate })}
      ghost={ghost}
      className={cx(styles.client, orientation === 'down' && styles.down, !view.alive && styles.dead)}
    >
      <span className={styles.name}>{view.name}</span>
      {view.keptIP === null ? (
        <span className={styles.address}>{view.ip}</span>
      ) : (
        <span className={styles.kept} style={{ borderColor: hueVariable(keptHue) }}>
          {view.keptIP}
        </span>
      )}
      <span className={styles.place}>{t('graph.client.on', { node: view.node })}</span>
      <span className={styles.rate}>{view.alive ? rate : t('graph.node.down')}</span>
    </CardFrame>
  )
}

/** `6`, `0.5`, `120`: no more digits than the rate has. */
export function rateText(rate: number): string {
  return rate >= 10 ? String(Math.round(rate)) : String(Math.round(rate * 10) / 10)
}
