// The real servers of one virtual server as the kernel keeps them on one node: who is there, in which order, and how many
// connections each has. A server that has left the rules stays, without new connections, until its last one is forgotten.

/** A connection that was closed still counts for so long: two minutes in FIN-WAIT and TIME-WAIT. */
const CLOSED_COUNTS_MS = 120_000

/** Plain data, so that a snapshot can hold it as it is. */
export interface RealServer {
  /** `10.244.1.5:9376`. */
  readonly endpoint: string
  /** 1, or 0 while it is on its way out. */
  weight: 0 | 1
  /** Connections that are established. */
  active: number
  /** When each of the others will be forgotten, virtual ms, in order. */
  readonly closing: number[]
}

export function newRealServer(endpoint: string): RealServer {
  return { endpoint, weight: 1, active: 0, closing: [] }
}

export function opened(server: RealServer): void {
  server.active++
}

export function closed(server: RealServer, nowMs: number): void {
  if (server.active === 0) return
  server.active--
  server.closing.push(nowMs + CLOSED_COUNTS_MS)
}

/** Connections that are not established any more and not forgotten yet. */
export function inactive(server: RealServer, nowMs: number): number {
  let over = 0
  while (over < server.closing.length && (server.closing[over] as number) <= nowMs) over++
  if (over > 0) server.closing.splice(0, over)
  return server.closing.length
}

/** Whether it has no connection at all: only then does kube-proxy take a server away that has left its rules. */
export function isIdle(server: RealServer, nowMs: number): boolean {
  return server.active === 0 && inactive(server, nowMs) === 0
}

/** What least-connection scheduling weighs: an established connection like 256 others. */
export function overhead(server: RealServer, nowMs: number): number {
  return 256 * server.active + inactive(server, nowMs)
}
