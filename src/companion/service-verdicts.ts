// Each Service with its verdicts, in the shape in which the playground tells them: how many endpoints are ready, why there are
// none, and each Pod in or out with its reasons.

import { serviceEmptyReason, type Cluster, type EndpointVerdict, type Service } from '../engine/index.ts'

type PodVerdict = Omit<EndpointVerdict, 'service' | 'decision'>

export interface ServiceVerdict {
  /** `namespace/name`. */
  readonly service: string
  /** Ready ones. */
  readonly endpoints: number
  /** Why there are none; null when there are, and for an ExternalName. */
  readonly reason: ReturnType<typeof serviceEmptyReason>
  readonly pods: readonly PodVerdict[]
}

/** All Services but those of the control plane, by namespace and name. */
export function serviceVerdicts(cluster: Cluster): readonly ServiceVerdict[] {
  return cluster.store
    .list('Service')
    .filter(({ metadata: { namespace, name } }) => namespace !== 'kube-system' && `${namespace}/${name}` !== API_SERVER)
    .map(service => verdictOn(cluster, service))
}

/** The verdict on one Service, by `namespace/name`; undefined when there is none of that name. */
export function serviceVerdict(cluster: Cluster, key: string): ServiceVerdict | undefined {
  const [namespace = '', name = '', ...more] = key.split('/')
  const service = more.length > 0 ? undefined : cluster.store.get('Service', namespace, name)
  return service && verdictOn(cluster, service)
}

function verdictOn(cluster: Cluster, service: Service): ServiceVerdict {
  const { store } = cluster
  const { namespace = '', name } = service.metadata
  const slices = store.slicesOfService(namespace, name)
  const ready = slices.flatMap(slice => slice.endpoints).filter(({ conditions }) => conditions?.ready ?? true)
  return {
    service: `${namespace}/${name}`,
    endpoints: ready.length,
    reason: serviceEmptyReason({ service, pods: store.list('Pod'), slices }),
    pods: cluster.verdicts({ namespace, name }).map(podVerdict),
  }
}

const API_SERVER = 'default/kubernetes'

function podVerdict({ pod, in: isIn, ready, slice, reasons }: EndpointVerdict): PodVerdict {
  return { pod, in: isIn, ready, slice, reasons }
}
