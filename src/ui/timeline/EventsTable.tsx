// The cluster's events with the columns of `kubectl get events`, the newest first. The words are Kubernetes' own and are
// not translated; an object that is on the graph can be selected from here.

import type { EventView } from '../../protocol/index.ts'
import { useT } from '../i18n/index.ts'
import { useSession } from '../state/hooks.ts'
import { workspace } from '../state/workspace.ts'
import { kubectlAge } from '../view-model/format-time.ts'
import styles from './EventsTable.module.css'

const SHOWN = 200

export function EventsTable() {
  const t = useT()
  const events = useSession(state => state.events)
  const nowMs = useSession(state => Math.floor(state.clock.nowMs / 1000) * 1000)
  if (events.length === 0) return <p className={styles.none}>{t('events.none')}</p>
  return (
    // Scrollable by keyboard, and so in the tab order.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('events.table')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('events.lastSeen')}</th>
            <th scope="col">{t('events.type')}</th>
            <th scope="col">{t('events.reason')}</th>
            <th scope="col">{t('events.object')}</th>
            <th scope="col">{t('events.message')}</th>
          </tr>
        </thead>
        <tbody>
          {events
            .slice(-SHOWN)
            .reverse()
            .map((event, index) => (
              <EventRow key={events.length - index} event={event} nowMs={nowMs} />
            ))}
        </tbody>
      </table>
    </div>
  )
}

function EventRow({ event, nowMs }: { readonly event: EventView; readonly nowMs: number }) {
  const onGraph = useSession(state => state.views.has(event.about))
  return (
    <tr>
      <td>{kubectlAge(nowMs - event.atMs)}</td>
      <td className={event.type === 'Warning' ? styles.warning : undefined}>{event.type}</td>
      <td>{event.reason}</td>
      <td>
        {onGraph ? (
          <button type="button" className={styles.link} onClick={() => workspace.setState({ selected: event.about })}>
            {event.object}
          </button>
        ) : (
          event.object
        )}
      </td>
      <td>{event.message}</td>
    </tr>
  )
}
