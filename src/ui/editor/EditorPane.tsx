// The YAML pane: the editor (a chunk that comes after the first paint; until then the text as it is), and the line that
// says whether the cluster runs this text.

import { Check } from 'lucide-react'
import { lazy, Suspense, type ReactNode } from 'react'
import { useT, word } from '../i18n/index.ts'
import { Cross } from '../kit/index.ts'
import { orderEditor, type DraftState } from '../state/draft.ts'
import { useDraft, useSession } from '../state/hooks.ts'
import { TEXT_LIMIT } from './apply-as-you-type.ts'
import styles from './EditorPane.module.css'

const YamlEditor = lazy(() => import('./YamlEditor.tsx').then(module => ({ default: module.YamlEditor })))

export function EditorPane({ tools }: { readonly tools?: ReactNode }) {
  const t = useT()
  return (
    <div className={styles.pane}>
      <div className={styles.head}>
        <h2 className={styles.title}>{t('pane.yaml')}</h2>
        {tools}
      </div>
      <div className={styles.body}>
        <Suspense fallback={<Opening />}>
          <YamlEditor />
        </Suspense>
        <TooLong />
      </div>
      <Footer />
    </div>
  )
}

const LINES_WHILE_OPENING = 80

function Opening() {
  const text = useSession(state => state.manifest.text)
  return <pre className={styles.opening}>{text.split('\n', LINES_WHILE_OPENING).join('\n')}</pre>
}

function TooLong() {
  const t = useT()
  const sizeMiB = useDraft(state => (state.status === 'too-long' ? state.sizeMiB : null))
  if (sizeMiB === null) return null
  return (
    <div className={styles.long} role="alert" data-testid="problem">
      <b>{t('editor.tooLong', { size: sizeMiB.toFixed(1), limit: TEXT_LIMIT / 1024 / 1024 })}</b>
      {t('editor.tooLongPlain')}
    </div>
  )
}

function Footer() {
  const t = useT()
  const state = useDraft(draft => draft)
  const manifest = useSession(session => session.manifest.outcome)
  const documents = state.documents || (manifest?.documents ?? 0)
  const worst = firstError(state)
  return (
    <div className={styles.foot} data-testid="editor-status">
      <span
        className={styles.status}
        aria-live={state.status === 'typing' || state.status === 'asking' ? 'off' : 'polite'}
      >
        <Status state={state} />
      </span>
      <span className={styles.where}>
        {worst === undefined ? (
          t('editor.documents', { count: documents })
        ) : (
          <button type="button" className={styles.link} onClick={() => orderEditor({ type: 'go-to-problem' })}>
            {word(t, {
              key: worst.object === '' ? 'editor.atLine' : 'editor.at',
              values: { object: worst.object.replace('/', ' '), line: worst.line },
            })}
          </button>
        )}
      </span>
    </div>
  )
}

function firstError(state: DraftState): DraftState['problems'][number] | undefined {
  return state.status === 'refused' ? state.problems.find(problem => problem.severity === 'error') : undefined
}

function Status({ state }: { readonly state: DraftState }) {
  const t = useT()
  const errors = state.status === 'too-long' ? 1 : state.problems.filter(problem => problem.severity === 'error').length
  switch (state.status) {
    case 'applied': {
      const warnings = state.problems.length
      return (
        <>
          <Check size={15} strokeWidth={2.6} />
          {warnings === 0 ? t('editor.applied') : t('editor.warnings', { count: warnings })}
        </>
      )
    }
    case 'typing':
      return t('editor.typing')
    case 'asking':
      return t('editor.asking')
    case 'refused':
    case 'too-long':
      return (
        <>
          <Cross />
          <span className={styles.errors}>{t('editor.errors', { count: errors })}</span>
          {t('editor.notApplied')}
        </>
      )
  }
}
