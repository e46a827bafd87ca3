// A client as others see it: what it was told, whether it runs, and whom its destination means at this moment.

import type { StoreClient } from '../store/client.ts'
import type { Client, TrafficClient } from './client.ts'
import type { Network } from './network.ts'

export function describeClient(client: Client, network: Network, store: StoreClient): TrafficClient {
  const { spec, ip, alive, lookup } = client
  const service = lookup.isAddress ? serviceAt(spec.to, store) : lookup.ask().service
  const owner = lookup.isAddress && service === null ? network.ownerOf(spec.to) : null
  return { ...spec, ip, alive, service: splitKey(service), keptPod: splitKey(owner) }
}

/** `namespace/name` of the Service that has this address, as the API server has it now. */
function serviceAt(address: string, store: StoreClient): string | null {
  const found = store.list('Service').find(({ spec, status }) => {
    const ingress = (status?.loadBalancer?.ingress ?? []).map(entry => entry.ip)
    return [spec.clusterIP, ...(spec.clusterIPs ?? []), ...(spec.externalIPs ?? []), ...ingress].includes(address)
  })
  return found ? `${found.metadata.namespace ?? ''}/${found.metadata.name}` : null
}

function splitKey(key: string | null): { readonly namespace: string; readonly name: string } | null {
  const [namespace, name] = key?.split('/') ?? []
  return namespace === undefined || name === undefined ? null : { namespace, name }
}
