// Which real server a new connection goes to, by each of the kernel's schedulers for IPVS (net/netfilter/ipvs): pure in the
// list of servers and in the little that a scheduler remembers. kube-proxy gives every server the weight 1, or 0 on its way
// out, and never an upper limit. Hashes are ours: which slot an address has differs from kernel to kernel anyway.

import { SETTINGS } from '../../../api/cluster-settings.ts'
import { hashText } from '../../../kernel/rng.ts'
import { overhead, type RealServer } from './real-server.ts'

export const IPVS_SCHEDULERS = SETTINGS['ipvs-scheduler'].choices
export type IpvsScheduler = (typeof IPVS_SCHEDULERS)[number]

/** What a scheduler remembers of one virtual server. Plain data. */
export interface SchedulerMemory {
  /** rr, wrr: the place of the server that was chosen last; −1 before the first. */
  last: number
  /** lblc, lblcr: endpoints that this virtual server's address has been given to. */
  given: readonly string[]
  /** lblcr: when the set last changed, virtual ms. */
  givenMs: number
}

export function newMemory(): SchedulerMemory {
  return { last: -1, given: [], givenMs: 0 }
}

export interface Ask {
  readonly servers: readonly RealServer[]
  readonly memory: SchedulerMemory
  readonly destination: string
  readonly source: string
  /** In [0, 1): stands for the source port, which is chance here. */
  readonly draw: number
  readonly nowMs: number
  /** The table of mh for these servers, kept by whoever asks. */
  readonly maglev: () => readonly number[]
}

/** The server, or undefined when none may take the connection: it is refused. */
export function schedule(scheduler: IpvsScheduler, ask: Ask): RealServer | undefined {
  return SCHEDULERS[scheduler](ask)
}

const SCHEDULERS: { readonly [S in IpvsScheduler]: (ask: Ask) => RealServer | undefined } = {
  rr: nextInTurn,
  // With equal weights it is rr; the list takes care of starting anew when it changes.
  wrr: nextInTurn,
  lc: leastConnections,
  wlc: leastConnections,
  sed: ({ servers }) => least(servers, server => server.active + 1),
  nq: ({ servers }) =>
    servers.find(server => isEligible(server) && server.active === 0) ?? least(servers, server => server.active + 1),
  lblc: localityBased,
  lblcr: localityBasedReplicated,
  dh: ({ servers, destination }) => bySlot(servers, destination),
  sh: ({ servers, source }) => bySlot(servers, source),
  mh: byMaglev,
}

function isEligible({ weight }: RealServer): boolean {
  return weight > 0
}

function nextInTurn({ servers, memory }: Ask): RealServer | undefined {
  for (let step = 1; step <= servers.length; step++) {
    const place = (memory.last + step) % servers.length
    const server = servers[place] as RealServer
    if (!isEligible(server)) continue
    memory.last = place
    return server
  }
  return undefined
}

function leastConnections({ servers, nowMs }: Ask): RealServer | undefined {
  return least(servers, server => overhead(server, nowMs))
}

/** The first of those for which it is smallest. */
function least(servers: readonly RealServer[], weigh: (server: RealServer) => number): RealServer | undefined {
  let best: RealServer | undefined
  let bestLoad = Infinity
  for (const server of servers) {
    if (!isEligible(server)) continue
    const load = weigh(server)
    if (load < bestLoad) [best, bestLoad] = [server, load]
  }
  return best
}

/** More connections than its weight, while some other has fewer than half of its own. */
function isOverloaded(server: RealServer, servers: readonly RealServer[]): boolean {
  return server.active > server.weight && servers.some(other => isEligible(other) && 2 * other.active < other.weight)
}

function localityBased(ask: Ask): RealServer | undefined {
  const { servers, memory, nowMs } = ask
  const kept = servers.find(({ endpoint }) => endpoint === memory.given[0])
  if (kept && isEligible(kept) && !isOverloaded(kept, servers)) return kept
  const chosen = leastConnections(ask)
  if (chosen) Object.assign(memory, { given: [chosen.endpoint], givenMs: nowMs })
  return chosen
}

/** A set that has not changed for a day gives its most loaded member back. */
const SET_EXPIRES_MS = 86_400_000

function localityBasedReplicated(ask: Ask): RealServer | undefined {
  const { servers, memory, nowMs } = ask
  const members = servers.filter(({ endpoint }) => memory.given.includes(endpoint))
  if (members.length > 1 && nowMs - memory.givenMs > SET_EXPIRES_MS) {
    const most = members.toSorted((a, b) => overhead(b, nowMs) - overhead(a, nowMs))[0]
    Object.assign(memory, { given: memory.given.filter(endpoint => endpoint !== most?.endpoint), givenMs: nowMs })
  }
  const kept = leastConnections({ ...ask, servers: members })
  if (kept && !isOverloaded(kept, servers)) return kept
  const chosen = leastConnections(ask)
  if (chosen && !memory.given.includes(chosen.endpoint)) {
    Object.assign(memory, { given: [...memory.given, chosen.endpoint], givenMs: nowMs })
  }
  return chosen
}

const SLOTS = 256

// The table of dh and sh is filled by going through the list again and again. Whoever hashes to a server that takes no
// connections is refused: there is no second choice.
function bySlot(servers: readonly RealServer[], address: string): RealServer | undefined {
  if (servers.length === 0) return undefined
  const server = servers[(hashText(address) % SLOTS) % servers.length] as RealServer
  return isEligible(server) ? server : undefined
}

/** A prime, as IPVS has it by default. */
const MAGLEV_SLOTS = 4_093

// kube-proxy sets the flag that counts the source port too, so that each connection has a slot of its own.
function byMaglev({ servers, source, draw, maglev }: Ask): RealServer | undefined {
  if (servers.length === 0) return undefined
  const slot = (hashText(source) + Math.floor(draw * MAGLEV_SLOTS)) % MAGLEV_SLOTS
  const server = servers[maglev()[slot] as number] as RealServer
  return isEligible(server) ? server : undefined
}

/** Servers take turns in claiming the next free slot of their own order, until all are claimed. */
export function maglevTable(servers: readonly RealServer[]): readonly number[] {
  const table = Array.from({ length: MAGLEV_SLOTS }, () => -1)
  const ways = servers.map(({ endpoint }) => ({
    at: hashText(endpoint) % MAGLEV_SLOTS,
    skip: (hashText(`skip ${endpoint}`) % (MAGLEV_SLOTS - 1)) + 1,
  }))
  for (let claimed = 0; claimed < MAGLEV_SLOTS;) {
    for (const [index, way] of ways.entries()) {
      while (table[way.at] !== -1) way.at = (way.at + way.skip) % MAGLEV_SLOTS
      table[way.at] = index
      if (++claimed === MAGLEV_SLOTS) break
    }
  }
  return table
}
