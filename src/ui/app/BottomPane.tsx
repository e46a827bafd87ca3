// The lower part of the workspace: the clock, the tabs, and how requests spread over Pods. On a narrow window the
// distribution moves into the tab of requests; beside an open terminal, whose lines are long, it makes room. It is mounted
// in every form.

import { lazy, Suspense } from 'react'
import { useT } from '../i18n/index.ts'
import { cx, useMedia } from '../kit/index.ts'
import { RequestsPerPod } from '../metrics/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { Clock } from '../timeline/index.ts'
import styles from './Workspace.module.css'

const BottomTabs = lazy(() => import('./BottomTabs.tsx').then(module => ({ default: module.BottomTabs })))

export function BottomPane({ folded }: { readonly folded: boolean }) {
  const t = useT()
  const narrow = useMedia('(max-width: 1099px)')
  const terminal = useWorkspace(state => state.bottomTab === 'terminal') && !folded
  return (
    <section className={cx(styles.bottom, (narrow || terminal) && styles.narrow)} aria-label={t('region.bottom')}>
      <section className={styles.clock} aria-label={t('region.clock')}>
        <Clock strip={folded} />
      </section>
      <Suspense fallback={<div />}>
        <BottomTabs folded={folded} narrow={narrow} />
      </Suspense>
      {!narrow && (
        <section className={cx(styles.distribution, terminal && styles.closed)} aria-label={t('region.distribution')}>
          <Suspense>
            <RequestsPerPod />
          </Suspense>
        </section>
      )}
    </section>
  )
}
