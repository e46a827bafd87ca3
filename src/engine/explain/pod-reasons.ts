// Why a Pod is no endpoint of a Service, or none that should get requests: the rules of the EndpointSlice controller, each
// with the field on both sides. Messages are English for people and scripts; the codes are what programs should read.

import type { Labels } from '../api/meta.ts'
import type { ContainerPort, Pod } from '../api/pod/pod.ts'
import type { Service, ServicePort } from '../api/service/service.ts'
import { compareText } from '../kernel/json.ts'
import { closeness, type Closeness } from './near-miss.ts'

type ReasonCode =
  | 'selector'
  | 'namespace'
  | 'port'
  | 'not-ready'
  | 'terminating'
  | 'finished'
  | 'no-ip'
  | 'no-node'
  | 'node-dead'

export interface VerdictReason {
  readonly code: ReasonCode
  readonly message: string
  /** The Service's field and what it holds: `spec.selector.app: MyApp`; '' when none takes part. */
  readonly serviceField: string
  /** The Pod's: `metadata.labels.app: myapp`. */
  readonly podField: string
}

/** Why the labels do not match, key by key; empty when they do. Without a selector nothing ever matches. */
export function selectorReasons(service: Service, pod: Pod): readonly VerdictReason[] {
  const selector = service.spec.selector ?? {}
  const keys = Object.keys(selector).sort(compareText)
  if (service.spec.type === 'ExternalName') {
    const serviceField = `spec.externalName: ${service.spec.externalName ?? ''}`
    return [
      {
        code: 'selector',
        message: 'an ExternalName Service is a name in DNS: it has no endpoints',
        serviceField,
        podField: '',
      },
    ]
  }
  if (keys.length === 0) {
    const message = 'the Service has no selector: its endpoints are written by hand'
    return [{ code: 'selector', message, serviceField: 'spec.selector: (none)', podField: '' }]
  }
  const labels = pod.metadata.labels ?? {}
  return keys.flatMap(key => selectorReason(key, selector[key] as string, labels) ?? [])
}

/** Why a Pod with the right labels, in the right namespace, is no endpoint or gets no requests. */
export function stateReasons(service: Service, pod: Pod): readonly VerdictReason[] {
  const reasons: VerdictReason[] = []
  const say = (code: ReasonCode, message: string, podField: string, serviceField = ''): void => {
    reasons.push({ code, message, serviceField, podField })
  }
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed')
    say('finished', 'the Pod has finished: it is no endpoint any more', `status.phase: ${phase}`)
  if (!pod.spec.nodeName)
    say('no-node', 'the Pod is on no Node yet: it waits for the scheduler', 'spec.nodeName: (none)')
  else if (!pod.status?.podIP)
    say('no-ip', 'the Pod has no address yet: its sandbox is not made', 'status.podIP: (none)')
  reasons.push(...portReasons(service, pod))
  if (service.spec.publishNotReadyAddresses) return reasons
  if (pod.metadata.deletionTimestamp !== undefined) {
    const message = 'the Pod is being deleted: it gets new connections only while no endpoint is ready'
    say(
      'terminating',
      message,
      `metadata.deletionTimestamp: ${pod.metadata.deletionTimestamp}`,
      'spec.publishNotReadyAddresses: false',
    )
  }
  const ready = pod.status?.conditions?.find(condition => condition.type === 'Ready')
  if (ready?.status !== 'True') {
    const why = ready?.reason ? ` (${ready.reason})` : ''
    const podField = `status.conditions[type=Ready].status: ${ready?.status ?? '(none)'}`
    say('not-ready', `the Pod is not ready${why}`, podField, 'spec.publishNotReadyAddresses: false')
  }
  return reasons
}

/** The Pod would match, were it in the Service's namespace. */
export function namespaceReason(service: Service, pod: Pod): VerdictReason {
  return {
    code: 'namespace',
    message: 'the labels match, but a Service selects Pods of its own namespace only',
    serviceField: `metadata.namespace: ${service.metadata.namespace ?? ''}`,
    podField: `metadata.namespace: ${pod.metadata.namespace ?? ''}`,
  }
}

function selectorReason(key: string, wanted: string, labels: Labels): VerdictReason | undefined {
  const held = Object.hasOwn(labels, key) ? (labels[key] as string) : undefined
  if (held === wanted) return undefined
  const serviceField = `spec.selector.${key}: ${wanted}`
  if (held !== undefined) {
    const message = `label ${key} is "${held}" but the selector wants "${wanted}"${hint(closeness(held, wanted))}`
    return { code: 'selector', message, serviceField, podField: `metadata.labels.${key}: ${held}` }
  }
  const near = Object.keys(labels)
    .sort(compareText)
    .find(other => closeness(other, key) !== undefined && labels[other] === wanted)
  if (near === undefined) {
    return {
      code: 'selector',
      message: `the Pod has no label ${key}; the selector wants "${wanted}"`,
      serviceField,
      podField: `metadata.labels.${key}: (none)`,
    }
  }
  const message = `the Pod has no label ${key}, but ${near} with the same value${hint(closeness(near, key))}`
  return { code: 'selector', message, serviceField, podField: `metadata.labels.${near}: ${wanted}` }
}

function hint(close: Closeness): string {
  if (close === undefined) return ''
  return close === 'case' ? ': they differ only in case' : ': is one of them mistyped?'
}

// A named targetPort must be the name of a container port, or the Pod has no port to be an endpoint with. A number always
// makes an endpoint; but where the Pod declares its ports and this is none of them, nobody listens there.
function portReasons(service: Service, pod: Pod): readonly VerdictReason[] {
  const declared = pod.spec.containers.flatMap(container => container.ports ?? [])
  return (service.spec.ports ?? []).flatMap((port, index) => {
    const target = port.targetPort ?? port.port
    const serviceField = `spec.ports[${index}].targetPort: ${target}`
    const ofProtocol = declared.filter(candidate => (candidate.protocol ?? 'TCP') === port.protocol)
    return typeof target === 'string'
      ? namedPortReason({ target, serviceField, port, ofProtocol })
      : numberedPortReason({ target, serviceField, port, ofProtocol, declared })
  })
}

interface PortCheck<T> {
  readonly target: T
  readonly serviceField: string
  readonly port: ServicePort
  readonly ofProtocol: readonly ContainerPort[]
}

function namedPortReason({ target, serviceField, port, ofProtocol }: PortCheck<string>): readonly VerdictReason[] {
  if (ofProtocol.some(candidate => candidate.name === target)) return []
  const names = ofProtocol.flatMap(candidate => candidate.name ?? []).sort(compareText)
  const near = names.find(name => closeness(name, target) !== undefined)
  const message = `no ${port.protocol} container port is named "${target}"${near === undefined ? '' : `, but one is named "${near}"${hint(closeness(near, target))}`}`
  return [
    {
      code: 'port',
      message,
      serviceField,
      podField: `spec.containers[*].ports[*].name: ${names.join(', ') || '(none)'}`,
    },
  ]
}

function numberedPortReason({
  target,
  serviceField,
  port,
  ofProtocol,
  declared,
}: PortCheck<number> & { readonly declared: readonly ContainerPort[] }): readonly VerdictReason[] {
  if (declared.length === 0 || ofProtocol.some(candidate => candidate.containerPort === target)) return []
  const numbers = ofProtocol.map(candidate => candidate.containerPort)
  const message = `the Pod declares no ${port.protocol} container port ${target}: connections will be refused if nobody listens there`
  return [
    {
      code: 'port',
      message,
      serviceField,
      podField: `spec.containers[*].ports[*].containerPort: ${numbers.join(', ') || '(none)'}`,
    },
  ]
}
