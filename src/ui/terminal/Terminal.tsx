// A terminal with kubectl: what was typed and what came of it, and a line to type on. It is text all the way: nothing that
// comes from the cluster is ever markup. The keyboard does everything; Escape leaves the line, so that Tab is no trap.

import { useEffect, useMemo, useRef, type KeyboardEvent, type RefObject } from 'react'
import { useStore } from 'zustand'
import { useT } from '../i18n/index.ts'
import { Button, IconButton } from '../kit/index.ts'
import { CircleStop, Eraser } from 'lucide-react'
import { useActs, useSession } from '../state/hooks.ts'
import { terminal, withText, type TerminalState } from '../state/terminal.ts'
import { completeText, inColumns } from './completion-text.ts'
import { FirstCommands } from './FirstCommands.tsx'
import { clear, recallTyped, Shell } from './shell.ts'
import styles from './Terminal.module.css'

function useTerminal<T>(selector: (state: TerminalState) => T): T {
  return useStore(terminal, selector)
}

export function Terminal() {
  const t = useT()
  const acts = useActs()
  const shell = useMemo(() => new Shell(acts, t), [acts, t])
  const log = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLTextAreaElement>(null)
  const running = useTerminal(state => state.stop !== null)
  const isEmpty = useTerminal(state => state.lines.length === 0)
  useEffect(recallTyped, [])
  // What came last is in sight, unless somebody reads further up. Only the focus of the keyboard is taken by a click.
  const toInput = (): void => {
    if (window.getSelection()?.isCollapsed ?? true) input.current?.focus()
  }
  return (
    <section className={styles.terminal} aria-label={t('terminal.label')}>
      <div ref={log} className={styles.scroll} onClick={toInput} role="presentation">
        <Lines log={log} />
        {isEmpty && <FirstCommands onRun={line => void shell.enter(line)} />}
        <Prompt shell={shell} input={input} log={log} />
      </div>
      <div className={styles.tools}>
        {running ? (
          <Button onClick={() => shell.interrupt()} className={styles.stop}>
            <CircleStop size={15} />
            {t('terminal.stop')}
          </Button>
        ) : (
          !isEmpty && (
            <IconButton name={t('terminal.clear')} onClick={clear}>
              <Eraser size={16} />
            </IconButton>
          )
        )}
      </div>
    </section>
  )
}

function Lines({ log }: { readonly log: RefObject<HTMLDivElement | null> }) {
  const t = useT()
  const lines = useTerminal(state => state.lines)
  const atEnd = useRef(true)
  useEffect(() => {
    const box = log.current
    if (!box) return
    const onScroll = (): void => {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40
    }
    box.addEventListener('scroll', onScroll)
    return () => box.removeEventListener('scroll', onScroll)
  }, [log])
  useEffect(() => {
    const box = log.current
    if (box && lines.length > 0 && atEnd.current) box.scrollTo(0, box.scrollHeight)
  }, [lines, log])
  return (
    <div className={styles.lines} role="log" aria-label={t('terminal.log')} tabIndex={0}>
      {lines.map(({ id, tone, text }) => (
        <div key={id} className={styles.line} data-tone={tone}>
          {text === '' ? '\u200b' : text}
        </div>
      ))}
    </div>
  )
}

interface PromptProps {
  readonly shell: Shell
  readonly input: RefObject<HTMLTextAreaElement | null>
  readonly log: RefObject<HTMLDivElement | null>
}

function Prompt({ shell, input, log }: PromptProps) {
  const t = useT()
  const typed = useTerminal(state => state.typed)
  const begun = useTerminal(state => state.begun)
  const running = useTerminal(state => state.stop !== null)
  const onKey = useKeys(shell, input, log)
  return (
    <div className={styles.prompt}>
      {running ? (
        <Waiting />
      ) : (
        <span className={styles.sign} aria-hidden="true">
          {begun === '' ? '$' : '>'}
        </span>
      )}
      <textarea
        ref={input}
        className={styles.input}
        data-testid="terminal-input"
        aria-label={begun === '' ? t('terminal.input') : `${t('terminal.input')}: ${t('terminal.more')}`}
        title={t('terminal.keys')}
        value={typed}
        rows={typed.split('\n').length}
        onChange={event => terminal.setState({ typed: event.target.value })}
        onKeyDown={onKey}
        readOnly={running}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="go"
      />
    </div>
  )
}

function Waiting() {
  const t = useT()
  const stands = useSession(state => !state.clock.running)
  return <span className={styles.waiting}>{t(stands ? 'terminal.standsStill' : 'terminal.running')}</span>
}

function useKeys(
  shell: Shell,
  input: RefObject<HTMLTextAreaElement | null>,
  log: RefObject<HTMLDivElement | null>,
): (event: KeyboardEvent<HTMLTextAreaElement>) => void {
  // How far back in what was typed before; 0 is the line at hand.
  const back = useRef(0)
  const recall = (by: number): void => {
    const { history } = terminal.getState()
    back.current = Math.min(history.length, Math.max(0, back.current + by))
    terminal.setState({ typed: back.current === 0 ? '' : (history[history.length - back.current] ?? '') })
  }
  const completeLine = async (): Promise<void> => {
    const box = input.current
    if (!box) return
    const [text, cursor] = [box.value, box.selectionStart]
    const found = await shell.complete(text.slice(0, cursor))
    // Whoever typed on meanwhile wants no more of it.
    if (box.value !== text) return
    const done = completeText(text, cursor, found)
    terminal.setState({ typed: done.text })
    requestAnimationFrame(() => box.setSelectionRange(done.cursor, done.cursor))
    if (done.listed.length === 0) return
    const letters = Math.floor((log.current?.clientWidth ?? 640) / LETTER_PX)
    const list = `${text}\n${inColumns(done.listed, letters)}\n`
    terminal.setState(state =>
      withText({ ...state, unended: false }, list, line => (line === text ? 'command' : 'note')),
    )
  }
  return event => {
    const { value, selectionStart, selectionEnd } = event.currentTarget
    const plain = !event.shiftKey && !event.altKey && !event.metaKey
    const control = event.ctrlKey && plain
    const take = (work: () => void): void => {
      event.preventDefault()
      work()
    }
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && plain) {
      back.current = 0
      take(() => void shell.enter(value))
    } else if (event.key === 'Tab' && plain && !event.ctrlKey && value.trim() !== '') take(() => void completeLine())
    else if (event.key === 'Escape') take(() => log.current?.querySelector<HTMLElement>('[role="log"]')?.focus())
    else if (control && event.key === 'l') take(clear)
    else if (control && event.key === 'c' && selectionStart === selectionEnd) {
      back.current = 0
      take(() => shell.interrupt())
    } else if (event.key === 'ArrowUp' && plain && !value.slice(0, selectionStart).includes('\n')) take(() => recall(1))
    else if (event.key === 'ArrowDown' && plain && !value.slice(selectionEnd).includes('\n')) take(() => recall(-1))
  }
}

/** About the width of a letter of the terminal's type. */
const LETTER_PX = 7.4
