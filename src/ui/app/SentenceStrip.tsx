// The strip above the graph: one bold sentence about now, a plain one, and what to do about it, as real buttons. Its
// height is fixed, so that nothing below moves when the sentence changes.

import {
  CircleQuestionMark,
  FastForward,
  LocateFixed,
  Pencil,
  Play,
  Plus,
  Power,
  Scaling,
  Undo2,
  Zap,
  type LucideIcon,
} from 'lucide-react'
import { useT, word, type T } from '../i18n/index.ts'
import { Button, Cross, Kbd, useMedia, useSize } from '../kit/index.ts'
import type { Acts } from '../state/acts.ts'
import { errorCount, orderEditor } from '../state/draft.ts'
import { useActs, useDraft, useSession, useWorkspace } from '../state/hooks.ts'
import { openInspector, openPane } from '../state/open-pane.ts'
import { workspace } from '../state/workspace.ts'
import { sentence, type SentenceAction } from '../view-model/sentence.ts'
import styles from './SentenceStrip.module.css'

export function SentenceStrip() {
  const t = useT()
  const acts = useActs()
  const phone = useMedia('(max-width: 640px)')
  const connected = useSession(state => state.connected)
  const views = useSession(state => state.views)
  const marks = useSession(state => state.marks)
  const running = useSession(state => state.clock.running)
  const speed = useSession(state => state.clock.speed)
  const nowMs = useSession(state => Math.floor(state.clock.nowMs / 1000) * 1000)
  const selected = useWorkspace(state => state.selected)
  const errors = useDraft(errorCount)
  const [strip, { width }] = useSize<HTMLElement>()
  const said = sentence({ connected, views, marks, selected, errors, clock: { nowMs, running, speed } })
  return (
    <section ref={strip} className={styles.strip} aria-label={t('region.sentence')} data-testid="sentence">
      {said.tone === 'alarm' && <Cross size={16} />}
      <p className={styles.words}>
        <b>{t(said.bold.key, said.bold.values)}</b>{' '}
        {said.plain !== null && !phone && <span>{word(t, said.plain)}</span>}
      </p>
      {said.actions.length > 0 && (
        <div className={styles.acts}>
          {said.tone === 'calm' && said.actions[0]?.type === 'kill-node' && (
            <span className={styles.try}>{t('act.try')}</span>
          )}
          {said.actions.slice(0, actionsIn(width)).map(action => (
            <ActionButton
              key={action.type + ('more' in action ? String(action.more) : '')}
              action={action}
              onPress={() => perform(action, acts)}
            />
          ))}
        </div>
      )}
    </section>
  )
}

/** How many actions leave room for the sentence, in a strip so wide. */
function actionsIn(width: number): number {
  return width < 520 ? 1 : width < 760 ? 2 : 3
}

function ActionButton({ action, onPress }: { readonly action: SentenceAction; readonly onPress: () => void }) {
  const t = useT()
  const Icon = ICONS[action.type]
  const key = action.type === 'kill-node' ? 'K' : action.type === 'revive-node' ? 'R' : null
  const phone = useMedia('(max-width: 640px)')
  return (
    <Button look="accent" onClick={onPress} aria-keyshortcuts={key ?? undefined}>
      <Icon size={15} />
      {labelOf(t, action)}
      {key !== null && !phone && <Kbd hidden>{key}</Kbd>}
    </Button>
  )
}

const ICONS: { readonly [K in SentenceAction['type']]: LucideIcon } = {
  'kill-node': Zap,
  'revive-node': Power,
  'go-to-not-ready': FastForward,
  'go-to-eviction': FastForward,
  'edit-yaml': Pencil,
  'ask-why': CircleQuestionMark,
  'go-to-problem': LocateFixed,
  'last-good-text': Undo2,
  scale: Scaling,
  'restore-readiness': Plus,
  play: Play,
}

function labelOf(t: T, action: SentenceAction): string {
  switch (action.type) {
    case 'kill-node':
      return t('act.killNode')
    case 'revive-node':
      return t('act.reviveNode', { node: action.name })
    case 'go-to-not-ready':
      return t('act.goToNotReady')
    case 'go-to-eviction':
      return t('act.goToEviction')
    case 'edit-yaml':
      return t('act.editYaml')
    case 'ask-why':
      return t('act.askWhy')
    case 'go-to-problem':
      return t('act.goToProblem')
    case 'last-good-text':
      return t('act.lastGoodText')
    case 'scale':
      return action.more ? t('act.oneMorePod') : t('act.scaleTo', { replicas: action.replicas })
    case 'restore-readiness':
      return t('act.restoreReadiness', { pod: action.name })
    case 'play':
      return t('act.play')
  }
}

/** NotReady comes at most 55 s after the fault with the default timers; twice that is never reached. */
const NOT_READY_LIMIT_MS = 110_000

function perform(action: SentenceAction, acts: Acts): void {
  switch (action.type) {
    case 'kill-node':
      return acts.act({ type: 'kill-node', id: action.node })
    case 'revive-node':
      return acts.act({ type: 'revive-node', id: action.node })
    case 'go-to-not-ready':
      return acts.goUntil(views => {
        const node = views.get(action.node)
        return node?.kind !== 'Node' || node.ready !== 'True'
      }, NOT_READY_LIMIT_MS)
    case 'go-to-eviction':
      return acts.goTo(action.atMs + 100)
    case 'edit-yaml':
      workspace.setState(state => ({ ...openPane(state, 'editor', window.innerWidth), phoneTab: 'yaml' }))
      return orderEditor({ type: 'focus' })
    case 'ask-why':
      return workspace.setState(state => ({ ...openInspector(state, 'why', window.innerWidth), selected: action.id }))
    case 'go-to-problem':
      workspace.setState(state => ({ ...openPane(state, 'editor', window.innerWidth), phoneTab: 'yaml' }))
      return orderEditor({ type: 'go-to-problem' })
    case 'last-good-text':
      return orderEditor({ type: 'last-good' })
    case 'scale':
      return acts.act({ type: 'scale', id: action.id, replicas: action.replicas })
    case 'restore-readiness':
      return acts.act({ type: 'restore-readiness', id: action.id })
    case 'play':
      return acts.play()
  }
}
