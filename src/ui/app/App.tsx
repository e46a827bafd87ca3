// The page: words, what the user can do, the head, and the workspace in the form that the window allows.

import { lazy, Suspense, useEffect, useState } from 'react'
import { LanguageProvider, useT, type Translation } from '../i18n/index.ts'
import { cx, useMedia } from '../kit/index.ts'
import type { EngineLink } from '../state/engine-link.ts'
import { ActsContext, useSession, useWorkspace } from '../state/hooks.ts'
import styles from './App.module.css'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Header } from './Header.tsx'
import { listenToShortcuts } from './shortcuts.ts'
import { BrokenPage, NoticeLine, TroubleLine } from './Trouble.tsx'
import { Workspace } from './Workspace.tsx'

// Only a phone loads it.
const PhoneWorkspace = lazy(() => import('./PhoneWorkspace.tsx').then(module => ({ default: module.PhoneWorkspace })))

interface AppProps {
  readonly link: EngineLink
  readonly translation: Translation
}

export function App({ link, translation }: AppProps) {
  const language = useWorkspace(state => state.language)
  return (
    <LanguageProvider translation={translation} language={language}>
      <ErrorBoundary fallback={showBroken}>
        <ActsContext value={link.acts}>
          <Page link={link} />
        </ActsContext>
      </ErrorBoundary>
    </LanguageProvider>
  )
}

function showBroken(error: Error, again: () => void) {
  return <BrokenPage error={error} onAgain={again} />
}

function Page({ link }: { readonly link: EngineLink }) {
  const phone = useMedia('(max-width: 640px)')
  const [keysOpen, setKeysOpen] = useState(false)
  const [settingsOpen, setSettingsOpen] = useState(false)
  useEffect(() => listenToShortcuts(link.acts, () => setKeysOpen(true)), [link])
  return (
    <div className={styles.app}>
      <Title />
      <Header
        keysOpen={keysOpen}
        onKeysOpen={setKeysOpen}
        settingsOpen={settingsOpen}
        onSettingsOpen={setSettingsOpen}
      />
      <TroubleLine onRestart={link.restart} />
      <NoticeLine />
      <div className={cx(styles.work, settingsOpen && styles.beside)}>
        <Suspense>{phone ? <PhoneWorkspace /> : <Workspace />}</Suspense>
      </div>
    </div>
  )
}

function Title() {
  const t = useT()
  const scenario = useSession(state => state.scenario)
  return <title>{scenario === '' ? t('app.title') : `${scenario} · ${t('app.title')}`}</title>
}
