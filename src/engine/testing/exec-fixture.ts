// A command in a Pod, as the API's door gives it.

import { apiOf, type Cluster } from '../index.ts'
import type { StreamInput } from '../rest/index.ts'

/** A command under way: what it said so far, and its end. */
export class Exec {
  out = ''
  err = ''
  end = ''
  isOver = false
  readonly input: StreamInput

  constructor(
    cluster: Cluster,
    pod: string,
    words: readonly string[],
    options = '&stdout=true&stderr=true&stdin=true',
  ) {
    const query = `${words.map(word => `command=${encodeURIComponent(word)}`).join('&')}${options}`
    const path = `/api/v1/namespaces/default/pods/${pod}/exec`
    const response = apiOf(cluster).handle({ method: 'GET', path, query, headers: {}, body: '' })
    if (response.type !== 'stream') throw new Error(response.type === 'body' ? response.body : 'a watch')
    this.input = response.open({
      send: (channel, text) => {
        if (channel === 'stdout') this.out += text
        else if (channel === 'stderr') this.err += text
        else this.end += text
      },
      end: () => (this.isOver = true),
    })
  }

  /** Exit code, or the reason why there is none. */
  get code(): number | string | undefined {
    if (this.end === '') return undefined
    const { status, reason, details } = JSON.parse(this.end) as {
      readonly status: string
      readonly reason?: string
      readonly details?: { readonly causes: readonly { readonly message: string }[] }
    }
    if (status === 'Success') return 0
    return reason === 'NonZeroExitCode' ? Number(details?.causes[0]?.message) : reason
  }
}
