// A cluster as the player of vectors sees it: a `fetch` that knocks at the API's door of an engine in this process, and a
// `sleep` that moves its virtual clock. Nothing waits for the wall clock, so a story of minutes takes milliseconds.

import {
  apiOf,
  createCluster,
  recordData,
  type ApiStream,
  type ApiWatch,
  type Cluster,
  type DnsAnswer,
  type DnsRecord,
  type DnsType,
} from '../engine/index.ts'
import { createPlayer, type DnsTold, type FetchInit, type Player } from './story.mjs'

const ORIGIN = 'http://cluster'
/** A date that no story speaks of: what it sent itself is compared as it stands. */
const EPOCH_MS = 1_893_553_445_000
/** How long a request is under way: long enough for controllers to act between two, as they did when it was recorded. */
const REQUEST_MS = 5
/** How long after a write cluster DNS has surely heard of it. */
const DNS_HEARS_MS = 100
const DNS_TYPES: readonly DnsType[] = ['A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT', 'NS', 'SOA']
/** Of a SOA; no other number of a record is like it. */
const SERIAL = 987_654_321

/** A player against a new cluster without Nodes, and with nothing in it but the default namespaces. */
export function playerInProcess({ dualStack = false } = {}): Player {
  const cluster = createCluster({ seed: 1, empty: true, epochMs: EPOCH_MS, dualStack })
  const deadlines = new Deadlines()
  const pass = (ms: number): void => {
    cluster.advanceTo(cluster.nowMs + ms)
    deadlines.pass(cluster.nowMs)
  }
  return createPlayer({
    fetch: (url, init) => {
      pass(REQUEST_MS)
      return Promise.resolve(fetchFrom(cluster, deadlines, new URL(url, ORIGIN), init))
    },
    now: () => cluster.nowMs,
    ask: async ({ name, type }) => {
      pass(DNS_HEARS_MS)
      return toldBy(cluster.dns({ name, type: DNS_TYPES.find(known => known === type) ?? 'other' }))
    },
    sleep: async ms => {
      pass(ms)
      // Who reads a watch hears what was said before the story goes on.
      await new Promise(resolve => setImmediate(resolve))
    },
  })
}

function toldBy({ rcode, isOurs, answers, authority, additional }: DnsAnswer): DnsTold {
  const lines = (records: readonly DnsRecord[]): string[] =>
    records
      .map(record => {
        const data = recordData(record, SERIAL).replace(String(SERIAL), '<serial>').replaceAll('"', '')
        return `${record.name}. ${record.ttlSeconds} ${record.type} ${data}`
      })
      .sort()
  return {
    rcode,
    authoritative: isOurs,
    truncated: false,
    answer: lines(answers),
    authority: lines(authority),
    additional: lines(additional),
  }
}

function fetchFrom(cluster: Cluster, deadlines: Deadlines, url: URL, init: FetchInit): Response {
  const answer = apiOf(cluster).handle({
    method: init.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    // As Node's own fetch calls itself.
    headers: { 'user-agent': 'node', ...init.headers },
    body: init.body ?? '',
  })
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one)
  }
  if (answer.type === 'watch') return new Response(linesOf(answer, cluster, deadlines, init.signal), { headers })
  if (answer.type === 'stream') return new Response(textSoFar(answer), { headers })
  return new Response(answer.body, { status: answer.status, headers })
}

/** What a log says at once; no story follows one. */
function textSoFar(log: ApiStream): string {
  let text = ''
  log.open({ send: (_, more) => (text += more), end: () => undefined }).stop()
  return text
}

function linesOf(
  watch: ApiWatch,
  cluster: Cluster,
  deadlines: Deadlines,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start: controller => {
      let open = true
      const end = (): void => {
        if (open) controller.close()
        open = false
      }
      const stop = watch.open(line => {
        if (open) controller.enqueue(encoder.encode(`${line}\n`))
      }, end)
      const stopAndEnd = (): void => {
        stop()
        end()
      }
      signal?.addEventListener('abort', stopAndEnd)
      if (watch.timeoutSeconds !== undefined) deadlines.add(cluster.nowMs + watch.timeoutSeconds * 1_000, stopAndEnd)
    },
  })
}

/** What is to happen at moments of the virtual clock outside the cluster. */
class Deadlines {
  #waiting: { readonly atMs: number; readonly work: () => void }[] = []

  add(atMs: number, work: () => void): void {
    this.#waiting.push({ atMs, work })
  }

  /** Does what is due at this moment. */
  pass(nowMs: number): void {
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs)
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > nowMs)
    for (const { work } of due) work()
  }
}
