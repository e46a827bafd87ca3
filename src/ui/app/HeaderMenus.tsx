// The two things of the head that open: the scenarios and the keys. A chunk of its own, loaded after the first paint;
// until then the head shows their buttons.

import { Check } from 'lucide-react'
import { DropdownMenu, Popover } from 'radix-ui'
import { isMessageKey, useT } from '../i18n/index.ts'
import { Kbd } from '../kit/index.ts'
import { useActs, useSession } from '../state/hooks.ts'
import styles from './Header.module.css'
import { KeysButton, ScenarioButton } from './HeaderButtons.tsx'
import { searchWith } from './start-options.ts'

export function ScenarioMenu() {
  const acts = useActs()
  const scenario = useSession(state => state.scenario)
  const scenarios = useSession(state => state.scenarios)
  const choose = (name: string): void => {
    history.replaceState(null, '', searchWith(location.search, name))
    acts.reset({ scenario: name })
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <ScenarioButton scenario={scenario} />
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

export function KeysPopover({ open, onOpen }: { readonly open: boolean; readonly onOpen: (open: boolean) => void }) {
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
        <KeysButton />
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
