// The events about one object, the newest first, in Kubernetes' own words.

import type { EventView } from '../../protocol/index.ts'
import { useT } from '../i18n/index.ts'
import { cx } from '../kit/index.ts'
import { useSession } from '../state/hooks.ts'
import { kubectlAge } from '../view-model/format-time.ts'
import styles from './Inspector.module.css'

export function ObjectEvents({ events }: { readonly events: readonly EventView[] }) {
  const t = useT()
  const nowMs = useSession(state => Math.floor(state.clock.nowMs / 1000) * 1000)
  if (events.length === 0) return <p className={styles.empty}>{t('inspector.noEvents')}</p>
  return (
    <ul>
      {[...events].reverse().map((event, index) => (
        <li key={events.length - index} className={styles.event}>
          <div className={cx(styles.eventHead, event.type === 'Warning' && styles.warning)}>
            {event.reason}
            <span>{t('value.ago', { time: kubectlAge(nowMs - event.atMs) })}</span>
          </div>
          {event.message}
        </li>
      ))}
    </ul>
  )
}
