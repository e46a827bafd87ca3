// Which ports of a Pod stand behind a Service's ports, after k8s.io/endpointslice's getEndpointPorts and pod.FindPort. A
// named targetPort is looked up in each Pod, so two Pods of one Service may resolve to different numbers.

import type { EndpointPort } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service, ServicePort } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'

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

/** The slice ports of a Pod under a Service, in the Service's order; a name that does not resolve is left out. */
export function endpointPorts(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports: EndpointPort[] = []
  for (const servicePort of service.spec.ports ?? []) {
    const port = resolveTargetPort(pod, servicePort)
    if (port === undefined) continue
    const { name = '', protocol, appProtocol } = servicePort
    ports.push(appProtocol === undefined ? { name, protocol, port } : { name, protocol, port, appProtocol })
  }
  return ports
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
