// What faults do to packets on their way: which pairs of places no longer reach each other, how many packets are lost, which
// Pods answer late, and who hears nothing of cluster DNS. It is made anew from the faults in force whenever they change, so it
// has nothing to save. A packet that is lost on the way to a server or back costs its client the same, so loss and partitions
// look in both directions.

/** Where a packet starts or ends: `node` is '' outside the cluster, `pod` is `namespace/name` or null. */
export interface Spot {
  readonly node: string
  readonly pod: string | null
}

/** Some Nodes, with all that runs on them, and some Pods. */
export interface Side {
  readonly nodes: readonly string[]
  readonly pods: readonly string[]
}

/** What one fault in force does. */
export type Disturbance =
  /** Nothing passes between both sides; without a second one, between the first and everything else. */
  | { readonly kind: 'cut'; readonly one: Side; readonly other: Side | null }
  /** Of the packets between both sides (of all to and from the first, without a second) so many are lost, 0 to 1. */
  | { readonly kind: 'loss'; readonly one: Side; readonly other: Side | null; readonly share: number }
  | { readonly kind: 'slow'; readonly pods: readonly string[]; readonly addMs: number }
  /** Cluster DNS does not answer those on these Nodes; without Nodes, nobody. */
  | { readonly kind: 'no-dns'; readonly nodes: readonly string[] | null }

export class Disturbances {
  #all: readonly Disturbance[] = []

  replace(all: readonly Disturbance[]): void {
    this.#all = all
  }

  /** Whether a way, from place to place, is cut somewhere. */
  cuts(way: readonly Spot[]): boolean {
    return this.#all.some(
      one => one.kind === 'cut' && way.some((from, index) => index > 0 && separates(one, way[index - 1] as Spot, from)),
    )
  }

  /** Of the packets on this way so many are lost in one direction, 0 to 1. */
  lossOn(way: readonly Spot[]): number {
    let passing = 1
    for (const one of this.#all) {
      if (one.kind !== 'loss') continue
      const isOnWay = way.some((to, index) => index > 0 && concerns(one, way[index - 1] as Spot, to))
      if (isOnWay) passing *= 1 - one.share
    }
    return 1 - passing
  }

  /** How much longer a Pod takes to answer. */
  addedMs(pod: string | null): number {
    if (pod === null) return 0
    return this.#all.reduce((sum, one) => sum + (one.kind === 'slow' && one.pods.includes(pod) ? one.addMs : 0), 0)
  }

  /** Whether cluster DNS answers those on this Node. */
  answersNames(node: string): boolean {
    return !this.#all.some(one => one.kind === 'no-dns' && (one.nodes === null || one.nodes.includes(node)))
  }
}

function separates({ one, other }: { readonly one: Side; readonly other: Side | null }, a: Spot, b: Spot): boolean {
  if (other === null) return isIn(one, a) !== isIn(one, b)
  return (isIn(one, a) && isIn(other, b)) || (isIn(other, a) && isIn(one, b))
}

/** Within one machine nothing goes over the wire that loses packets, unless it is a Pod that does. */
function concerns({ one, other }: { readonly one: Side; readonly other: Side | null }, a: Spot, b: Spot): boolean {
  if (other !== null) return separates({ one, other }, a, b)
  if (a.node === b.node) return isPodIn(one, a) || isPodIn(one, b)
  return isIn(one, a) || isIn(one, b)
}

function isIn(side: Side, spot: Spot): boolean {
  return side.nodes.includes(spot.node) || isPodIn(side, spot)
}

function isPodIn({ pods }: Side, { pod }: Spot): boolean {
  return pod !== null && pods.includes(pod)
}
