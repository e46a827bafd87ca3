// What a command does to a cluster. Each is a write to the API, as a user with kubectl would make it, or a change of what is true
// of machines and processes; a refusal is a sentence.

import { nodeMasks, type ClusterSettings } from './api/cluster-settings.ts'
import { KINDS, type Kind, type KindMap } from './api/kind-registry.ts'
import type { Machine, World } from './apps/world.ts'
import { simulatedNode } from './bootstrap.ts'
import { DONE, missing, outcomeOf, refusal } from './command-outcome.ts'
import type { CommandOutcome, ExecutableCommand, ScalableKind, SettingChanges } from './commands.ts'
import type { Drain } from './drain.ts'
import type { EventLoop } from './kernel/event-loop.ts'
import { nodeBlocks } from './kernel/ip-block.ts'
import type { StoreClient } from './store/index.ts'
import type { Traffic } from './traffic/index.ts'

export interface DeedsContext {
  readonly loop: EventLoop
  readonly store: StoreClient
  readonly world: World
  readonly traffic: Traffic
  readonly drain: Drain
  readonly settings: () => ClusterSettings
  readonly changeSettings: (changes: SettingChanges) => void
}

export class Deeds {
  readonly #context: DeedsContext
  /** How many Nodes were made by command: the next is called by the number that follows. */
  nodesMade = 0

  constructor(context: DeedsContext) {
    this.#context = context
  }

  do(command: ExecutableCommand): CommandOutcome {
    switch (command.type) {
      case 'create-nodes':
        return this.#createNodes(command.count)
      case 'kill-pod':
        return outcomeOf(this.#context.store.delete('Pod', command.namespace, command.name, { gracePeriodSeconds: 1 }))
      case 'set-readiness':
        return this.#setReadiness(command)
      case 'set-power':
        return this.#setMachine(command.node, { power: command.on })
      case 'set-kubelet':
        return this.#setMachine(command.node, { kubelet: command.on })
      case 'set-network':
        return this.#setFault(command.node, 'networkDown', !command.on)
      case 'set-link':
        return this.#setFault(command.node, 'cutOff', !command.on)
      case 'shut-down':
        return this.#setMachine(command.node, { shuttingDown: true })
      case 'set-cordon':
        return this.#setCordon(command.node, command.cordoned)
      case 'drain':
        return this.#drainNode(command.node)
      case 'scale':
        return this.#scale(command)
      case 'start-traffic':
        return this.#context.traffic.start(command.spec)
      case 'stop-traffic':
        return this.#context.traffic.stop(command.id)
      case 'inject-fault':
        return this.#context.traffic.faults.inject(command.fault)
      case 'heal-fault':
        return this.#context.traffic.faults.heal(command.id)
      case 'set-settings':
        this.#context.changeSettings(command.settings)
        return DONE
    }
  }

  #createNodes(count: number): CommandOutcome {
    const settings = this.#context.settings()
    for (let made = 0; made < count; made++) {
      const index = this.nodesMade + 1
      const podCIDRs = nodeBlocks(settings['cluster-cidr'], index, nodeMasks(settings))
      if (podCIDRs === undefined) return refusal(`no podCIDR is left for node n${index} in ${settings['cluster-cidr']}`)
      const outcome = outcomeOf(this.#context.store.create('Node', simulatedNode(index, podCIDRs, settings.maxPods)))
      if (!outcome.ok) return outcome
      this.nodesMade = index
    }
    return DONE
  }

  #setReadiness({ namespace, name, fails }: { namespace: string; name: string; fails: boolean }): CommandOutcome {
    if (!this.#context.store.get('Pod', namespace, name)) return missing('pods', name)
    this.#context.world.setReadinessFails(namespace, name, fails)
    return DONE
  }

  /** Changes what is true of a machine. Power that goes or comes ends a shutdown. */
  #setMachine(node: string, change: Partial<Pick<Machine, 'power' | 'kubelet' | 'shuttingDown'>>): CommandOutcome {
    const machine = this.#context.world.machine(node)
    if (!machine) return refusal(`no simulated machine runs node "${node}"`)
    const { shuttingDown, ...others } = { ...machine, ...change }
    const isNews = others.power !== machine.power || others.kubelet !== machine.kubelet
    if (isNews) this.#context.world.setMachine({ ...others, sinceMs: this.#context.loop.nowMs })
    else if (shuttingDown && machine.power && !machine.shuttingDown)
      this.#context.world.setMachine({ ...machine, shuttingDown })
    return DONE
  }

  #setFault(node: string, fault: 'networkDown' | 'cutOff', isSo: boolean): CommandOutcome {
    const machine = this.#context.world.machine(node)
    if (!machine) return refusal(`no simulated machine runs node "${node}"`)
    const { [fault]: was = false, ...others } = machine
    if (was !== isSo) this.#context.world.setMachine(isSo ? { ...others, [fault]: true } : others)
    return DONE
  }

  #setCordon(node: string, cordoned: boolean): CommandOutcome {
    const found = this.#context.store.get('Node', '', node)
    if (!found) return missing('nodes', node)
    return outcomeOf(
      this.#context.store.update('Node', { ...found, spec: { ...found.spec, unschedulable: cordoned || undefined } }),
    )
  }

  /** Cordons, then evicts every Pod of the Node; those whose budget forbids it follow when it allows them. */
  #drainNode(node: string): CommandOutcome {
    const cordoned = this.#setCordon(node, true)
    if (!cordoned.ok) return cordoned
    const refused = this.#context.drain.start(node)
    return refused === undefined ? DONE : refusal(refused)
  }

  #scale({
    kind,
    namespace,
    name,
    replicas,
  }: {
    kind: ScalableKind
    namespace: string
    name: string
    replicas: number
  }): CommandOutcome {
    const found = this.#context.store.get(kind, namespace, name)
    if (!found) return missing(`${KINDS[kind].resource}.apps`, name)
    return this.#update(kind, { ...found, spec: { ...found.spec, replicas } } as KindMap[ScalableKind])
  }

  #update<K extends Kind>(kind: K, object: KindMap[K]): CommandOutcome {
    return outcomeOf(this.#context.store.update(kind, object))
  }
}
