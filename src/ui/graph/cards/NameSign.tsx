// The DNS name of a Service as a signpost above the trunk: it is asked first and then out of the way. What it answers is
// on its last line: one address, the addresses of all Pods, or another name.

import { useT, type T } from '../../i18n/index.ts'
import type { ServiceView } from '../../../protocol/index.ts'
import { serviceForm, type NameCard } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import styles from './NameSign.module.css'

interface NameSignProps {
  readonly card: NameCard
  readonly ghost: boolean
  readonly width: number
  readonly height: number
}

const TIP = 14

export function NameSign({ card, ghost, width, height }: NameSignProps) {
  const t = useT()
  const { view } = card
  const [type, answer] = answerOf(view, t)
  const outline = `M5 0.75H${width - TIP}L${width - 1} ${height / 2}L${width - TIP} ${height - 0.75}H5A4 4 0 0 1 1 ${height - 4.75}V4.75A4 4 0 0 1 5 0.75Z`
  const domain = view.dnsName.slice(`${view.name}.${view.namespace}.svc`.length)
  return (
    <CardFrame
      selects={view.id}
      id={card.id}
      kind="Name"
      namespace={view.namespace}
      name={view.name}
      label={t('graph.name.label', { name: view.dnsName, answer: `${type} ${answer}` })}
      ghost={ghost}
      className={styles.sign}
    >
      <svg className={styles.board} width={width} height={height} aria-hidden="true">
        <path d={outline} />
      </svg>
      <span className={styles.text}>
        <b>{view.name}</b>
        <span>.{view.namespace}.svc</span>
        <span>{domain === '' ? '.cluster.local' : domain}</span>
        <span className={styles.answer}>
          {type} {answer}
        </span>
      </span>
    </CardFrame>
  )
}

function answerOf(view: ServiceView, t: T): [type: string, answer: string] {
  switch (serviceForm(view)) {
    case 'plate':
      return [view.clusterIP.includes(':') ? 'AAAA' : 'A', view.clusterIP]
    case 'headless':
      return ['A', t('graph.name.podIPs', { count: view.readyEndpoints })]
    case 'external-name':
      return ['CNAME', '→']
  }
}
