// Which ports of a Pod stand behind a Service's ports, after k8s.io/endpointslice's getEndpointPorts and pod.FindPort. A
// named targetPort is looked up in each Pod, so two Pods of one Service may resolve to different numbers.

import type { EndpointPort } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service, ServicePort } from '../../api/service/service.ts'
import { compareText, deepFreeze } from '../../kernel/json.ts'

/** The number a Service's port has in this Pod; undefined when the Pod has no port of that name and protocol. */
function resolveTargetPort(pod: Pod, servicePort: ServicePort): number | undefined {
  const target = servicePort.targetPort ?? servicePort.port
  if (typeof target === 'number') return target
  // Ordinary init containers never count; those that keep running beside the Pod's containers (sidecars) do.
  const sidecars = (pod.spec.initContainers ?? []).filter(container => container.restartPolicy === 'Always')
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const port = container.ports?.find(
      port => port.name === target && (port.protocol ?? 'TCP') === servicePort.protocol,
    )
    if (port) return port.containerPort
  }
  return undefined
}

/** What the ports of a Service are in a Pod: the key of the port group, and the ports in the order of that key, frozen. */
export interface ResolvedPorts {
  readonly key: string
  readonly ports: readonly EndpointPort[]
  /** Each port as text: equal for equal ports. */
  readonly texts: readonly string[]
}

/** Resolves the ports of one Service in many Pods; Pods with equal ports are given the very same answer. */
export class PortResolver {
  readonly #ports: readonly ServicePort[]
  /** The same for every Pod: no port of the Service has a name for its target. */
  readonly #fixed: ResolvedPorts | undefined
  /** The number of each port of the Service, as text → what they come to. */
  readonly #known = new Map<string, ResolvedPorts>()

  constructor(service: Service) {
    this.#ports = service.spec.ports ?? []
    const targets = this.#ports.map(port => port.targetPort ?? port.port)
    const numbers = targets.filter(target => typeof target === 'number')
    this.#fixed = numbers.length === targets.length ? this.#resolved(numbers) : undefined
  }

  /** A name that does not resolve is left out. */
  resolve(pod: Pod): ResolvedPorts {
    if (this.#fixed) return this.#fixed
    const numbers = this.#ports.map(port => resolveTargetPort(pod, port))
    const text = numbers.join()
    let known = this.#known.get(text)
    if (!known) this.#known.set(text, (known = this.#resolved(numbers)))
    return known
  }

  #resolved(numbers: readonly (number | undefined)[]): ResolvedPorts {
    const ports: EndpointPort[] = []
    for (const [index, { name = '', protocol, appProtocol }] of this.#ports.entries()) {
      const port = numbers[index]
      if (port === undefined) continue
      ports.push(appProtocol === undefined ? { name, protocol, port } : { name, protocol, port, appProtocol })
    }
    return resolvedPorts(ports)
  }
}

export function resolvedPorts(ports: readonly EndpointPort[]): ResolvedPorts {
  const sorted = deepFreeze(sortPorts(ports))
  return { key: portGroupKey(sorted), ports: sorted, texts: sorted.map(portText) }
}

/**
 * The port group: equal for equal sets of ports. Kubernetes hashes here, which makes its order of ports look arbitrary; this
 * is the sorted text itself. No ports at all is one group too.
 */
export function portGroupKey(ports: readonly EndpointPort[] | null | undefined): string {
  return (ports ?? []).map(portText).sort(compareText).join()
}

/** Ports in the order of their group's key. */
export function sortPorts(ports: readonly EndpointPort[]): readonly EndpointPort[] {
  return [...ports].sort((a, b) => compareText(portText(a), portText(b)))
}

function portText(port: EndpointPort): string {
  return JSON.stringify([port.name ?? '', port.port ?? null, port.protocol ?? 'TCP', port.appProtocol ?? null])
}
