// The environment and the files of a container that the kubelet makes: variables of the Services of its namespace as they
// were when it started (pkg/kubelet/envvars), its own variables, /etc/hosts and /etc/resolv.conf. Left out: values from
// ConfigMaps and Secrets, envFrom, files of an image or a volume.

import type { Container, Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient } from '../../store/client.ts'

export interface Place {
  readonly pod: Pod
  readonly container: Container
  readonly store: StoreClient
  readonly domain: string
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export function environmentOf(place: Place): ReadonlyMap<string, string> {
  const { pod, container } = place
  const env = new Map([
    ['PATH', PATH],
    ['HOSTNAME', hostnameOf(pod)],
  ])
  for (const service of servicesSeen(place)) for (const [name, value] of serviceVariables(service)) env.set(name, value)
  for (const { name, value, valueFrom } of ownVariables(container)) {
    const text = value ?? fieldOf(pod, valueFrom?.fieldRef?.fieldPath ?? '')
    if (text !== undefined) env.set(name, expanded(text, env))
  }
  env.set('HOME', '/root')
  return env
}

export function hostnameOf({ spec, metadata }: Pod): string {
  if (spec.hostNetwork) return spec.nodeName ?? ''
  return (spec.hostname ?? metadata.name).slice(0, 63).replace(/[-.]+$/, '')
}

export function hostsFile({ pod, domain }: Place): string {
  const { metadata, spec, status } = pod
  const hostname = hostnameOf(pod)
  const full = spec.subdomain ? `${hostname}.${spec.subdomain}.${metadata.namespace ?? ''}.svc.${domain}\t` : ''
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::\tip6-localnet',
    'fe00::\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...(status?.podIPs ?? []).map(({ ip }) => `${ip}\t${full}${hostname}`),
  ]
  return `${lines.join('\n')}\n`
}

export function resolvConf({ pod, domain, store }: Place): string {
  const server = dnsServer(store)
  const namespace = pod.metadata.namespace ?? ''
  return `search ${namespace}.svc.${domain} svc.${domain} ${domain}\nnameserver ${server}\noptions ndots:5\n`
}

/** The address that kubelets give as name server: that of the Service `kube-dns`, or the one it has by custom. */
export function dnsServer(store: StoreClient): string {
  return store.get('Service', 'kube-system', 'kube-dns')?.spec.clusterIP ?? '10.96.0.10'
}

interface OwnVariable {
  readonly name: string
  readonly value?: string | undefined
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath?: string | undefined } | undefined } | undefined
}

function ownVariables(container: Container): readonly OwnVariable[] {
  const env = container['env']
  return Array.isArray(env) ? (env as readonly OwnVariable[]) : []
}

function fieldOf({ metadata, spec, status }: Pod, path: string): string | undefined {
  const label = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (label) return metadata[label[1] as 'labels' | 'annotations']?.[label[2] as string] ?? ''
  const fields: { readonly [path: string]: string | undefined } = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'status.hostIP': status?.hostIP,
    'status.podIP': status?.podIP,
  }
  return fields[path]
}

/** `$(NAME)` of variables that came before. */
function expanded(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$\((\w+)\)/g, (whole, name: string) => env.get(name) ?? whole)
}

function servicesSeen({ pod, container, store }: Place): readonly Service[] {
  const state = pod.status?.containerStatuses?.find(({ name }) => name === container.name)?.state
  const startedMs = parseTimestamp(state?.running?.startedAt ?? '') ?? Infinity
  const api = store.get('Service', 'default', 'kubernetes')
  const linked = pod.spec.enableServiceLinks === false ? [] : store.list('Service', pod.metadata.namespace ?? '')
  return [...(api ? [api] : []), ...linked.filter(service => service !== api)].filter(({ metadata, spec }) => {
    const { clusterIP = '' } = spec
    return (
      clusterIP !== '' && clusterIP !== 'None' && (parseTimestamp(metadata.creationTimestamp ?? '') ?? 0) <= startedMs
    )
  })
}

function serviceVariables({ metadata, spec }: Service): readonly (readonly [string, string])[] {
  const prefix = variableName(metadata.name)
  const { clusterIP = '', ports = [] } = spec
  const [first] = ports
  if (!first) return []
  const url = (protocol: string, port: number): string => `${protocol.toLowerCase()}://${clusterIP}:${port}`
  const variables: (readonly [string, string])[] = [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
  ]
  for (const { name, port } of ports) {
    if (name) variables.push([`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)])
  }
  variables.push([`${prefix}_PORT`, url(first.protocol, first.port)])
  for (const { port, protocol } of ports) {
    const link = `${prefix}_PORT_${port}_${protocol}`
    variables.push([link, url(protocol, port)], [`${link}_PROTO`, protocol.toLowerCase()])
    variables.push([`${link}_PORT`, String(port)], [`${link}_ADDR`, clusterIP])
  }
  return variables
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll(/[-.]/g, '_')
}
