// Does to machines, processes and kube-proxies what a fault says, or undoes it.

import type { Machine, World } from '../../apps/world.ts'
import type { Dataplane } from '../../dataplane/index.ts'
import type { Effect } from './fault-record.ts'

export interface EffectContext {
  readonly world: World
  readonly dataplane: Dataplane
  readonly nowMs: number
  /** How much later the kube-proxy of a Node hears, by all faults in force. */
  readonly lagMs: (node: string) => number
}

/** `broken`: whether it begins, or is over. */
export function switchEffect({ world, dataplane, nowMs, lagMs }: EffectContext, effect: Effect, broken: boolean): void {
  switch (effect.on) {
    case 'power':
    case 'kubelet':
    case 'link': {
      const machine = world.machine(effect.node)
      const changed = machine && changedMachine(machine, effect.on, broken, nowMs)
      if (changed) world.setMachine(changed)
      return
    }
    case 'proxy':
      return dataplane.disturb(effect.node, { stopped: broken, lagMs: lagMs(effect.node) })
    case 'readiness':
    case 'crash-loop': {
      const [namespace = '', name = ''] = effect.pod.split('/')
      if (effect.on === 'readiness') return world.setReadinessFails(namespace, name, broken)
      world.setCrashes(namespace, name, broken)
      if (broken) world.crash(namespace, name)
    }
  }
}

/** Whether a machine is as a fault makes it. */
export function isBroken(machine: Machine, on: Effect['on']): boolean {
  if (on === 'power') return !machine.power
  if (on === 'kubelet') return !machine.kubelet
  return on !== 'link' || (machine.cutOff ?? false)
}

function changedMachine(
  machine: Machine,
  on: 'power' | 'kubelet' | 'link',
  broken: boolean,
  nowMs: number,
): Machine | undefined {
  if (isBroken(machine, on) === broken) return undefined
  if (on === 'link') {
    const { cutOff: _, ...others } = machine
    return broken ? { ...others, cutOff: true } : others
  }
  const { shuttingDown: _, ...others } = machine
  return { ...others, [on]: !broken, sinceMs: nowMs }
}
