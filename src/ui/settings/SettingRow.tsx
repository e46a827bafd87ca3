// One setting: its name as in Kubernetes, what it does, what it holds, and its default. What is typed is sent on Enter or
// when the field is left; what the cluster refuses stays in the field, with the reason below it.

import { ChevronDown, RotateCcw } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import type { SettingFault, SettingView } from '../../protocol/index.ts'
import { useT, type Message } from '../i18n/index.ts'
import { cx, IconButton, Segmented } from '../kit/index.ts'
import { isChanged } from '../view-model/setting-groups.ts'
import styles from './Settings.module.css'

/** More choices than this do not fit beside each other in the sheet: they are a list that opens. */
const MOST_SIDE_BY_SIDE = 4

interface SettingRowProps {
  readonly setting: SettingView
  readonly words: string
  readonly fault: SettingFault | undefined
  readonly onChange: (value: string | null) => void
}

export function SettingRow({ setting, words, fault, onChange }: SettingRowProps) {
  const t = useT()
  const id = useId()
  const { name, usual, fixed } = setting
  const changed = isChanged(setting)
  return (
    <div className={cx(styles.row, changed && styles.changed)} data-setting={name}>
      <label className={styles.name} htmlFor={id}>
        {flagOf(name)}
      </label>
      <div className={styles.value}>
        <SettingField id={id} setting={setting} fault={fault} onChange={onChange} />
        {changed && (
          <IconButton name={t('settings.reset', { name, value: usual })} onClick={() => onChange(null)}>
            <RotateCcw size={15} />
          </IconButton>
        )}
      </div>
      <p className={styles.words} id={`${id}-words`}>
        {words}{' '}
        <span className={styles.usual}>{fixed ? t('settings.fixed') : t('settings.usual', { value: usual })}</span>
      </p>
      {fault !== undefined && (
        <p className={styles.fault} id={`${id}-fault`} role="alert">
          {t(faultWords(setting, fault).key, faultWords(setting, fault).values)}
        </p>
      )}
    </div>
  )
}

type SettingFieldProps = Omit<SettingRowProps, 'words'> & { readonly id: string }

function SettingField({ id, setting, fault, onChange }: SettingFieldProps) {
  const t = useT()
  const { name, type, value, choices, fixed } = setting
  const [typed, setTyped] = useState({ from: value, text: value })
  // Another value has come: from here, from a reset, or with another cluster.
  if (typed.from !== value) setTyped({ from: value, text: value })
  if (type === 'choice' && choices.length > MOST_SIDE_BY_SIDE) {
    return (
      <span className={styles.select}>
        <select id={id} value={value} aria-describedby={`${id}-words`} onChange={event => onChange(event.target.value)}>
          {choices.map(choice => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
        <ChevronDown size={14} />
      </span>
    )
  }
  if (type === 'choice') {
    return (
      <Segmented
        label={name}
        value={value}
        choices={choices.map(choice => ({ value: choice, name: choice }))}
        onChoose={onChange}
      />
    )
  }
  const send = (): void => {
    if (typed.text.trim() !== value || fault !== undefined) onChange(typed.text)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') send()
    if (event.key !== 'Escape' || typed.text === value) return
    setTyped({ from: value, text: value })
    if (fault !== undefined) onChange(value)
  }
  return (
    <>
      <input
        id={id}
        className={styles.field}
        value={typed.text}
        readOnly={fixed}
        inputMode={type === 'duration' || type === 'text' ? 'text' : 'decimal'}
        autoComplete="off"
        spellCheck={false}
        size={Math.max(6, typed.text.length)}
        data-typed={typed.text !== value}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? `${id}-words` : `${id}-fault`}
        onChange={event => setTyped({ from: value, text: event.target.value })}
        onBlur={fixed ? undefined : send}
        onKeyDown={fixed ? undefined : onKeyDown}
      />
      {type === 'seconds' && <span className={styles.unit}>{t('settings.unit.seconds')}</span>}
      {type === 'rate' && <span className={styles.unit}>{t('settings.unit.rate')}</span>}
    </>
  )
}

/** Flags with their dashes; fields of a file, and what is this playground's own, as they are. */
function flagOf(name: string): string {
  return name.startsWith('sim-') || /[A-Z.]/.test(name) ? name : `--${name}`
}

function faultWords({ bounds }: SettingView, fault: SettingFault): Message {
  switch (fault) {
    case 'unit':
      return { key: 'settings.wrong.duration', values: {} }
    case 'number':
      return { key: 'settings.wrong.number', values: {} }
    case 'whole':
      return { key: 'settings.wrong.whole', values: {} }
    case 'bounds':
      return { key: 'settings.wrong.bounds', values: { least: bounds?.[0] ?? '', most: bounds?.[1] ?? '' } }
    case 'other':
      return { key: 'settings.wrong.other', values: {} }
  }
}
