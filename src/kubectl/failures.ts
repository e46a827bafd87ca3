// How a command fails, in kubectl's words (`cmdutil.StandardErrorMessage` and its neighbours): what a server refused as
// `Error from server (Reason): …` or `The KIND "NAME" is invalid: …`, all else as `error: …`.

import { isFields, listAt, mapAt, textAt, type Fields } from './fields.ts'

/** Ends a command: its text goes to standard error as it stands. */
export class Failure extends Error {
  readonly exitCode: number

  constructor(text: string, exitCode = 1) {
    super(text)
    this.exitCode = exitCode
  }
}

/** A Status that the server sent in place of what it was asked for. */
export class StatusFailure extends Failure {
  readonly status: Fields

  constructor(status: Fields, source?: { readonly doing: string; readonly from: string }) {
    super(wordsOf(status, source))
    this.status = status
  }

  get reason(): string {
    return textAt(this.status, 'reason')
  }

  /** The same refusal, told of a file that it came from. */
  inSource(doing: string, from: string): StatusFailure {
    return new StatusFailure(this.status, { doing, from })
  }
}

/** Several failures of one command, each on a line of its own. */
export class Failures extends Failure {
  constructor(failures: readonly Failure[]) {
    super(failures.map(one => one.message).join('\n'))
  }
}

/** The command was stopped by Ctrl+C. */
export class Interrupted extends Failure {
  constructor() {
    super('', 130)
  }
}

export function failure(message: string): Failure {
  return new Failure(`error: ${message}`)
}

/** A command that was not put as it should be, with where to read how. */
export function usageFailure(command: string, message: string): Failure {
  return new Failure(`error: ${message}\nSee 'kubectl ${command} -h' for help and examples`)
}

/** Throws what went wrong, if anything did. */
export function throwAll(failures: readonly Failure[]): void {
  const [first, second] = failures
  if (first) throw second ? new Failures(failures) : first
}

function wordsOf(status: Fields, source: { readonly doing: string; readonly from: string } | undefined): string {
  const reason = textAt(status, 'reason')
  if (reason === 'Invalid') return invalid(status)
  const message = textAt(status, 'message')
  const told = source ? `error when ${source.doing} "${source.from}": ${message}` : message
  return reason === '' ? `Error from server: ${told}` : `Error from server (${reason}): ${told}`
}

function invalid(status: Fields): string {
  const message = textAt(status, 'message')
  if (!isFields(status['details'])) return `The request is invalid${message === '' ? '' : `: ${message}`}`
  const details = mapAt(status, 'details')
  const causes = listAt(details, 'causes')
  const kind = textAt(details, 'kind')
  const name = textAt(details, 'name')
  const isNamed = kind !== '' || name !== ''
  const head = isNamed ? `The ${kind} "${name}" is invalid` : 'The request is invalid'
  if (causes.length === 0) return isNamed || message === '' ? head : `${head}: ${message}`
  const lines = [...new Set(causes.map(cause => `${textAt(cause, 'field')}: ${textAt(cause, 'message')}`))]
  return lines.length === 1 ? `${head}: ${lines[0] ?? ''}` : `${head}: \n${lines.map(line => `* ${line}`).join('\n')}`
}
