// What can be done to the selected card, while the inspector is folded: it floats over the lower edge of the graph and
// moves nothing. The inspector has the same buttons, so only one of the two is ever there.

import { X } from 'lucide-react'
import { useMemo } from 'react'
import { useT } from '../i18n/index.ts'
import { Button, IconButton, PodMark } from '../kit/index.ts'
import { useSession, useWorkspace } from '../state/hooks.ts'
import { openInspector } from '../state/open-pane.ts'
import { workspace } from '../state/workspace.ts'
import { clusterFacts } from '../view-model/cluster-facts.ts'
import { objectButtons } from '../view-model/object-buttons.ts'
import { podSuffix } from '../view-model/pod-name.ts'
import { ObjectButtons } from './ObjectButtons.tsx'
import styles from './SelectionBar.module.css'

export function SelectionBar() {
  const t = useT()
  const selected = useWorkspace(state => state.selected)
  const views = useSession(state => state.views)
  const facts = useMemo(() => clusterFacts(views), [views])
  const view = selected === null ? undefined : views.get(selected)
  if (view === undefined || objectButtons(view, facts).length === 0) return null
  return (
    <div className={styles.bar} role="region" aria-label={t('region.selection')}>
      <div className={styles.who}>
        <span>{view.kind}</span>
        <b title={view.name}>
          {view.kind === 'Pod' && <PodMark hue={view.hue} state={view.ready ? 'ready' : 'not-ready'} />}
          {view.kind === 'Pod' ? podSuffix(view.name) : view.name}
        </b>
      </div>
      <div className={styles.buttons}>
        <ObjectButtons view={view} facts={facts} />
      </div>
      <div className={styles.end}>
        <Button onClick={() => workspace.setState(state => openInspector(state, 'why', window.innerWidth))}>
          {t('inspector.more')}
        </Button>
        <IconButton name={t('inspector.close')} onClick={() => workspace.setState({ selected: null })}>
          <X size={16} />
        </IconButton>
      </div>
    </div>
  )
}
