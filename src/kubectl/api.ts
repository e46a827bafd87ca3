// kubectl's side of the API's door: requests with the headers that kubectl sends, answers as values, refusals thrown as
// what kubectl says of them, warnings on standard error, each once.

import type { ApiAnswer, ApiChannel } from '../protocol/index.ts'
import { isFields, textAt, type Fields } from './fields.ts'
import { Failure, Interrupted, StatusFailure } from './failures.ts'
import type { StreamListener, Terminal } from './terminal.ts'

const USER_AGENT = 'kubectl/v1.34.4 (browser) kubernetes'
export const AS_TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
const AS_GROUPS =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'

export const MERGE_PATCH = 'application/merge-patch+json'
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json'
export const JSON_PATCH = 'application/json-patch+json'
export const APPLY_PATCH = 'application/apply-patch+yaml'

export interface Query {
  readonly [name: string]: string | number | undefined
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined
  readonly path: string
  readonly query?: Query | undefined
  /** In place of `query`, where a name comes more than once. */
  readonly rawQuery?: string | undefined
  readonly accept?: string | undefined
  readonly contentType?: string | undefined
  /** A text as it stands, any other value as JSON. */
  readonly body?: unknown
}

interface FollowOptions {
  readonly limit?: { readonly ms: number; readonly failure: () => Failure }
  /** Takes an answer that is no stream after all. */
  readonly body?: (text: string) => void
}

export class Api {
  readonly terminal: Terminal
  readonly #warned = new Set<string>()
  /** What the server's clock showed with its last answer, in milliseconds since 1970. */
  nowMs = 0

  constructor(terminal: Terminal) {
    this.terminal = terminal
  }

  /** The answer's text. Throws the Status of a refusal. */
  async text(asked: Asked): Promise<string> {
    const { answer } = this.#send(asked, { piece: () => {}, end: () => {} })
    const told = await answer
    if (told.type === 'stream') throw new Failure('error: the server answered with a stream')
    if (told.status >= 400) throw refusalOf(told.body, told.status)
    return told.body
  }

  async json(asked: Asked): Promise<Fields> {
    const value: unknown = JSON.parse(await this.text(asked))
    return isFields(value) ? value : {}
  }

  /** The object, or null where there is none. */
  async find(asked: Asked): Promise<Fields | null> {
    try {
      return await this.json(asked)
    } catch (error) {
      if (error instanceof StatusFailure && error.reason === 'NotFound') return null
      throw error
    }
  }

  groups(path: '/api' | '/apis'): Promise<Fields> {
    return this.json({ path, accept: AS_GROUPS })
  }

  /**
   * Follows a stream until `take` returns false or the server ends it. Resolves with whether `take` ended it; Ctrl+C
   * throws, as does a time limit with `onTimeout`.
   */
  async follow(
    asked: Asked,
    take: (text: string, channel: ApiChannel) => boolean,
    { limit, body }: FollowOptions = {},
  ): Promise<boolean> {
    const { interrupt } = this.terminal
    return new Promise<boolean>((resolve, reject) => {
      let done = false
      // What is due already is told from inside the opening, before there is anything to close.
      let close: (() => void) | undefined
      const finish = (settle: () => void): void => {
        if (done) return
        done = true
        stopListening()
        stopTimer()
        close?.()
        settle()
      }
      const stopListening = interrupt.onRaise(() => finish(() => reject(new Interrupted())))
      const stopTimer = limit
        ? this.terminal.after(limit.ms, () => finish(() => reject(limit.failure())))
        : (): void => {}
      const sent = this.#send(asked, {
        piece: (text, channel) => {
          if (done) return
          try {
            if (!take(text, channel)) finish(() => resolve(true))
          } catch (error) {
            finish(() => reject(asError(error)))
          }
        },
        end: () => finish(() => resolve(false)),
      })
      close = sent.close
      if (done) close()
      sent.answer.then(
        told => {
          if (told.type === 'body') finish(() => settleBody(told, body, resolve, reject))
        },
        (error: unknown) => finish(() => reject(asError(error))),
      )
    })
  }

  /** What comes out of a container, to its end. Resolves with the Status that a command ended in, if one came. */
  async stream(
    asked: Asked,
    to: { readonly out: (text: string) => void; readonly err: (text: string) => void },
  ): Promise<Fields | null> {
    let status: Fields | null = null
    await this.follow(
      asked,
      (text, channel) => {
        if (channel === 'error') {
          const value: unknown = JSON.parse(text)
          status = isFields(value) ? value : null
        } else if (channel === 'stderr') to.err(text)
        else to.out(text)
        return true
      },
      { body: to.out },
    )
    return status
  }

  /** Virtual time goes by. Ctrl+C throws. */
  async pause(ms: number): Promise<void> {
    const { interrupt } = this.terminal
    await new Promise<void>((resolve, reject) => {
      const stopListening = interrupt.onRaise(() => {
        stopTimer()
        reject(new Interrupted())
      })
      const stopTimer = this.terminal.after(ms, () => {
        stopListening()
        resolve()
      })
    })
  }

  #send(asked: Asked, listener: StreamListener): { readonly answer: Promise<ApiAnswer>; readonly close: () => void } {
    if (this.terminal.interrupt.happened) throw new Interrupted()
    const { method = 'GET', path, query = {}, rawQuery, accept = 'application/json', contentType, body } = asked
    const call = this.terminal.send(
      {
        method,
        path,
        query: rawQuery ?? queryText(query),
        headers: {
          accept,
          'user-agent': USER_AGENT,
          ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        },
        body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
      },
      listener,
    )
    const answer = call.answer.then(told => {
      this.#hear(told)
      return told
    })
    return { answer, close: () => call.close() }
  }

  #hear({ headers }: ApiAnswer): void {
    for (const one of [headers['warning'] ?? []].flat()) this.warn(/^\d+ \S+ "(.*)"$/s.exec(one)?.[1] ?? one)
    const at = Date.parse([headers['date'] ?? ''].flat()[0] ?? '')
    if (!Number.isNaN(at)) this.nowMs = at
  }

  /** Once for each text, however often it comes. */
  warn(escaped: string): void {
    const text = escaped.replace(/\\(.)/g, '$1')
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    this.terminal.err(`Warning: ${text}\n`)
  }
}

function settleBody(
  told: { readonly status: number; readonly body: string },
  take: ((text: string) => void) | undefined,
  resolve: (ended: boolean) => void,
  reject: (error: Error) => void,
): void {
  if (told.status >= 400) reject(refusalOf(told.body, told.status))
  else {
    take?.(told.body)
    resolve(false)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function refusalOf(body: string, code: number): Failure {
  try {
    const status: unknown = JSON.parse(body)
    if (isFields(status) && textAt(status, 'kind') === 'Status') return new StatusFailure(status)
  } catch {
    // Not every refusal is a Status: what a path that is not there gets is plain text.
  }
  const notFound = { reason: 'NotFound', message: 'the server could not find the requested resource', code: 404 }
  return new StatusFailure(code === 404 ? notFound : { message: body.trim(), code })
}

function queryText(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')
}
