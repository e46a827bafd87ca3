// Validation of every kind at one door: all mistakes of an object, in the order in which the real server reports them.
// Namespaces, Leases, Events and ServiceAccounts have rules on their metadata alone.

import { validateConfigMap, validateConfigMapUpdate } from './configmap/configmap-validation.ts'
import {
  validateControllerRevision,
  validateControllerRevisionUpdate,
} from './controllerrevision/controllerrevision-validation.ts'
import { validateDaemonSet, validateDaemonSetUpdate } from './daemonset/daemonset-validation.ts'
import { validateDeployment, validateDeploymentUpdate } from './deployment/deployment-validation.ts'
import { validateEndpoints, validateEndpointsUpdate } from './endpoints/endpoints-validation.ts'
import { validateEndpointSlice, validateEndpointSliceUpdate } from './endpointslice/endpointslice-validation.ts'
import type { FieldError } from './field-error.ts'
import type { Kind, KindMap } from './kind-registry.ts'
import { validateMeta, validateMetaUpdate } from './meta-validation.ts'
import type { KubeObject } from './meta.ts'
import { dnsLabel, dnsSubdomain, type NameRule } from './name-rules.ts'
import { validateNode, validateNodeUpdate } from './node/node-validation.ts'
import { validatePod, validatePodUpdate } from './pod/pod-validation.ts'
import {
  validatePodDisruptionBudget,
  validatePodDisruptionBudgetUpdate,
} from './poddisruptionbudget/poddisruptionbudget-validation.ts'
import { validateReplicaSet, validateReplicaSetUpdate } from './replicaset/replicaset-validation.ts'
import { validateSecret, validateSecretUpdate } from './secret/secret-validation.ts'
import { validateService, validateServiceUpdate } from './service/service-validation.ts'
import { validateStatefulSet, validateStatefulSetUpdate } from './statefulset/statefulset-validation.ts'

interface Rules<T> {
  readonly create: (object: T) => readonly FieldError[]
  readonly update: (object: T, old: T) => readonly FieldError[]
}

const RULES: { readonly [K in Kind]: Rules<KindMap[K]> } = {
  Namespace: metaOnly(dnsLabel),
  Node: { create: validateNode, update: validateNodeUpdate },
  Lease: metaOnly(dnsSubdomain),
  Pod: { create: validatePod, update: validatePodUpdate },
  Service: { create: validateService, update: validateServiceUpdate },
  Endpoints: { create: validateEndpoints, update: validateEndpointsUpdate },
  EndpointSlice: { create: validateEndpointSlice, update: validateEndpointSliceUpdate },
  ReplicaSet: { create: validateReplicaSet, update: validateReplicaSetUpdate },
  Deployment: { create: validateDeployment, update: validateDeploymentUpdate },
  Event: metaOnly(dnsSubdomain),
  ConfigMap: { create: validateConfigMap, update: validateConfigMapUpdate },
  Secret: { create: validateSecret, update: validateSecretUpdate },
  ServiceAccount: metaOnly(dnsSubdomain),
  StatefulSet: { create: validateStatefulSet, update: validateStatefulSetUpdate },
  DaemonSet: { create: validateDaemonSet, update: validateDaemonSetUpdate },
  ControllerRevision: { create: validateControllerRevision, update: validateControllerRevisionUpdate },
  PodDisruptionBudget: { create: validatePodDisruptionBudget, update: validatePodDisruptionBudgetUpdate },
}

/** Mistakes of a new object, after defaults. */
export function validateCreate<K extends Kind>(kind: K, object: KindMap[K]): readonly FieldError[] {
  return RULES[kind].create(object)
}

/** Mistakes of a change, after defaults: those of the object itself and of what may not change. */
export function validateUpdate<K extends Kind>(kind: K, object: KindMap[K], old: KindMap[K]): readonly FieldError[] {
  return RULES[kind].update(object, old)
}

function metaOnly(nameRule: NameRule): Rules<KubeObject> {
  return {
    create: object => validateMeta(object.metadata, nameRule),
    update: (object, old) => validateMetaUpdate(object.metadata, old.metadata),
  }
}
