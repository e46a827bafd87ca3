// The verdicts on one Service of a cluster: gathers what explain has to be handed.

import type { World } from './apps/world.ts'
import { endpointVerdicts, type DecisionLog, type EndpointVerdict } from './explain/index.ts'
import type { StoreClient } from './store/index.ts'

export interface VerdictQuestion {
  readonly store: StoreClient
  readonly world: World
  readonly nowMs: number
  readonly service: { readonly namespace: string; readonly name: string }
  readonly decisions: DecisionLog | undefined
}

export function verdictsOf({ store, world, nowMs, service, decisions }: VerdictQuestion): readonly EndpointVerdict[] {
  const { namespace, name } = service
  const found = store.get('Service', namespace, name)
  if (!found) return []
  const deadNodes = new Map(
    world
      .machines()
      .filter(machine => !machine.power)
      .map(machine => [machine.name, { sinceMs: machine.sinceMs }] as const),
  )
  const slices = store.slicesOfService(namespace, name)
  return endpointVerdicts({ service: found, pods: store.list('Pod'), slices, deadNodes, nowMs, decisions })
}
