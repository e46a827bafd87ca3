// What the page says when it or the engine broke, and the lines it owes the user: shown in words, never swallowed.

import { X } from 'lucide-react'
import { useStore } from 'zustand'
import { useT } from '../i18n/index.ts'
import { Button, Cross, cx, IconButton } from '../kit/index.ts'
import { useSession } from '../state/hooks.ts'
import { notice, tell } from '../state/notice.ts'
import styles from './Trouble.module.css'

export function BrokenPage({ error, onAgain }: { readonly error: Error; readonly onAgain: () => void }) {
  const t = useT()
  return (
    <main className={styles.page} role="alert">
      <h1 className={styles.title}>
        <Cross size={18} /> {t('trouble.title')}
      </h1>
      <p className={styles.words}>{error.message}</p>
      <p>
        <Button look="solid" onClick={onAgain}>
          {t('trouble.restart')}
        </Button>
      </p>
    </main>
  )
}

export function TroubleLine({ onRestart }: { readonly onRestart: () => void }) {
  const t = useT()
  const why = useSession(state => state.trouble)
  const kind = useSession(state => state.troubleKind)
  if (why === null) return null
  return (
    <div className={styles.line} role="alert">
      <Cross />
      <b>{t(kind === 'lost' ? 'trouble.lost' : 'trouble.fault', { why })}</b>
      <span>{t('trouble.kept')}</span>
      <Button look="solid" className={styles.end} onClick={onRestart}>
        {t('trouble.restart')}
      </Button>
    </div>
  )
}

export function NoticeLine() {
  const t = useT()
  const notices = useStore(notice, state => state.notices)
  if (notices.length === 0) return null
  return (
    <div className={cx(styles.line, styles.notice)} role="status">
      <span>{notices.map(one => t(one.key, one.values)).join(' ')}</span>
      <IconButton name={t('notice.dismiss')} className={styles.end} onClick={() => tell()}>
        <X size={16} />
      </IconButton>
    </div>
  )
}
