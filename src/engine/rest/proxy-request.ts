// `services/NAME[:PORT]/proxy/…`: the API server asks an endpoint of a Service itself, past every kube-proxy, and passes its
// answer on; after pkg/registry/core/service ResourceLocation. Left out: other methods than GET, TLS, and the proxies of
// Pods and Nodes.

import { notFound, type ApiStatus } from '../api/api-status.ts'
import { KINDS } from '../api/kind-registry.ts'
import type { ClusterStore } from '../store/index.ts'
import { plainAnswer, statusAnswer } from './answer.ts'
import type { ApiBody, ApiRequest } from './api-request.ts'
import type { ContainerAccess } from './container-access.ts'
import { badRequest, methodNotAllowed, serviceUnavailable } from './refusals.ts'

const PROXY_PATH = /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/]+)\/proxy(\/.*)?$/

interface ProxyOptions {
  readonly store: ClusterStore
  readonly containers?: ContainerAccess | undefined
}

/** The answer to such a request; undefined when it is another. */
export function serviceProxy(request: ApiRequest, { store, containers }: ProxyOptions): ApiBody | undefined {
  const match = PROXY_PATH.exec(request.path)
  if (!match) return undefined
  const [, namespace = '', id = '', path = '/'] = match
  if (!containers || request.method !== 'GET') return statusAnswer(methodNotAllowed())
  const found = locate(store, namespace, decodeURIComponent(id))
  if ('kind' in found) return statusAnswer(found)
  const got = containers.get({ ...found, path: request.query === '' ? path : `${path}?${request.query}` })
  if (got.kind === 'answers') return plainAnswer(got.status, got.body)
  const why = got.kind === 'refused' ? 'connect: connection refused' : 'i/o timeout'
  const place = `dial tcp ${found.address}:${found.port}`
  return statusAnswer(serviceUnavailable(`error trying to reach service: ${place}: ${why}`))
}

interface Location {
  readonly address: string
  readonly port: number
}

/** `id` is `name`, `name:port` or `scheme:name:port`; the port by name or number. */
function locate(store: ClusterStore, namespace: string, id: string): Location | ApiStatus {
  const parts = id.split(':')
  const [name = '', port = ''] = parts.length === 3 ? parts.slice(1) : parts
  if (parts.length > 3 || name === '') return badRequest(`invalid service request "${id}"`)
  let portName = port
  if (/^\d+$/.test(port)) {
    const service = store.objects.get('Service', namespace, name)
    if (!service) return notFound(KINDS.Service, name)
    const own = service.spec.ports?.find(one => one.port === Number(port))
    if (!own) return serviceUnavailable(`no service port ${Number(port)} found for service "${name}"`)
    portName = own.name ?? ''
  }
  const endpoints = store.objects.get('Endpoints', namespace, name)
  if (!endpoints) return notFound(KINDS.Endpoints, name)
  for (const { addresses = [], ports = [] } of endpoints.subsets ?? []) {
    const target = ports.find(one => (one.name ?? '') === portName)
    // The real server takes any of them by chance.
    const [first] = addresses
    if (target && first) return { address: first.ip, port: target.port }
  }
  return serviceUnavailable(`no endpoints available for service "${name}"`)
}
