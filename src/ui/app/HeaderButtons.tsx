// The buttons of the head that open something, also shown before what they open is loaded.

import { ChevronDown, Keyboard, SlidersHorizontal } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useT } from '../i18n/index.ts'
import { IconButton } from '../kit/index.ts'
import styles from './Header.module.css'

export function ScenarioButton({ scenario, ...rest }: ComponentProps<'button'> & { readonly scenario: string }) {
  const t = useT()
  return (
    <button type="button" className={styles.scenario} {...rest}>
      <span className={styles.scenarioWord}>{t('header.scenario')}</span> <b>{scenario}</b>
      <ChevronDown size={15} />
    </button>
  )
}

export function KeysButton(props: Omit<ComponentProps<'button'>, 'name' | 'children'>) {
  const t = useT()
  return (
    <IconButton {...props} name={t('keys.open')}>
      <Keyboard size={18} />
    </IconButton>
  )
}

export function SettingsButton(props: Omit<ComponentProps<'button'>, 'name' | 'children'>) {
  const t = useT()
  return (
    <IconButton {...props} name={t('settings.open')}>
      <SlidersHorizontal size={18} />
    </IconButton>
  )
}
