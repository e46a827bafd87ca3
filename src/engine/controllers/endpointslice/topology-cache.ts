// What hints need to know beyond one Service, after k8s.io/endpointslice's topologycache: the share of each zone in the
// CPUs of the Nodes that are ready, and which Service has how many hints for each zone, so that those can be found that a
// change of Nodes leaves with too few.

import { milliValue } from '../../api/quantity.ts'
import { ZONE_LABEL, type Node } from '../../api/node/node.ts'
import type { IPFamily } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'
import { findCondition } from '../runtime/conditions.ts'

/** Zone → its share, from 0 to 1; zones by name. Undefined while Nodes do not tell enough. */
export type CpuRatios = ReadonlyMap<string, number> | undefined

/** The hints of one Service. */
export interface HintState {
  /** For each family with hints: zone → how many endpoints are hinted there. */
  readonly allocated: ReadonlyMap<IPFamily, ReadonlyMap<string, number>>
  /** Whether it is known to have hints; one family that loses them takes this away. */
  readonly populated: boolean
}

export const NO_HINTS: HintState = { allocated: new Map(), populated: false }

type Pairs<T> = readonly (readonly [string, T])[]

export interface SavedTopologyCache {
  readonly ratios: Pairs<number> | null
  readonly states: Pairs<{ readonly allocated: Pairs<Pairs<number>>; readonly populated: boolean }>
}

const OVERLOAD_FACTOR = 1 / (1 + 0.2)
const LEFT_OUT_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/** How many endpoints a zone must have at the least, for its share of what is wanted, so that it is not overloaded. */
export function leastOf(desired: number): number {
  return Math.ceil(desired * OVERLOAD_FACTOR)
}

/** Whether a change of a Node may change the shares: they are worked out anew only then. */
export function changesRatios(before: Node | undefined, after: Node | undefined): boolean {
  if (!before || !after) return true
  return isReady(before) !== isReady(after) || changesZone(before, after)
}

/** Whether a Node is in another zone than it was. */
export function changesZone(before: Node, after: Node): boolean {
  return zoneOf(before) !== zoneOf(after)
}

/** The share of each zone; undefined when a Node says too little, or all are in one zone. */
export function cpuRatiosOf(nodes: readonly Node[]): CpuRatios {
  const byZone = new Map<string, number>()
  let total = 0
  for (const node of nodes) {
    if (LEFT_OUT_LABELS.some(label => node.metadata.labels?.[label] !== undefined) || !isReady(node)) continue
    const cpu = milliValue(node.status?.allocatable?.['cpu'] ?? '')
    const zone = zoneOf(node)
    if (!zone || cpu === 0) return undefined
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpu)
    total += cpu
  }
  if (total === 0 || byZone.size < 2) return undefined
  return new Map([...byZone].sort((a, b) => compareText(a[0], b[0])).map(([zone, cpu]) => [zone, cpu / total]))
}

export class TopologyCache {
  #ratios: CpuRatios
  readonly #states = new Map<string, HintState>()

  get ratios(): CpuRatios {
    return this.#ratios
  }

  state(service: string): HintState {
    return this.#states.get(service) ?? NO_HINTS
  }

  setState(service: string, state: HintState): void {
    if (state.allocated.size === 0 && !state.populated) this.#states.delete(service)
    else this.#states.set(service, state)
  }

  /** Takes the Nodes over, and gives the Services (`namespace/name`, in order) that are overloaded in a zone by now. */
  setNodes(nodes: readonly Node[]): readonly string[] {
    this.#ratios = cpuRatiosOf(nodes)
    return [...this.#states]
      .filter(([, { allocated }]) => [...allocated.values()].some(hints => isOverloaded(hints, this.#ratios)))
      .map(([service]) => service)
      .sort(compareText)
  }

  save(): SavedTopologyCache {
    const states = [...this.#states].sort((a, b) => compareText(a[0], b[0]))
    return {
      ratios: this.#ratios ? [...this.#ratios] : null,
      states: states.map(([service, { allocated, populated }]) => {
        const pairs = [...allocated].map(([family, hints]) => [family, [...hints]] as const)
        return [service, { allocated: pairs, populated }] as const
      }),
    }
  }

  load({ ratios, states }: SavedTopologyCache): void {
    this.#ratios = ratios ? new Map(ratios) : undefined
    this.#states.clear()
    for (const [service, { allocated, populated }] of states) {
      const pairs = allocated.map(([family, hints]) => [family as IPFamily, new Map(hints)] as const)
      this.#states.set(service, { allocated: new Map(pairs), populated })
    }
  }
}

function isOverloaded(hints: ReadonlyMap<string, number>, ratios: CpuRatios): boolean {
  if (hints.size === 0) return false
  if (!ratios) return true
  const total = [...hints.values()].reduce((sum, count) => sum + count, 0)
  return [...ratios].some(([zone, ratio]) => {
    const count = hints.get(zone)
    return count === undefined || count < leastOf(total * ratio)
  })
}

function isReady(node: Node): boolean {
  return findCondition(node.status?.conditions, 'Ready')?.status === 'True'
}

function zoneOf(node: Node): string | undefined {
  return node.metadata.labels?.[ZONE_LABEL]
}
