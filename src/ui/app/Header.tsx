// The head of the page: who we are, which scenario runs, the keys, language and theme. Everything here works.

import { Monitor, Moon, Sun } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useT } from '../i18n/index.ts'
import { IconButton, Logo, Segmented, useMedia } from '../kit/index.ts'
import { useSession, useWorkspace } from '../state/hooks.ts'
import { workspace, type Language, type ThemeChoice } from '../state/workspace.ts'
import styles from './Header.module.css'
import { KeysButton, ScenarioButton, SettingsButton } from './HeaderButtons.tsx'

const ScenarioMenu = lazy(() => import('./HeaderMenus.tsx').then(module => ({ default: module.ScenarioMenu })))
const KeysPopover = lazy(() => import('./HeaderMenus.tsx').then(module => ({ default: module.KeysPopover })))

// With all that it says, for those who open it.
const SettingsSheet = lazy(() => import('../settings/index.ts').then(module => ({ default: module.SettingsSheet })))

interface HeaderProps {
  readonly keysOpen: boolean
  readonly onKeysOpen: (open: boolean) => void
  readonly settingsOpen: boolean
  readonly onSettingsOpen: (open: boolean) => void
}

export function Header({ keysOpen, onKeysOpen, settingsOpen, onSettingsOpen }: HeaderProps) {
  const t = useT()
  const phone = useMedia('(max-width: 640px)')
  const scenario = useSession(state => state.scenario)
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <Logo />
        <h1 className={styles.brandName} style={{ fontSize: 'inherit', fontWeight: 'inherit' }}>
          {t('app.title')}
        </h1>
      </div>
      <span className={styles.rule} />
      <Suspense fallback={<ScenarioButton scenario={scenario} />}>
        <ScenarioMenu />
      </Suspense>
      <div className={styles.end}>
        {!phone && (
          <Suspense fallback={<KeysButton />}>
            <KeysPopover open={keysOpen} onOpen={onKeysOpen} />
          </Suspense>
        )}
        <SettingsButton
          aria-haspopup="dialog"
          aria-expanded={settingsOpen}
          onClick={() => onSettingsOpen(!settingsOpen)}
        />
        {settingsOpen && (
          <Suspense>
            <SettingsSheet onClose={() => onSettingsOpen(false)} />
          </Suspense>
        )}
        <LanguageSwitch />
        <ThemeSwitch compact={phone} />
      </div>
    </header>
  )
}

function LanguageSwitch() {
  const t = useT()
  const language = useWorkspace(state => state.language)
  return (
    <Segmented<Language>
      label={t('header.language')}
      value={language}
      choices={[
        { value: 'en', name: t('language.en') },
        { value: 'zh', name: t('language.zh') },
      ]}
      onChoose={next => workspace.setState({ language: next })}
    />
  )
}

const THEMES: readonly ThemeChoice[] = ['light', 'dark', 'system']
const THEME_ICONS = { light: Sun, dark: Moon, system: Monitor } as const

function ThemeSwitch({ compact }: { readonly compact: boolean }) {
  const t = useT()
  const theme = useWorkspace(state => state.theme)
  if (compact) {
    const Icon = THEME_ICONS[theme]
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
    return (
      <IconButton
        name={`${t('header.theme')}: ${t(`theme.${theme}`)}`}
        framed
        onClick={() => workspace.setState({ theme: next })}
      >
        <Icon size={17} />
      </IconButton>
    )
  }
  return (
    <Segmented<ThemeChoice>
      label={t('header.theme')}
      value={theme}
      choices={THEMES.map(value => {
        const Icon = THEME_ICONS[value]
        return { value, name: t(`theme.${value}`), icon: <Icon size={16} /> }
      })}
      onChoose={next => workspace.setState({ theme: next })}
    />
  )
}
