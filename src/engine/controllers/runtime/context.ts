// What every controller is handed: the event loop, chance, settings, a way to the API server, and the machines as they
// really are. Controllers read the store itself: their caches are modelled as always fresh, so a sync never acts on a
// stale view and the "informer cache is out of date" retries of real controllers have no counterpart here.

import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { RunCommand } from '../../apps/run-command.ts'
import type { World } from '../../apps/world.ts'
import type { EventLoop } from '../../kernel/event-loop.ts'
import type { Part } from '../../kernel/part.ts'
import type { Random } from '../../kernel/rng.ts'
import type { StoreClient } from '../../store/client.ts'
import type { DecisionListener, DecisionVoice } from './decision-hub.ts'

export interface ControllerContext {
  readonly loop: EventLoop
  readonly random: Random
  readonly settings: () => ClusterSettings
  readonly client: (actor: string) => StoreClient
  readonly world: World
  /** Runs a command in a container of a Pod, as `kubectl exec` would. */
  readonly run: RunCommand
  /** Milliseconds since 1970 at this moment of virtual time. */
  readonly wallMs: () => number
}

/** All controllers of one cluster. */
export interface Controllers {
  readonly parts: readonly Part[]
  /** Schedules the periodic work of a new cluster. A loaded cluster has it in its event queue already. */
  start(): void
  /** The virtual time of the earliest pending eviction by taint on that Node, or undefined when none is pending. */
  podEvictionMs(node: string): number | undefined
  /** Tells every decision from now on, with its reason. Listening changes nothing. Returns the way to stop. */
  onDecision(listener: DecisionListener): () => void
  /** How the API server explains itself. */
  readonly decide: DecisionVoice
}
