// The inspector of the selected card: who it is, one sentence of verdict, what can be done to it, its facts, why each
// Pod is in or out, the object as YAML, and its events.

import { Tabs } from 'radix-ui'
import { useMemo, useState, type ReactNode } from 'react'
import type { View, ViewId } from '../../protocol/index.ts'
import { useT } from '../i18n/index.ts'
import { useSession, useWorkspace } from '../state/hooks.ts'
import { workspace, type InspectorTab } from '../state/workspace.ts'
import { clusterFacts } from '../view-model/cluster-facts.ts'
import styles from './Inspector.module.css'
import { ObjectEvents } from './ObjectEvents.tsx'
import { ObjectYaml } from './ObjectYaml.tsx'
import { isApiObject, useInspection } from './use-inspection.ts'
import { WhyPanel } from './WhyPanel.tsx'

export function Inspector({ tools }: { readonly tools?: ReactNode }) {
  const t = useT()
  const selected = useWorkspace(state => state.selected)
  const { view, exists } = useLastView(selected)
  if (view === null) {
    return (
      <div className={styles.inspector}>
        <div className={styles.head}>
          <div className={styles.kindRow}>
            <span />
            {tools}
          </div>
        </div>
        <p className={styles.nothing}>
          <b>{t('inspector.nothing')}</b> {t('inspector.nothingHint')}
        </p>
      </div>
    )
  }
  return <Inspected view={view} exists={exists} tools={tools} />
}

/** The selected view, or what it was last while it is gone. */
function useLastView(selected: ViewId | null): { readonly view: View | null; readonly exists: boolean } {
  const current = useSession(state => (selected === null ? undefined : state.views.get(selected)))
  const [last, setLast] = useState<View | null>(null)
  if (current !== undefined && current !== last) setLast(current)
  if (current !== undefined) return { view: current, exists: true }
  return { view: last?.id === selected ? last : null, exists: false }
}

interface InspectedProps {
  readonly view: View
  readonly exists: boolean
  readonly tools: ReactNode
}

function Inspected({ view, exists, tools }: InspectedProps) {
  const t = useT()
  const tab = useWorkspace(state => state.inspectorTab)
  const views = useSession(state => state.views)
  const facts = useMemo(() => clusterFacts(views), [views])
  const inspection = useInspection(view.id)
  const own = !isApiObject(view.id)
  return (
    <div className={styles.inspector}>
      <div className={styles.head}>
        <div className={styles.kindRow}>
          <span>
            {view.namespace === '' ? view.kind : t('inspector.kindIn', { kind: view.kind, namespace: view.namespace })}
          </span>
          {tools}
        </div>
        <div className={styles.nameRow}>
          <h2 className={styles.name}>{view.name}</h2>
          <span className={styles.address}>{addressOf(view)}</span>
        </div>
      </div>
      {!exists && <p className={styles.gone}>{t('inspector.gone')}</p>}
      <Tabs.Root
        className={styles.tabs}
        value={tab}
        onValueChange={value => workspace.setState({ inspectorTab: value as InspectorTab })}
      >
        <Tabs.List className={styles.tabList} aria-label={t('region.inspector')}>
          <Tabs.Trigger className={styles.tab} value="why">
            {t('pane.why')}
          </Tabs.Trigger>
          <Tabs.Trigger className={styles.tab} value="yaml">
            {t('pane.object')}
          </Tabs.Trigger>
          <Tabs.Trigger className={styles.tab} value="events">
            {t('pane.events')}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content className={styles.body} value="why">
          <WhyPanel view={view} exists={exists} facts={facts} inspection={inspection} />
        </Tabs.Content>
        <Tabs.Content className={styles.body} value="yaml">
          {own ? <p className={styles.empty}>{t('inspector.noYaml')}</p> : <ObjectYaml text={inspection?.yaml ?? ''} />}
        </Tabs.Content>
        <Tabs.Content className={styles.body} value="events">
          <ObjectEvents events={inspection?.events ?? []} />
        </Tabs.Content>
      </Tabs.Root>
    </div>
  )
}

function addressOf(view: View): string {
  switch (view.kind) {
    case 'Service':
      return view.clusterIP
    case 'Pod':
    case 'Client':
      return view.ip
    case 'Node':
      return view.internalIP
    default:
      return ''
  }
}
