// The clock of the cluster: virtual time, play or pause, one step, and how fast it runs.

import { ChevronDown, Pause, Play, SkipForward } from 'lucide-react'
import { useT } from '../i18n/index.ts'
import { Button, cx, IconButton, Kbd, useMedia } from '../kit/index.ts'
import { useActs, useSession } from '../state/hooks.ts'
import { formatClock, lengthWithTenths } from '../view-model/format-time.ts'
import styles from './Clock.module.css'

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 100, 1000]

export function Clock({ strip = false }: { readonly strip?: boolean }) {
  return (
    <div className={cx(styles.clock, strip && styles.strip)}>
      <Digits />
      <Caption />
      <Controls />
      <Hints />
    </div>
  )
}

function Digits() {
  const nowMs = useSession(state => state.clock.nowMs)
  const phone = useMedia('(max-width: 640px)')
  const text = formatClock(nowMs)
  return (
    <div className={styles.digits} role="timer" data-testid="clock" data-now-ms={Math.floor(nowMs)}>
      {phone && text.startsWith('00:') ? text.slice(3) : text}
    </div>
  )
}

function Caption() {
  const t = useT()
  const seed = useSession(state => state.seed)
  const died = useSession(state => state.marks.findLast(mark => mark.type === 'node-died')?.atMs ?? null)
  const over = useSession(state =>
    state.marks.some(mark => mark.type === 'node-revived' && died !== null && mark.atMs >= died),
  )
  const sinceMs = useSession(state =>
    died === null || over ? null : Math.floor((state.clock.nowMs - died) / 100) * 100,
  )
  if (sinceMs === null) return <div className={styles.caption}>{t('clock.seed', { seed })}</div>
  const time = lengthWithTenths(sinceMs)
  return <div className={styles.caption}>{t('clock.sinceFault', { time: t(time.key, time.values) })}</div>
}

function Controls() {
  const t = useT()
  const acts = useActs()
  const running = useSession(state => state.clock.running)
  const phone = useMedia('(max-width: 640px)')
  const name = t(running ? 'clock.pause' : 'clock.play')
  return (
    <div className={styles.controls}>
      <Button
        look="solid"
        className={styles.play}
        onClick={acts.toggle}
        aria-label={name}
        title={phone ? name : undefined}
      >
        {running ? (
          <Pause size={15} fill="currentColor" strokeWidth={1} />
        ) : (
          <Play size={15} fill="currentColor" strokeWidth={1} />
        )}
        {!phone && name}
      </Button>
      <IconButton name={t('clock.step')} framed className={styles.step} onClick={acts.step}>
        <SkipForward size={16} />
      </IconButton>
      <Speed />
    </div>
  )
}

function Speed() {
  const t = useT()
  const acts = useActs()
  const speed = useSession(state => state.clock.speed)
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b)
  return (
    <span className={styles.select}>
      <select
        aria-label={t('clock.speed')}
        value={String(speed)}
        onChange={event => acts.setSpeed(Number(event.target.value))}
      >
        {speeds.map(one => (
          <option key={one} value={String(one)}>
            {t('clock.speedOf', { speed: one })}
          </option>
        ))}
      </select>
      <ChevronDown size={14} />
    </span>
  )
}

function Hints() {
  const t = useT()
  const running = useSession(state => state.clock.running)
  return (
    <div className={styles.hints} aria-hidden="true">
      <Kbd>{t('keys.space')}</Kbd> {t(running ? 'keys.pause' : 'keys.play')} <Kbd>.</Kbd> {t('keys.stepShort')}
    </div>
  )
}
