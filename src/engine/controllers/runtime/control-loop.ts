// What controllers have in common whose whole state is their queue: a worker behind it, voices for what they do and why, and a
// part of the cluster's snapshot. Each says in its constructor what it watches, and syncs one key at a time.

import type { Part } from '../../kernel/part.ts'
import type { ControllerRuntime } from './controller-runtime.ts'
import type { DecisionVoice } from './decision-hub.ts'
import type { EventRecorder } from './event-recorder.ts'
import { Controller, type ControllerOptions } from './run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from './work-queue.ts'

export interface ControlLoopOptions extends Omit<ControllerOptions, 'sync'> {
  /** Who speaks in its Events, where that is not who writes. */
  readonly component?: string
}

export abstract class ControlLoop implements Part {
  readonly partName: string
  protected readonly context: ControllerRuntime
  protected readonly controller: Controller
  protected readonly recorder: EventRecorder
  protected readonly decide: DecisionVoice

  constructor(context: ControllerRuntime, { component, ...options }: ControlLoopOptions) {
    this.partName = options.queue.name
    this.context = context
    this.recorder = context.events.recorder(component ?? options.actor)
    this.decide = context.decisions.voice(options.actor)
    this.controller = new Controller(context, {
      ...options,
      sync: (namespace, name) => this.sync(namespace, name),
    })
  }

  save(): SavedWorkQueue {
    return this.controller.queue.save()
  }

  load(saved: SavedWorkQueue): void {
    this.controller.queue.load(saved)
  }

  /** Brings what the key stands for in order; reads everything afresh. */
  protected abstract sync(namespace: string, name: string): SyncOutcome
}
