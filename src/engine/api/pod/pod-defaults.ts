// What the API server fills into a Pod and into the Pod template of a workload (core/v1 SetDefaults_PodSpec and its
// neighbours). Admission's own additions (tolerations, priority) are the store's. Volumes keep what they came with,
// save that one without a source becomes an emptyDir.

import { sameJson } from '../../kernel/json.ts'
import { fill, mapSame, omitEmpty, withMember } from '../fill.ts'
import type { Container, ContainerPort, Pod, PodSpec, PodTemplateSpec, Probe } from './pod.ts'

export const DEFAULT_GRACE_SECONDS = 30

export function defaultPod(pod: Pod): Pod {
  let spec = defaultPodSpec(pod.spec ?? {})
  spec = fill<PodSpec>(spec, { enableServiceLinks: true })
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec = { ...spec, terminationGracePeriodSeconds: 1 }
  if (spec.hostNetwork) spec = withMember(spec, 'containers', mapSame(spec.containers ?? [], onHostNetwork))
  return withMember(pod, 'spec', spec)
}

export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  return withMember(template, 'spec', defaultPodSpec(template.spec ?? {}))
}

/** The quality of service class by requests and limits of cpu and memory (core/v1 helper qos). */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let any = false
  let guaranteed = true
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const { requests = {}, limits = {} } = (container.resources ?? {}) as Resources
    for (const name of ['cpu', 'memory']) {
      if (isAmount(requests[name]) || isAmount(limits[name])) any = true
      if (!isAmount(limits[name]) || !sameJson(requests[name], limits[name])) guaranteed = false
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}

interface Resources {
  readonly requests?: { readonly [name: string]: string | number | undefined } | undefined
  readonly limits?: { readonly [name: string]: string | number | undefined } | undefined
}

const EMPTY_LEFT_OUT: readonly (keyof PodSpec)[] = [
  'nodeSelector',
  'tolerations',
  'initContainers',
  'nodeName',
  'hostname',
  'subdomain',
  'hostNetwork',
  'volumes',
  'readinessGates',
  'topologySpreadConstraints',
]

function defaultPodSpec(given: Partial<PodSpec>): PodSpec {
  let spec = fill<PodSpec>(omitEmpty(given, EMPTY_LEFT_OUT) as PodSpec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: DEFAULT_GRACE_SECONDS,
    securityContext: NO_SETTINGS,
  })
  if (spec.containers) spec = withMember(spec, 'containers', mapSame(spec.containers, defaultContainer))
  if (spec.initContainers) spec = withMember(spec, 'initContainers', mapSame(spec.initContainers, defaultContainer))
  const volumes = spec['volumes']
  if (Array.isArray(volumes)) spec = withMember(spec, 'volumes', mapSame(volumes as readonly Volume[], defaultVolume))
  return spec
}

const NO_SETTINGS = Object.freeze({})

function defaultContainer(container: Container): Container {
  let filled = fill<Container>(omitEmpty(container, ['ports', 'command', 'args', 'env']), {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullsAlways(container.image ?? '') ? 'Always' : 'IfNotPresent',
    resources: NO_SETTINGS,
  })
  filled = withMember(filled, 'resources', defaultResources(filled.resources as Resources))
  if (filled.ports) filled = withMember(filled, 'ports', mapSame(filled.ports, defaultContainerPort))
  const { env } = filled
  if (Array.isArray(env)) filled = withMember(filled, 'env', mapSame(env as readonly EnvVar[], defaultEnvVar))
  for (const key of ['readinessProbe', 'livenessProbe', 'startupProbe'] as const) {
    const probe = filled[key]
    if (probe) filled = withMember(filled, key, defaultProbe(probe))
  }
  return filled
}

interface EnvVar {
  readonly valueFrom?: { readonly fieldRef?: { readonly apiVersion?: string } }
}

// A field of the Pod is that of the version v1 where nothing is said.
function defaultEnvVar(one: EnvVar): EnvVar {
  const fieldRef = one.valueFrom?.fieldRef
  if (!fieldRef || fieldRef.apiVersion) return one
  return { ...one, valueFrom: { ...one.valueFrom, fieldRef: { ...fieldRef, apiVersion: 'v1' } } }
}

// A request that is missing is what the limit says.
function defaultResources(resources: Resources): Resources {
  const { limits, requests = {} } = resources
  const missing = Object.keys(limits ?? {}).filter(name => requests[name] === undefined)
  if (!limits || missing.length === 0) return resources
  return { ...resources, requests: { ...requests, ...Object.fromEntries(missing.map(name => [name, limits[name]])) } }
}

function defaultContainerPort(port: ContainerPort): ContainerPort {
  return fill(omitEmpty(port, ['name', 'hostPort']), { protocol: 'TCP' })
}

function defaultProbe(probe: Probe): Probe {
  let filled = fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  // Zero means "not said" for these four.
  for (const [key, value] of PROBE_NUMBERS) if (filled[key] === 0) filled = { ...filled, [key]: value }
  filled = omitEmpty(filled, ['initialDelaySeconds'])
  if (filled.httpGet) filled = withMember(filled, 'httpGet', fill(filled.httpGet, { path: '/', scheme: 'HTTP' }))
  if (filled.grpc && filled.grpc.service === undefined) filled = { ...filled, grpc: { ...filled.grpc, service: '' } }
  return filled
}

const PROBE_NUMBERS = [
  ['timeoutSeconds', 1],
  ['periodSeconds', 10],
  ['successThreshold', 1],
  ['failureThreshold', 3],
] as const

function onHostNetwork(container: Container): Container {
  if (!container.ports) return container
  const ports = mapSame(container.ports, port => fill(port, { hostPort: port.containerPort }))
  return withMember(container, 'ports', ports)
}

const FILES_OF_OBJECTS = ['configMap', 'secret', 'downwardAPI', 'projected'] as const
/** 0644. */
const DEFAULT_MODE = 420

function defaultVolume(volume: Volume): Volume {
  if (Object.keys(volume).every(key => key === 'name')) return { ...volume, emptyDir: {} }
  const source = FILES_OF_OBJECTS.find(one => volume[one] !== undefined)
  if (source) return withMember(volume, source, fill(volume[source] as object, { defaultMode: DEFAULT_MODE }))
  return volume.hostPath ? withMember(volume, 'hostPath', fill(volume.hostPath, { type: '' })) : volume
}

interface Volume {
  readonly configMap?: object
  readonly secret?: object
  readonly downwardAPI?: object
  readonly projected?: object
  readonly hostPath?: object
  readonly emptyDir?: object
}

// `Always` for the tag latest or no tag; a digest or another tag may come from what the node has.
function pullsAlways(image: string): boolean {
  if (image.includes('@')) return false
  const last = image.slice(image.lastIndexOf('/') + 1)
  const colon = last.indexOf(':')
  return colon < 0 || last.slice(colon + 1) === 'latest'
}

function isAmount(value: string | number | undefined): boolean {
  return value !== undefined && !/^0+(\.0*)?[a-zA-Z]*$/.test(String(value))
}
