// The buttons of the selected card, enabled only while they make sense; why not is their title. Scale opens a field in
// its own place and applies on Enter.

import { useEffect, useRef, useState } from 'react'
import type { View, ViewId } from '../../protocol/index.ts'
import { useT } from '../i18n/index.ts'
import { Button } from '../kit/index.ts'
import { useActs } from '../state/hooks.ts'
import type { ClusterFacts } from '../view-model/cluster-facts.ts'
import { objectButtons, scaleTarget, type ObjectButton } from '../view-model/object-buttons.ts'
import styles from './ObjectButtons.module.css'

export function ObjectButtons({ view, facts }: { readonly view: View; readonly facts: ClusterFacts }) {
  const acts = useActs()
  // Whose Scale field is open: another selection closes it.
  const [scaled, setScaled] = useState<ViewId | null>(null)
  const scaling = scaled === view.id
  const buttons = objectButtons(view, facts)
  if (buttons.length === 0) return null
  const press = ({ action, label }: ObjectButton): void => {
    if (action !== null) acts.act(action)
    else if (label === 'button.scale') setScaled(view.id)
  }
  return (
    <div className={styles.buttons}>
      {buttons.map(button =>
        button.label === 'button.scale' && scaling ? (
          <ScaleField key={button.label} view={view} facts={facts} onDone={() => setScaled(null)} />
        ) : (
          <ActionButton key={button.label} button={button} onPress={() => press(button)} />
        ),
      )}
    </div>
  )
}

function ActionButton({ button, onPress }: { readonly button: ObjectButton; readonly onPress: () => void }) {
  const t = useT()
  const disabled = button.disabled !== null
  return (
    <Button
      look="accent"
      disabled={disabled}
      title={button.disabled === null ? undefined : t(button.disabled)}
      onClick={onPress}
    >
      {t(button.label)}
    </Button>
  )
}

interface ScaleFieldProps {
  readonly view: View
  readonly facts: ClusterFacts
  readonly onDone: () => void
}

function ScaleField({ view, facts, onDone }: ScaleFieldProps) {
  const t = useT()
  const acts = useActs()
  const field = useRef<HTMLInputElement>(null)
  const target = scaleTarget(view, facts)
  const [text, setText] = useState(String(target?.replicas ?? 1))
  useEffect(() => field.current?.select(), [])
  const replicas = Number(text)
  const good = /^\d+$/.test(text.trim()) && replicas <= 100_000
  const apply = (): void => {
    if (!good) return
    acts.act({ type: 'scale', id: view.id, replicas })
    onDone()
  }
  return (
    <form
      className={styles.scale}
      onSubmit={event => {
        event.preventDefault()
        apply()
      }}
    >
      <input
        ref={field}
        className={styles.field}
        type="number"
        min={0}
        max={100_000}
        step={1}
        aria-label={t('button.replicas', { name: target?.name ?? view.name })}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onDone()
        }}
      />
      <Button type="submit" look="solid" disabled={!good}>
        {t('button.apply')}
      </Button>
    </form>
  )
}
