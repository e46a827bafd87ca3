// The head of the page: who we are, which scenario runs, the keys, language and theme. Everything here works.

import { Check, ChevronDown, Keyboard, Monitor, Moon, Sun } from 'lucide-react'
import { DropdownMenu, Popover } from 'radix-ui'
import { isMessageKey, useT } from '../i18n/index.ts'
import { IconButton, Kbd, Logo, Segmented, useMedia } from '../kit/index.ts'
import { useActs, useSession, useWorkspace } from '../state/hooks.ts'
import { workspace, type Language, type ThemeChoice } from '../state/workspace.ts'
import styles from './Header.module.css'
import { searchWith } from './start-options.ts'

interface HeaderProps {
  readonly keysOpen: boolean
  readonly onKeysOpen: (open: boolean) => void
}

export function Header({ keysOpen, onKeysOpen }: HeaderProps) {
  const t = useT()
  const phone = useMedia('(max-width: 640px)')
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <Logo />
        <h1 className={styles.brandName} style={{ fontSize: 'inherit', fontWeight: 'inherit' }}>
          {t('app.title')}
        </h1>
      </div>
      <span className={styles.rule} />
      <ScenarioMenu />
      <div className={styles.end}>
        {!phone && <KeysPopover open={keysOpen} onOpen={onKeysOpen} />}
        <LanguageSwitch />
        <ThemeSwitch compact={phone} />
      </div>
    </header>
  )
}

function ScenarioMenu() {
  const t = useT()
  const acts = useActs()
  const scenario = useSession(state => state.scenario)
  const scenarios = useSession(state => state.scenarios)
  const choose = (name: string): void => {
    history.replaceState(null, '', searchWith(location.search, name))
    acts.reset({ scenario: name })
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={styles.scenario}>
        <span className={styles.scenarioWord}>{t('header.scenario')}</span> <b>{scenario}</b>
        <ChevronDown size={15} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align="start" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.RadioGroup value={scenario} onValueChange={choose}>
            {scenarios.map(name => (
              <DropdownMenu.RadioItem key={name} value={name} className={styles.item}>
                <DropdownMenu.ItemIndicator className={styles.tick}>
                  <Check size={15} strokeWidth={2.6} />
                </DropdownMenu.ItemIndicator>
                <b>{name}</b>
                <ScenarioLine name={name} />
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function ScenarioLine({ name }: { readonly name: string }) {
  const t = useT()
  const key = `scenario.${name}`
  return isMessageKey(key) ? <span>{t(key)}</span> : null
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

function KeysPopover({ open, onOpen }: { readonly open: boolean; readonly onOpen: (open: boolean) => void }) {
  const t = useT()
  const keys: readonly (readonly [string, string])[] = [
    [t('keys.space'), t('keys.toggle')],
    ['.', t('keys.step')],
    ['K', t('keys.kill')],
    ['R', t('keys.revive')],
    [t('keys.escape'), t('keys.clear')],
    ['Ctrl Enter', t('keys.apply')],
    ['Alt Enter', t('keys.fix')],
    ['?', t('keys.help')],
  ]
  return (
    <Popover.Root open={open} onOpenChange={onOpen}>
      <Popover.Trigger asChild>
        <IconButton name={t('keys.open')}>
          <Keyboard size={18} />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.pop}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t('keys.title')}
        >
          <h2 className={styles.popTitle}>{t('keys.title')}</h2>
          <dl className={styles.keys}>
            {keys.map(([key, words]) => (
              <KeyRow key={key} name={key} words={words} />
            ))}
          </dl>
          <p className={styles.note}>{t('keys.note')}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function KeyRow({ name, words }: { readonly name: string; readonly words: string }) {
  return (
    <>
      <dt>
        <Kbd>{name}</Kbd>
      </dt>
      <dd>{words}</dd>
    </>
  )
}
