// The kubelets of all simulated Nodes, as one part of the cluster: each looks after its Node (node-agent.ts) and runs its Pods
// (pod-runner.ts). What they do to machines and processes stands in the World, what they say of it in the API.

import type { Part } from '../../kernel/part.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { NodeAgent } from './node-agent.ts'
import type { NodeWork } from './node-work.ts'
import { PodRunner, type SavedPodRunner } from './pod-runner.ts'

export interface SavedKubelets {
  readonly nodes: readonly NodeWork[]
  readonly runner: SavedPodRunner
}

export class Kubelets implements Part {
  readonly partName = 'kubelet'
  readonly #agent: NodeAgent
  readonly #runner: PodRunner

  constructor(context: ControllerRuntime) {
    this.#agent = new NodeAgent(context)
    this.#runner = new PodRunner(context, this.#agent)
  }

  save(): SavedKubelets {
    return { nodes: this.#agent.save(), runner: this.#runner.save() }
  }

  load(saved: SavedKubelets): void {
    this.#agent.load(saved.nodes)
    this.#runner.load(saved.runner)
  }
}
