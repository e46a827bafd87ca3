// A Service. Only one that has a ClusterIP gets the inverse plate, which never changes whatever happens behind it; a
// headless one says None, an ExternalName is only another name. Below: ports, what it selects, why nobody answers.

import type { ServiceView } from '../../../protocol/index.ts'
import { Cross, cx } from '../../kit/index.ts'
import { useT, type T } from '../../i18n/index.ts'
import { serviceForm, serviceLines, type ServiceCard, type ServiceLine } from '../../view-model/graph/index.ts'
import { CardFrame } from '../CardFrame.tsx'
import { useGraph } from '../graph-context.ts'
import styles from './ServicePlate.module.css'

export function ServicePlate({ card, ghost }: { readonly card: ServiceCard; readonly ghost: boolean }) {
  const t = useT()
  const { orientation } = useGraph()
  const { view } = card
  const form = serviceForm(view)
  const type = form === 'headless' ? t('graph.service.headless') : view.type
  return (
    <CardFrame
      selects={view.id}
      kind="Service"
      namespace={view.namespace}
      name={view.name}
      label={serviceLabel(view, t)}
      ghost={ghost}
      className={cx(styles.service, orientation === 'down' && styles.down, form === 'external-name' && styles.onlyName)}
    >
      <span className={styles.head}>
        <span className={styles.kind}>Service</span>
        <span className={styles.type}>{type}</span>
        <span className={styles.name}>
          {view.name}
          {orientation === 'down' && <span className={styles.domain}>{view.dnsName.slice(view.name.length)}</span>}
        </span>
      </span>
      {form === 'plate' && <Plate view={view} />}
      {form === 'headless' && (
        <span className={styles.none}>
          <b>None</b>
          <span>{t('graph.service.headlessMeans')}</span>
        </span>
      )}
      {form === 'external-name' && (
        <span className={styles.cname}>
          <span>CNAME</span>
          <b>{view.externalName}</b>
          <span>{t('graph.service.externalNameMeans')}</span>
        </span>
      )}
      <span className={styles.lines}>
        {serviceLines(view).map(line => (
          <Line key={lineKey(line)} line={line} />
        ))}
      </span>
      {form === 'plate' && (
        <>
          <span className={cx(styles.ring, styles.in)} />
          <span className={cx(styles.ring, styles.out)} />
        </>
      )}
    </CardFrame>
  )
}

function serviceLabel(view: ServiceView, t: T): string {
  switch (serviceForm(view)) {
    case 'plate':
      return t('graph.service.label', {
        name: view.name,
        ip: view.clusterIP,
        ready: view.readyEndpoints,
        all: view.endpoints,
      })
    case 'headless':
      return t('graph.service.labelHeadless', { name: view.name, ready: view.readyEndpoints, all: view.endpoints })
    case 'external-name':
      return t('graph.service.labelExternalName', { name: view.name, to: view.externalName })
  }
}

/** Size of the digits: never below 25, so that they are the first thing one sees. */
function digitSize(address: string, down: boolean): number {
  if (down) return address.length <= 13 ? 36 : 25
  return Math.max(25, Math.min(29, Math.floor(200 / (address.length * 0.6))))
}

function Plate({ view }: { readonly view: ServiceView }) {
  const t = useT()
  const { orientation } = useGraph()
  const long = view.clusterIP.length > 15
  return (
    <span className={styles.plate}>
      <span className={styles.caption}>
        {t(view.emptyReason === null ? 'graph.service.neverChanges' : 'graph.service.nobodyAnswers')}
      </span>
      <span
        className={styles.digits}
        style={{ fontSize: long ? 16 : digitSize(view.clusterIP, orientation === 'down') }}
      >
        {view.clusterIP}
      </span>
    </span>
  )
}

function lineKey(line: ServiceLine): string {
  switch (line.type) {
    case 'port':
      return `port ${line.port.protocol} ${line.port.port}`
    case 'node-port':
      return `node-port ${line.nodePort}`
    case 'ingress':
      return `ingress ${line.address}`
    case 'selector':
      return `selector ${line.label}`
    default:
      return line.type
  }
}

function Line({ line }: { readonly line: ServiceLine }) {
  const t = useT()
  switch (line.type) {
    case 'port':
      return (
        <span className={styles.port}>
          <b>
            {line.port.protocol} {line.port.port} → {line.port.targetPort}
          </b>
          {line.port.name !== '' && <span>{line.port.name}</span>}
        </span>
      )
    case 'node-port':
      return (
        <span className={styles.nodePort}>
          {t('graph.service.everyNode')} <b>:{line.nodePort}</b>
        </span>
      )
    case 'ingress-pending':
      return (
        <span className={styles.pending}>
          <svg
            width="16"
            height="16"
            viewBox="0 0 16 16"
            fill="none"
            stroke="var(--ink)"
            strokeWidth="2"
            strokeLinecap="round"
            aria-hidden="true"
          >
            <circle cx="8" cy="8" r="6" strokeDasharray="0.1 3.67" />
          </svg>
          {t('graph.service.pendingAddress')}
        </span>
      )
    case 'ingress':
      return (
        <span className={styles.ingress}>
          <b>{line.address}</b> {t('graph.service.outside')}
        </span>
      )
    case 'selector':
      return (
        <span className={cx(styles.selector, line.first && styles.first)}>
          <span>{line.first ? t('graph.service.selects') : ''}</span>
          <code>{line.label}</code>
        </span>
      )
    case 'no-selector':
      return <span className={styles.byHand}>{t('graph.service.noSelector')}</span>
    case 'nobody':
      return (
        <span className={styles.nobody}>
          <Cross size={12} />
          {t(NOBODY[line.reason])}
        </span>
      )
  }
}

const NOBODY = {
  'no-pod-matches': 'graph.service.noPodMatches',
  'none-ready': 'graph.service.noneReady',
  'no-endpoints-by-hand': 'graph.service.noneByHand',
} as const
