// What lies over the map and does not move with it: the headings of the columns, a legend of one line, and the zoom.

import { Maximize, Minus, Plus } from 'lucide-react'
import { useReactFlow, useStore as useFlowStore } from 'reactflow'
import { useStore } from 'zustand'
import { useT } from '../i18n/index.ts'
import { Cross } from '../kit/index.ts'
import { ZOOM_MAX, ZOOM_MIN } from '../view-model/graph/index.ts'
import styles from './GraphChrome.module.css'
import { useGraph } from './graph-context.ts'

export function Headings() {
  const t = useT()
  const { store } = useGraph()
  const headings = useStore(store, state => state.scene?.headings)
  const x = useFlowStore(state => state.transform[0])
  const zoom = useFlowStore(state => state.transform[2])
  return (
    <div className={styles.headings}>
      {headings?.map(heading => (
        <span key={heading.key} style={{ transform: `translateX(${heading.x * zoom + x}px)` }}>
          {t(`graph.columns.${heading.key}`)}
        </span>
      ))}
    </div>
  )
}

export function Legend({ weight }: { readonly weight: number }) {
  const t = useT()
  const { still } = useGraph()
  if (still) {
    return (
      <p className={styles.legend}>
        <span>{t('graph.legend.still')}</span>
      </p>
    )
  }
  return (
    <p className={styles.legend}>
      <span>
        <svg width="28" height="10" viewBox="0 0 28 10" aria-hidden="true">
          <path d="M0 5L22 1.8V8.2Z" fill="var(--hue-0)" opacity="0.4" />
          <circle cx="23" cy="5" r="4.6" fill="var(--hue-0)" />
        </svg>
        {t('graph.legend.request')}
      </span>
      <span>
        <svg width="12" height="12" viewBox="0 0 12 12" fill="none" aria-hidden="true">
          <circle cx="6" cy="6" r="4.2" stroke="var(--hue-0)" strokeWidth="2.2" />
        </svg>
        {t('graph.legend.slow')}
      </span>
      <span>
        <Cross size={12} />
        {t('graph.legend.failed')}
      </span>
      <span className={styles.long}>
        <svg width="30" height="10" viewBox="0 0 30 10" aria-hidden="true">
          <circle cx="5" cy="5" r="4.6" fill="var(--ink)" />
          <path d="M12 5h6" stroke="var(--ink)" strokeWidth="1.6" />
          <circle cx="25" cy="5" r="4.6" fill="var(--hue-2)" />
        </svg>
        {t('graph.legend.ink')}
      </span>
      {weight > 1 && <span>{t('graph.legend.weight', { n: weight })}</span>}
    </p>
  )
}

export function ZoomControls() {
  const t = useT()
  const { store } = useGraph()
  const flow = useReactFlow()
  const zoom = useFlowStore(state => state.transform[2])
  return (
    <div className={styles.zoom}>
      <button
        type="button"
        aria-label={t('graph.zoom.out')}
        disabled={zoom <= ZOOM_MIN}
        onClick={() => void flow.zoomOut({ duration: 200 })}
      >
        <Minus size={15} aria-hidden="true" />
      </button>
      <button
        type="button"
        className={styles.percent}
        title={t('graph.zoom.actual')}
        onClick={() => void flow.zoomTo(1, { duration: 200 })}
      >
        {t('graph.zoom.percent', { n: Math.round(zoom * 100) })}
      </button>
      <button
        type="button"
        aria-label={t('graph.zoom.in')}
        disabled={zoom >= ZOOM_MAX}
        onClick={() => void flow.zoomIn({ duration: 200 })}
      >
        <Plus size={15} aria-hidden="true" />
      </button>
      <button type="button" className={styles.fit} aria-label={t('graph.zoom.fit')} onClick={() => store.tidy()}>
        <Maximize size={15} aria-hidden="true" />
      </button>
    </div>
  )
}
