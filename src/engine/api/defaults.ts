// Defaults of every kind at one door: what a client may leave out and the server fills in while it decodes.

import { defaultControllerRevision } from './controllerrevision/controllerrevision-defaults.ts'
import { defaultDaemonSet } from './daemonset/daemonset-defaults.ts'
import { defaultDeployment } from './deployment/deployment-defaults.ts'
import { defaultEndpoints } from './endpoints/endpoints-defaults.ts'
import { defaultEndpointSlice } from './endpointslice/endpointslice-defaults.ts'
import { defaultEvent } from './event/event-defaults.ts'
import { omitEmpty, withMember } from './fill.ts'
import type { Kind, KindMap } from './kind-registry.ts'
import { defaultNamespace } from './namespace/namespace-defaults.ts'
import { defaultNode } from './node/node-defaults.ts'
import { defaultPod } from './pod/pod-defaults.ts'
import { defaultPodDisruptionBudget } from './poddisruptionbudget/poddisruptionbudget-defaults.ts'
import { defaultReplicaSet } from './replicaset/replicaset-defaults.ts'
import { defaultSecret } from './secret/secret-defaults.ts'
import { defaultService } from './service/service-defaults.ts'
import { defaultStatefulSet } from './statefulset/statefulset-defaults.ts'

type Defaulters = { readonly [K in Kind]: (object: KindMap[K], old?: KindMap[K]) => KindMap[K] }

const DEFAULTERS: Defaulters = {
  Namespace: defaultNamespace,
  Node: defaultNode,
  Lease: same,
  Pod: defaultPod,
  Service: defaultService,
  Endpoints: defaultEndpoints,
  EndpointSlice: defaultEndpointSlice,
  ReplicaSet: defaultReplicaSet,
  Deployment: defaultDeployment,
  Event: defaultEvent,
  ConfigMap: same,
  Secret: defaultSecret,
  ServiceAccount: same,
  StatefulSet: defaultStatefulSet,
  DaemonSet: defaultDaemonSet,
  ControllerRevision: defaultControllerRevision,
  PodDisruptionBudget: defaultPodDisruptionBudget,
}

/**
 * The object with its kind's defaults; parts that lack nothing are shared, and the given object is left as it is. `old` is the
 * stored state that it replaces: what it shares with that has its defaults.
 */
export function withDefaults<K extends Kind>(kind: K, object: KindMap[K], old?: KindMap[K]): KindMap[K] {
  const metadata = omitEmpty(object.metadata, [
    'labels',
    'annotations',
    'ownerReferences',
    'finalizers',
    'generateName',
  ])
  return DEFAULTERS[kind](withMember(object, 'metadata', metadata), old)
}

function same<T>(object: T): T {
  return object
}
