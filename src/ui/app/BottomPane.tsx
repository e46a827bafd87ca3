// The lower part of the workspace: the clock, three tabs over virtual time, and how requests spread over Pods. On a
// narrow window the distribution moves into the tab of requests. It is mounted in every form.

import { Tabs } from 'radix-ui'
import { Suspense } from 'react'
import { useT } from '../i18n/index.ts'
import { cx, useMedia } from '../kit/index.ts'
import { RequestsPerPod, RequestTotals } from '../metrics/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { workspace, type BottomTab } from '../state/workspace.ts'
import { Clock, EventsTable, Timeline } from '../timeline/index.ts'
import styles from './Workspace.module.css'

const TABS: readonly BottomTab[] = ['timeline', 'requests', 'events']

export function BottomPane({ folded }: { readonly folded: boolean }) {
  const t = useT()
  const chosen = useWorkspace(state => state.bottomTab)
  const narrow = useMedia('(max-width: 1099px)')
  const tab = folded ? 'timeline' : chosen
  return (
    <section className={cx(styles.bottom, narrow && styles.narrow)} aria-label={t('region.bottom')}>
      <section className={styles.clock} aria-label={t('region.clock')}>
        <Clock strip={folded} />
      </section>
      <Tabs.Root
        className={styles.tabs}
        value={tab}
        onValueChange={value => workspace.setState({ bottomTab: value as BottomTab })}
      >
        <div className={styles.tabHead}>
          <Tabs.List className={styles.tabList} aria-label={t('region.bottom')}>
            {TABS.map(name => (
              <Tabs.Trigger key={name} className={styles.tab} value={name} data-word={t(`tab.${name}`)}>
                {t(`tab.${name}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
        </div>
        <Tabs.Content className={styles.tabBody} value="timeline" tabIndex={-1}>
          <Suspense>
            <Timeline />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content className={styles.tabBody} value="requests" tabIndex={-1}>
          <Suspense>{narrow ? <RequestsPerPod /> : <RequestTotals />}</Suspense>
        </Tabs.Content>
        <Tabs.Content className={styles.tabBody} value="events" tabIndex={-1}>
          <Suspense>
            <EventsTable />
          </Suspense>
        </Tabs.Content>
      </Tabs.Root>
      {!narrow && (
        <section className={styles.distribution} aria-label={t('region.distribution')}>
          <Suspense>
            <RequestsPerPod />
          </Suspense>
        </section>
      )}
    </section>
  )
}
