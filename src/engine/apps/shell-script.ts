// A shell script as it is understood: lists of pipelines, simple commands and the control structures about them. What reads it
// is read-script.ts; what runs it stands a floor higher, where the network is. Left out: functions, `case`, background.

/** Text as it stands, or what is put in its place when the word is used. Without quotes that may come to several words. */
export type Piece =
  | string
  /** The name of a variable, of which `?` is the last exit code; the fallback counts where it is empty. */
  | { readonly variable: string; readonly quoted: boolean; readonly fallback?: string }
  /** `$(…)`: what a script prints. */
  | { readonly script: Script; readonly quoted: boolean }
  /** `$((…))`. */
  | { readonly sum: string; readonly quoted: boolean }

export type Word = readonly Piece[]

/** Where a stream of a command goes or comes from: a file, or (without a path) where the other stream goes. */
export interface Redirection {
  readonly stream: 'stdin' | 'stdout' | 'stderr'
  readonly append: boolean
  readonly path: Word | null
}

/** What is run: words, and where its output goes. */
export interface CommandLine {
  readonly words: readonly Word[]
  readonly redirections: readonly Redirection[]
}

export interface SimpleCommand extends CommandLine {
  readonly type: 'simple'
  /** `NAME=value` before the words. */
  readonly assignments: readonly { readonly name: string; readonly value: Word }[]
}

interface Compound {
  readonly redirections: readonly Redirection[]
}

export type ScriptCommand =
  | SimpleCommand
  | (Compound & { readonly type: 'while' | 'until'; readonly condition: Script; readonly body: Script })
  | (Compound & { readonly type: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Script })
  | (Compound & {
      readonly type: 'if'
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[]
      readonly otherwise: Script
    })
  | (Compound & { readonly type: 'group' | 'subshell'; readonly body: Script })

/** Commands each of which reads what the one before prints. */
export interface Pipeline {
  readonly commands: readonly ScriptCommand[]
  /** `!` before it. */
  readonly negated: boolean
  /** When it is run: always, or after a success or a failure of what went before. */
  readonly when: 'always' | 'success' | 'failure'
}

export type Script = readonly Pipeline[]

/** Words that are what they are, as a runtime is given them. */
export function plainCommand(words: readonly string[]): SimpleCommand {
  return { type: 'simple', words: words.map(word => [word]), redirections: [], assignments: [] }
}

/** A word of which only what stands there is known. */
export function literalText(word: Word): string {
  return word.map(piece => (typeof piece === 'string' ? piece : '')).join('')
}
