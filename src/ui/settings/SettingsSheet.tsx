// All settings of the cluster, in a sheet beside the graph: it stays open while the cluster runs and is worked with, so that
// one sees what a setting does. A chunk of its own, loaded when it is first opened.

import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import type { SettingFault, SettingView } from '../../protocol/index.ts'
import { isMessageKey, useT, type T } from '../i18n/index.ts'
import { Button, IconButton } from '../kit/index.ts'
import { useSettings } from '../state/use-settings.ts'
import { foundSections, isChanged, settingSections, type SettingSection } from '../view-model/setting-groups.ts'
import { SettingRow } from './SettingRow.tsx'
import styles from './Settings.module.css'

export function SettingsSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={onClose} modal={false}>
      <Dialog.Portal>
        <Dialog.Content
          className={styles.sheet}
          aria-describedby={undefined}
          onInteractOutside={event => event.preventDefault()}
          onEscapeKeyDown={event => {
            // The first Escape takes back what was typed; the next closes the sheet.
            if (event.target instanceof Element && event.target.matches('[data-typed="true"]')) event.preventDefault()
          }}
        >
          <SheetBody />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function SheetBody() {
  const t = useT()
  const { settings, faults, change } = useSettings()
  const [search, setSearch] = useState('')
  const searching = search.trim() !== ''
  const sections = searching ? foundSections(settings, search, name => wordsOf(t, name)) : settingSections(settings)
  const changed = settings.filter(isChanged)
  return (
    <>
      <div className={styles.head}>
        <div className={styles.titleRow}>
          <Dialog.Title className={styles.title}>{t('settings.title')}</Dialog.Title>
          {changed.length > 0 && (
            <Button onClick={() => void resetAll(changed, change)}>
              {t('settings.resetAll', { count: changed.length })}
            </Button>
          )}
          <Dialog.Close asChild>
            <IconButton name={t('settings.close')}>
              <X size={17} />
            </IconButton>
          </Dialog.Close>
        </div>
        <p className={styles.lead}>{t('settings.lead')}</p>
        <input
          className={styles.find}
          type="search"
          value={search}
          placeholder={t('settings.find')}
          aria-label={t('settings.find')}
          onChange={event => setSearch(event.target.value)}
        />
      </div>
      <div className={styles.body}>
        {sections.map(section => (
          <Section key={section.group} section={section} faults={faults} onChange={change} />
        ))}
        {settings.length > 0 && sections.length === 0 && <p className={styles.lead}>{t('settings.none')}</p>}
      </div>
    </>
  )
}

interface SectionProps {
  readonly section: SettingSection
  readonly faults: ReadonlyMap<string, SettingFault>
  readonly onChange: (name: string, value: string | null) => Promise<void>
}

function Section({ section: { group, first, more }, faults, onChange }: SectionProps) {
  const t = useT()
  const [all, setAll] = useState(false)
  const row = (setting: SettingView) => (
    <SettingRow
      key={setting.name}
      setting={setting}
      words={wordsOf(t, setting.name)}
      fault={faults.get(setting.name)}
      onChange={value => void onChange(setting.name, value)}
    />
  )
  return (
    <section className={styles.section} aria-label={t(`settings.group.${group}`)}>
      <h3 className={styles.group}>{t(`settings.group.${group}`)}</h3>
      {first.map(row)}
      {more.length > 0 && (
        <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {t(all ? 'settings.less' : 'settings.more')} <span aria-hidden="true">{all ? '−' : `+${more.length}`}</span>
        </button>
      )}
      {all && more.map(row)}
    </section>
  )
}

function wordsOf(t: T, name: string): string {
  const key = `setting.${name}`
  return isMessageKey(key) ? t(key) : ''
}

async function resetAll(changed: readonly SettingView[], change: SectionProps['onChange']): Promise<void> {
  for (const { name } of changed) await change(name, null)
}
