// The timeline: the whole run, or the failover of the node that died last. A new death turns to its failover by itself;
// the switch stands beside the tabs and takes no room of its own.

import { useState } from 'react'
import { useT } from '../i18n/index.ts'
import { Segmented, useMedia, useSize } from '../kit/index.ts'
import { useSession } from '../state/hooks.ts'
import { lastFailover } from '../view-model/failover.ts'
import { FailoverRuler } from './FailoverRuler.tsx'
import styles from './Timeline.module.css'
import { WholeRun } from './WholeRun.tsx'

type Shown = 'whole' | 'failover'

export function Timeline() {
  const t = useT()
  const [ref, size] = useSize<HTMLDivElement>()
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const grainMs = still ? 1_000 : 100
  const nowMs = useSession(state => Math.floor(state.clock.nowMs / grainMs) * grainMs)
  const marks = useSession(state => state.marks)
  const seconds = useSession(state => state.seconds)
  const views = useSession(state => state.views)
  const failover = lastFailover({ marks, seconds, views })
  const [chosen, setChosen] = useState<{ readonly diedMs: number; readonly shown: Shown } | null>(null)
  const shown: Shown = failover === null ? 'whole' : chosen?.diedMs === failover.diedMs ? chosen.shown : 'failover'
  return (
    <div className={styles.panel}>
      {failover !== null && (
        <div className={styles.range}>
          <Segmented
            label={t('timeline.range')}
            value={shown}
            choices={[
              { value: 'whole', name: t('timeline.whole') },
              { value: 'failover', name: t('timeline.failover', { node: failover.nodeName }) },
            ]}
            onChoose={value => setChosen({ diedMs: failover.diedMs, shown: value })}
          />
        </div>
      )}
      <div ref={ref} className={styles.canvas}>
        {size.width > 60 &&
          size.height > 50 &&
          (shown === 'failover' && failover !== null ? (
            <FailoverRuler
              failover={failover}
              width={size.width}
              height={size.height}
              nowMs={Math.max(nowMs, failover.diedMs)}
            />
          ) : (
            <WholeRun width={size.width} height={size.height} nowMs={nowMs} />
          ))}
      </div>
    </div>
  )
}
