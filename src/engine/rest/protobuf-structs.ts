// The numbers that fields have in Kubernetes' protobuf form (generated.proto of each group, v1.34), for what kubectl's typed
// clients send: `kubectl create deployment`, `create service`, `create configmap`, `drain`, `auth can-i` and the like. Types are those of decoding;
// here stands only which number is which field. `*` marks a field that may be given as zero: all others are always
// written, and zero there means absent. Left out: status, which such commands cannot set, and parts of Pods that decoding
// takes as they come.

const NOTATION: { readonly [struct: string]: string } = {
  Namespace: '1 metadata 2 spec',
  NamespaceSpec: '1 finalizers',
  Service: '1 metadata 2 spec',
  ServiceSpec:
    '1 ports 2 selector 3 clusterIP 4 type 5 externalIPs 7 sessionAffinity 8 loadBalancerIP 9 loadBalancerSourceRanges 10 externalName 11 externalTrafficPolicy 12 healthCheckNodePort 13 publishNotReadyAddresses 14 sessionAffinityConfig 17 ipFamilyPolicy* 18 clusterIPs 19 ipFamilies 20 allocateLoadBalancerNodePorts* 21 loadBalancerClass* 22 internalTrafficPolicy* 23 trafficDistribution*',
  ServicePort: '1 name 2 protocol 3 port 4 targetPort 5 nodePort 6 appProtocol*',
  SessionAffinityConfig: '1 clientIP',
  ClientIPConfig: '1 timeoutSeconds*',
  Deployment: '1 metadata 2 spec',
  DeploymentSpec:
    '1 replicas* 2 selector 3 template 4 strategy 5 minReadySeconds 6 revisionHistoryLimit* 7 paused 9 progressDeadlineSeconds*',
  DeploymentStrategy: '1 type 2 rollingUpdate',
  RollingUpdateDeployment: '1 maxUnavailable* 2 maxSurge*',
  StatefulSet: '1 metadata 2 spec',
  StatefulSetSpec:
    '1 replicas* 2 selector 3 template 5 serviceName 6 podManagementPolicy 7 updateStrategy 8 revisionHistoryLimit* 9 minReadySeconds 11 ordinals',
  StatefulSetUpdateStrategy: '1 type 2 rollingUpdate',
  RollingUpdateStatefulSetStrategy: '1 partition* 2 maxUnavailable*',
  StatefulSetOrdinals: '1 start',
  DaemonSet: '1 metadata 2 spec',
  DaemonSetSpec: '1 selector 2 template 3 updateStrategy 4 minReadySeconds 6 revisionHistoryLimit*',
  DaemonSetUpdateStrategy: '1 type 2 rollingUpdate',
  RollingUpdateDaemonSet: '1 maxUnavailable* 2 maxSurge*',
  ReplicaSet: '1 metadata 2 spec',
  ReplicaSetSpec: '1 replicas* 2 selector 3 template 4 minReadySeconds',
  PodDisruptionBudget: '1 metadata 2 spec',
  PodDisruptionBudgetSpec: '1 minAvailable* 2 selector 3 maxUnavailable* 4 unhealthyPodEvictionPolicy*',
  ConfigMap: '1 metadata 2 data 3 binaryData 4 immutable*',
  Secret: '1 metadata 2 data 3 type 4 stringData 5 immutable*',
  ServiceAccount: '1 metadata 2 secrets 3 imagePullSecrets 4 automountServiceAccountToken*',
  LocalObjectReference: '1 name',
  ObjectReference: '1 kind 2 namespace 3 name 4 uid 5 apiVersion 6 resourceVersion 7 fieldPath',
  Lease: '1 metadata 2 spec',
  LeaseSpec:
    '1 holderIdentity* 2 leaseDurationSeconds* 3 acquireTime* 4 renewTime* 5 leaseTransitions* 6 strategy* 7 preferredHolder*',
  Endpoints: '1 metadata 2 subsets',
  EndpointSubset: '1 addresses 2 notReadyAddresses 3 ports',
  EndpointAddress: '1 ip 2 targetRef 3 hostname 4 nodeName*',
  EndpointSubsetPort: '1 name 2 port 3 protocol 4 appProtocol*',
  EndpointSlice: '1 metadata 2 endpoints 3 ports 4 addressType',
  Endpoint: '1 addresses 2 conditions 3 hostname* 4 targetRef 5 deprecatedTopology 6 nodeName* 7 zone* 8 hints',
  EndpointConditions: '1 ready* 2 serving* 3 terminating*',
  EndpointHints: '1 forZones 2 forNodes',
  ForZone: '1 name',
  ForNode: '1 name',
  EndpointPort: '1 name* 2 protocol* 3 port* 4 appProtocol*',
  Binding: '1 metadata 2 target',
  Eviction: '1 metadata 2 deleteOptions',
  Scale: '1 metadata 2 spec',
  ScaleSpec: '1 replicas',
  SelfSubjectReview: '1 metadata',
  SelfSubjectAccessReview: '1 metadata 2 spec',
  SelfSubjectAccessReviewSpec: '1 resourceAttributes 2 nonResourceAttributes',
  ResourceAttributes: '1 namespace 2 verb 3 group 4 version 5 resource 6 subresource 7 name',
  NonResourceAttributes: '1 path 2 verb',
  SelfSubjectRulesReview: '1 metadata 2 spec',
  SelfSubjectRulesReviewSpec: '1 namespace',
  PodTemplateSpec: '1 metadata 2 spec',
  Pod: '1 metadata 2 spec',
  PodSpec:
    '2 containers 3 restartPolicy 4 terminationGracePeriodSeconds* 6 dnsPolicy 7 nodeSelector 8 serviceAccountName 10 nodeName 11 hostNetwork 16 hostname 17 subdomain 19 schedulerName 20 initContainers 22 tolerations 28 readinessGates 30 enableServiceLinks*',
  Container:
    '1 name 2 image 3 command 4 args 5 workingDir 6 ports 7 env 8 resources 13 terminationMessagePath 14 imagePullPolicy 20 terminationMessagePolicy',
  ContainerPort: '1 name 2 hostPort 3 containerPort 4 protocol 5 hostIP',
  EnvVar: '1 name 2 value',
  ResourceRequirements: '1 limits 2 requests',
  Toleration: '1 key 2 operator 3 value 4 effect 5 tolerationSeconds*',
  PodReadinessGate: '1 conditionType',
  LabelSelector: '1 matchLabels 2 matchExpressions',
  LabelSelectorRequirement: '1 key 2 operator 3 values',
  ObjectMeta:
    '1 name 2 generateName 3 namespace 4 selfLink 5 uid 6 resourceVersion 7 generation 8 creationTimestamp 9 deletionTimestamp 10 deletionGracePeriodSeconds* 11 labels 12 annotations 13 ownerReferences 14 finalizers',
  OwnerReference: '1 kind 3 name 4 uid 5 apiVersion 6 controller* 7 blockOwnerDeletion*',
  DeleteOptions: '1 gracePeriodSeconds* 2 preconditions 3 orphanDependents* 4 propagationPolicy* 5 dryRun',
  Preconditions: '1 uid* 2 resourceVersion*',
}

export interface ProtobufField {
  /** As in JSON. */
  readonly name: string
  /** Whether zero is a value, not the absence of one. */
  readonly keepsZero: boolean
}

/** The fields of each struct by number. */
export const PROTOBUF_STRUCTS: ReadonlyMap<string, ReadonlyMap<number, ProtobufField>> = new Map(
  Object.entries(NOTATION).map(([struct, notation]) => [struct, readStruct(notation)]),
)

function readStruct(notation: string): ReadonlyMap<number, ProtobufField> {
  const fields = new Map<number, ProtobufField>()
  for (const [, number, name = '', star] of notation.matchAll(/(\d+) (\w+)(\*?)/g)) {
    fields.set(Number(number), { name, keepsZero: star === '*' })
  }
  return fields
}
