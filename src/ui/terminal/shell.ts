// What runs in the terminal: lines are taken apart, kubectl is run against the engine, the few other words are answered.
// One command at a time; virtual time is the session's, so a wait stands still while the clock does.

import { complete, Interrupt, runKubectl, splitShell, type Completion, type Terminal } from '../../kubectl/index.ts'
import type { T } from '../i18n/index.ts'
import type { Acts } from '../state/acts.ts'
import { browserStorage, recallHistory, rememberHistory } from '../state/remember.ts'
import { session } from '../state/session.ts'
import { terminal, withText, type LineTone } from '../state/terminal.ts'

const SERVER = 'https://kubernetes.default.svc'
/** Commands of a network that this shell is not in. */
const NETWORK = ['curl', 'wget', 'nslookup', 'dig', 'ping', 'host', 'nc', 'telnet']

export class Shell {
  readonly #acts: Pick<Acts, 'callApi'>
  readonly #t: T

  constructor(acts: Pick<Acts, 'callApi'>, t: T) {
    this.#acts = acts
    this.#t = t
  }

  /** Takes a line, or several; runs them once they are whole. */
  async enter(typed: string): Promise<void> {
    const { begun, stop } = terminal.getState()
    if (stop) return
    const text = begun === '' ? typed : `${begun}\n${typed}`
    say(typed, begun === '' ? 'command' : 'more')
    const split = splitShell(text)
    if (split.type === 'open') return terminal.setState({ begun: text, typed: '' })
    terminal.setState({ begun: '', typed: '' })
    remember(text)
    if (split.type === 'refused') say(split.message, 'error')
    else await this.#runAll(split.commands)
    terminal.setState({ stop: null })
  }

  /** Ctrl+C: stops what runs, or gives up what is being typed. */
  interrupt(): void {
    const { stop, begun, typed } = terminal.getState()
    if (stop) return stop()
    say(`${typed}^C`, begun === '' ? 'command' : 'more')
    terminal.setState({ begun: '', typed: '' })
  }

  complete(before: string): Promise<Completion> {
    const ask = async (words: readonly string[]): Promise<readonly string[]> => {
      let text = ''
      await runKubectl(
        words,
        this.#terminal(
          new Interrupt(),
          '',
          more => (text += more),
          () => {},
        ),
      )
      return text.split('\n').filter(line => line !== '')
    }
    return complete(before, {
      files: [...files().keys()],
      kinds: async () => {
        const lines = await ask(['api-resources', '--no-headers', '--verbs=get'])
        // The second cell is empty where a kind has no short name, and then the version stands there.
        return lines
          .flatMap(line => line.split(/\s{2,}/).slice(0, 2))
          .flatMap(cell => (/\/|^v\d/.test(cell) ? [] : cell.split(',')))
      },
      names: async (kind, namespace) => {
        const lines = await ask(['get', kind, '-o', 'name', ...(namespace === '' ? [] : ['-n', namespace])])
        return lines.map(line => line.slice(line.indexOf('/') + 1))
      },
    })
  }

  async #runAll(
    commands: readonly { readonly words: readonly string[]; readonly stdin: string; readonly ifOk: boolean }[],
  ): Promise<void> {
    let code = 0
    for (const { words, stdin, ifOk } of commands) {
      if (ifOk && code !== 0) continue
      const interrupt = new Interrupt()
      terminal.setState({ stop: () => interrupt.raise() })
      code = await this.#run(words, stdin, interrupt)
      if (interrupt.happened) {
        say('^C', 'plain')
        return
      }
    }
  }

  async #run([word = '', ...rest]: readonly string[], stdin: string, interrupt: Interrupt): Promise<number> {
    switch (word) {
      case 'kubectl':
      case 'k':
        return this.#kubectl(rest, stdin, interrupt)
      case 'clear':
        clear()
        return 0
      case 'help':
        say(this.#t('terminal.help'), 'note')
        return 0
      default: {
        const line = [word, ...rest].join(' ')
        const isNetwork = NETWORK.includes(word)
        say(isNetwork ? this.#t('terminal.outside', { word, line }) : this.#t('terminal.noCommand', { word }), 'note')
        return 127
      }
    }
  }

  async #kubectl(words: readonly string[], stdin: string, interrupt: Interrupt): Promise<number> {
    const out = (text: string): void => terminal.setState(state => withText(state, text, () => 'plain'))
    const err = (text: string): void => terminal.setState(state => withText(state, text, toneOf))
    try {
      return await runKubectl(words, this.#terminal(interrupt, stdin, out, err))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      say(this.#t('terminal.broken', { message }), 'error')
      return 1
    }
  }

  #terminal(interrupt: Interrupt, stdin: string, out: Terminal['out'], err: Terminal['err']): Terminal {
    return {
      send: (request, listener) => this.#acts.callApi(request, listener),
      after: afterVirtual,
      out,
      err,
      server: SERVER,
      stdin,
      files: files(),
      interrupt,
    }
  }
}

/** What `-f` can read: the text that the cluster follows. */
function files(): ReadonlyMap<string, string> {
  return new Map([['manifests.yaml', session.getState().manifest.text]])
}

function afterVirtual(ms: number, callback: () => void): () => void {
  let startMs = session.getState().clock.nowMs
  const stop = session.subscribe(({ clock }) => {
    // Another cluster began at nought.
    if (clock.nowMs < startMs) startMs = clock.nowMs
    if (clock.nowMs - startMs < ms) return
    stop()
    callback()
  })
  return stop
}

function toneOf(line: string): LineTone {
  if (/^warning:/i.test(line)) return 'warning'
  return /^(error\b|The .* is invalid|\* |command terminated)/i.test(line) ? 'error' : 'plain'
}

function say(text: string, tone: LineTone): void {
  terminal.setState(state => withText({ ...state, unended: false }, `${text}\n`, () => tone))
}

export function clear(): void {
  terminal.setState({ lines: [], unended: false })
}

function remember(text: string): void {
  terminal.setState(({ history }) => {
    if (text.trim() === '' || history.at(-1) === text) return {}
    const kept = [...history, text].slice(-200)
    rememberHistory(browserStorage(), kept)
    return { history: kept }
  })
}

/** Takes up what was typed on an earlier visit, once. */
export function recallTyped(): void {
  if (terminal.getState().history.length === 0) terminal.setState({ history: recallHistory(browserStorage()) })
}
