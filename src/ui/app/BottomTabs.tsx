// The tabs of the lower pane: timeline, requests, events and decisions over virtual time, and the terminal. A chunk of its own, loaded after the first paint; its
// place is kept until then.

import { Tabs } from 'radix-ui'
import { lazy, Suspense } from 'react'
import { useT } from '../i18n/index.ts'
import { RequestsPerPod, RequestTotals } from '../metrics/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { workspace, type BottomTab } from '../state/workspace.ts'
import { DecisionsTable, EventsTable, Timeline } from '../timeline/index.ts'
import styles from './Workspace.module.css'

// With the kubectl that it runs, for those who open it.
const Terminal = lazy(() => import('../terminal/index.ts').then(module => ({ default: module.Terminal })))

const TABS: readonly BottomTab[] = ['timeline', 'requests', 'events', 'decisions', 'terminal']

/** Counts of each Pod are in the page in every form of it. */
const ALWAYS_THERE = { forceMount: true } as const

interface BottomTabsProps {
  readonly folded: boolean
  /** The distribution has no room beside the tabs and lives in the tab of requests. */
  readonly narrow: boolean
}

export function BottomTabs({ folded, narrow }: BottomTabsProps) {
  const t = useT()
  const chosen = useWorkspace(state => state.bottomTab)
  const tab = folded ? 'timeline' : chosen
  return (
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
      <Tabs.Content className={styles.tabBody} value="requests" tabIndex={-1} {...(narrow ? ALWAYS_THERE : {})}>
        <Suspense>{narrow ? <RequestsPerPod /> : <RequestTotals />}</Suspense>
      </Tabs.Content>
      <Tabs.Content className={styles.tabBody} value="events" tabIndex={-1}>
        <Suspense>
          <EventsTable />
        </Suspense>
      </Tabs.Content>
      <Tabs.Content className={styles.tabBody} value="decisions" tabIndex={-1}>
        <Suspense>
          <DecisionsTable />
        </Suspense>
      </Tabs.Content>
      <Tabs.Content className={styles.tabBody} value="terminal" tabIndex={-1}>
        <Suspense>
          <Terminal />
        </Suspense>
      </Tabs.Content>
    </Tabs.Root>
  )
}
