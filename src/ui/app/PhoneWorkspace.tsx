// The workspace in a hand: the same rooms as tabs, the clock always there, the graph from top to bottom. All tabs
// stay mounted, so a switch loses nothing; the terminal keeps its lines elsewhere.

import {
  ChartNoAxesColumn,
  CircleQuestionMark,
  Clock as ClockIcon,
  CodeXml,
  SquareTerminal,
  Workflow,
  type LucideIcon,
} from 'lucide-react'
import { Tabs } from 'radix-ui'
import { lazy, Suspense } from 'react'
import { EditorPane } from '../editor/index.ts'
import { Graph } from '../graph/index.ts'
import { useT } from '../i18n/index.ts'
import { Inspector, SelectionBar } from '../inspector/index.ts'
import { cx } from '../kit/index.ts'
import { RequestsPerPod, RequestTotals } from '../metrics/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { workspace, type PhoneTab } from '../state/workspace.ts'
import { Clock, EventsTable, Timeline } from '../timeline/index.ts'
import styles from './PhoneWorkspace.module.css'
import { SentenceStrip } from './SentenceStrip.tsx'

const Terminal = lazy(() => import('../terminal/index.ts').then(module => ({ default: module.Terminal })))

const TABS: readonly { readonly tab: PhoneTab; readonly icon: LucideIcon }[] = [
  { tab: 'graph', icon: Workflow },
  { tab: 'yaml', icon: CodeXml },
  { tab: 'why', icon: CircleQuestionMark },
  { tab: 'time', icon: ClockIcon },
  { tab: 'requests', icon: ChartNoAxesColumn },
  { tab: 'terminal', icon: SquareTerminal },
]

export function PhoneWorkspace() {
  const t = useT()
  const tab = useWorkspace(state => state.phoneTab)
  return (
    <Tabs.Root
      className={styles.tabs}
      value={tab}
      onValueChange={value => workspace.setState({ phoneTab: value as PhoneTab })}
    >
      <main className={styles.body}>
        <Tabs.Content forceMount value="graph" className={cx(styles.content, styles.graphTab)} tabIndex={-1}>
          <SentenceStrip />
          <div className={styles.graph}>
            <Graph orientation="down" />
            <Suspense>
              <SelectionBar />
            </Suspense>
          </div>
        </Tabs.Content>
        <Tabs.Content forceMount value="yaml" className={styles.content} tabIndex={-1}>
          <EditorPane />
        </Tabs.Content>
        <Tabs.Content value="why" className={styles.content} tabIndex={-1}>
          <Suspense>
            <Inspector />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content value="time" className={cx(styles.content, styles.padded)} tabIndex={-1}>
          <h2 className={styles.timeHead}>{t('tab.timeline')}</h2>
          <div className={styles.time}>
            <Suspense>
              <Timeline />
            </Suspense>
          </div>
          <div className={styles.events}>
            <Suspense>
              <EventsTable />
            </Suspense>
          </div>
        </Tabs.Content>
        <Tabs.Content forceMount value="requests" className={cx(styles.content, styles.padded)} tabIndex={-1}>
          <div className={styles.requests}>
            <Suspense>
              <RequestsPerPod />
            </Suspense>
          </div>
          <Suspense>
            <RequestTotals />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content value="terminal" className={cx(styles.content, styles.padded)} tabIndex={-1}>
          <Suspense>
            <Terminal />
          </Suspense>
        </Tabs.Content>
      </main>
      <section className={styles.clock} aria-label={t('region.clock')}>
        <Clock strip />
      </section>
      <Tabs.List className={styles.list} aria-label={t('tab.views')}>
        {TABS.map(({ tab: name, icon: Icon }) => (
          <Tabs.Trigger key={name} value={name} className={styles.tab}>
            <Icon size={19} />
            {t(`tab.${name}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
    </Tabs.Root>
  )
}
