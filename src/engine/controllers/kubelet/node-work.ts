// What the playground knows of one simulated machine: whether it has power, whether its kubelet runs, and what that kubelet
// keeps for itself. Plain mutable data that is saved as it is. Times are virtual milliseconds.

import type { EventId } from '../../kernel/event-loop.ts'

/** How far a graceful shutdown has come: whose turn it is, and when that is over. */
export interface ShutdownWork {
  group: 'usual' | 'critical'
  timer: EventId | null
}

export interface NodeWork {
  readonly name: string
  /** As last seen in the world. */
  powered: boolean
  /** The kubelet runs and acts. */
  up: boolean
  /** The kubelet runs, and nothing comes through between it and the API server. */
  cutOff: boolean
  /** When the kubelet last started again; null for one that has run since its Node was made, and is taken to have run for long. */
  restartedMs: number | null
  started: boolean
  /** While the machine is being shut down gracefully. */
  shutdown: ShutdownWork | null
  /** Where in the relist period this node's relists lie, 0 to 1. */
  readonly phase: number
  /** The place in the podCIDR that was given last; 1 before the first. */
  lastPlace: number
  /** When node status was last written. */
  reportedMs: number
  unschedulable: boolean
  /** Images that need no pulling any more, in the order in which they came. */
  images: string[]
  /** Pods (uid) whose containers changed since the last relist. */
  dirty: string[]
  /** Pods (uid) that a relist found changed and whose status is still to be written, in order. */
  unwritten: string[]
  relist: EventId | null
  writer: EventId | null
  start: EventId | null
  lease: EventId | null
  status: EventId | null
}

export function newNodeWork(name: string, phase: number): NodeWork {
  return {
    name,
    powered: true,
    up: false,
    cutOff: false,
    restartedMs: null,
    started: false,
    shutdown: null,
    phase,
    lastPlace: 1,
    reportedMs: 0,
    unschedulable: false,
    images: [],
    dirty: [],
    unwritten: [],
    relist: null,
    writer: null,
    start: null,
    lease: null,
    status: null,
  }
}
