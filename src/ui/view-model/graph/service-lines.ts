// What stands on a Service's card below its plate, line by line. The card is drawn from this list and measured by it, so
// its size is known before it is on screen.

import type { ServicePortView, ServiceView } from '../../../protocol/index.ts'

export type ServiceLine =
  | { readonly type: 'port'; readonly port: ServicePortView }
  | { readonly type: 'node-port'; readonly nodePort: number }
  | { readonly type: 'ingress-pending' }
  | { readonly type: 'ingress'; readonly address: string }
  /** `first` bears the word "selects". */
  | { readonly type: 'selector'; readonly label: string; readonly first: boolean }
  | { readonly type: 'no-selector' }
  | { readonly type: 'nobody'; readonly reason: NonNullable<ServiceView['emptyReason']> }

/** Labels shown one by one; the rest is in the inspector. */
const LABELS_SHOWN = 4

export function serviceLines(view: ServiceView): ServiceLine[] {
  if (view.type === 'ExternalName') return []
  const lines: ServiceLine[] = []
  for (const port of view.ports) {
    lines.push({ type: 'port', port })
    if (port.nodePort !== null) lines.push({ type: 'node-port', nodePort: port.nodePort })
  }
  if (view.type === 'LoadBalancer') {
    if (view.ingress.length === 0) lines.push({ type: 'ingress-pending' })
    for (const address of view.ingress) lines.push({ type: 'ingress', address })
  }
  if (view.selector === null) lines.push({ type: 'no-selector' })
  else {
    Object.entries(view.selector)
      .slice(0, LABELS_SHOWN)
      .forEach(([key, value], index) => lines.push({ type: 'selector', label: `${key}: ${value}`, first: index === 0 }))
  }
  if (view.emptyReason !== null) lines.push({ type: 'nobody', reason: view.emptyReason })
  return lines
}

/** How a Service shows its address: a plate, the word None, or nothing but another name. */
export function serviceForm(view: ServiceView): 'plate' | 'headless' | 'external-name' {
  if (view.type === 'ExternalName') return 'external-name'
  return view.clusterIP === 'None' ? 'headless' : 'plate'
}
