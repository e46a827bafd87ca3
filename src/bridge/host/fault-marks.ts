// What of a fault is told on the timeline: that it began, that it is over, that it missed. A machine that goes dark or comes
// back has a mark of its own, so a crash of one has none here. Its words are the fault's own, as a script writes them.

import type { FaultNews } from '../../engine/index.ts'
import type { MarkView, ViewId } from '../../protocol/index.ts'
import { viewId } from './view-ids.ts'

export interface FaultMark {
  readonly type: MarkView['type']
  readonly about: ViewId | null
  readonly label: string
}

const TYPES = { begun: 'fault-begun', over: 'fault-over', missed: 'fault-missed' } as const

/** Undefined for a crash whose machines tell of it themselves. */
export function faultMark({ type, fault }: FaultNews): FaultMark | undefined {
  if (fault.type === 'node-crash' && type !== 'missed') return undefined
  const { target = [] } = fault
  const targets = typeof target === 'string' ? [target] : target
  const [only] = targets
  if (only === undefined || targets.length > 1) return { type: TYPES[type], about: null, label: fault.type }
  const [kind = '', ...names] = only.split('/')
  const name = names.at(-1) ?? ''
  const about = kind === 'Zone' ? null : viewId(kind, names.length > 1 ? names[0] : '', name)
  return { type: TYPES[type], about, label: `${fault.type} ${shortName(name)}` }
}

/** Of a generated name its end, as the page names Pods. */
function shortName(name: string): string {
  return /-[a-z0-9]{5}$/.test(name) ? name.slice(-5) : name
}
