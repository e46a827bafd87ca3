// The fields that each object has, in a short notation, as far as this cluster decodes them strictly: `name:type`, with
// Go's type names where an error message shows them. `=` before a type names a Go string type (`=ServiceType` is shown as
// v1.ServiceType). `any` takes whatever comes: parts that nothing here reads.

const META =
  'name:string generateName:string namespace:string selfLink:string uid:=UID resourceVersion:string generation:int64 creationTimestamp:time deletionTimestamp:time deletionGracePeriodSeconds:int64 labels:map[string]string annotations:map[string]string ownerReferences:[]OwnerReference finalizers:[]string managedFields:any'
const TYPE = 'apiVersion:string kind:string metadata:ObjectMeta'
const PROBE =
  'httpGet:HTTPGetAction tcpSocket:TCPSocketAction exec:ExecAction grpc:GRPCAction initialDelaySeconds:int32 timeoutSeconds:int32 periodSeconds:int32 successThreshold:int32 failureThreshold:int32 terminationGracePeriodSeconds:int64'
const CONTAINER =
  'name:string image:string command:[]string args:[]string workingDir:string ports:[]ContainerPort envFrom:any env:[]EnvVar resources:ResourceRequirements resizePolicy:any restartPolicy:=ContainerRestartPolicy restartPolicyRules:any volumeMounts:[]VolumeMount volumeDevices:any livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:Lifecycle terminationMessagePath:string terminationMessagePolicy:=TerminationMessagePolicy imagePullPolicy:=PullPolicy securityContext:any stdin:bool stdinOnce:bool tty:bool'
const CONDITION = 'type:string status:=ConditionStatus lastTransitionTime:time reason:string message:string'

const NOTATION: { readonly [struct: string]: string } = {
  Namespace: `${TYPE} spec:NamespaceSpec status:NamespaceStatus`,
  NamespaceSpec: 'finalizers:[]=FinalizerName',
  Node: `${TYPE} spec:NodeSpec status:NodeStatus`,
  NodeSpec:
    'podCIDR:string podCIDRs:[]string providerID:string unschedulable:bool taints:[]Taint configSource:any externalID:string',
  Taint: 'key:string value:string effect:=TaintEffect timeAdded:time',
  Lease: `${TYPE} spec:LeaseSpec`,
  LeaseSpec:
    'holderIdentity:string leaseDurationSeconds:int32 acquireTime:time renewTime:time leaseTransitions:int32 strategy:string preferredHolder:string',
  Pod: `${TYPE} spec:PodSpec status:PodStatus`,
  PodSpec:
    'volumes:any initContainers:[]Container containers:[]Container ephemeralContainers:any restartPolicy:=RestartPolicy terminationGracePeriodSeconds:int64 activeDeadlineSeconds:int64 dnsPolicy:=DNSPolicy nodeSelector:map[string]string serviceAccountName:string serviceAccount:string automountServiceAccountToken:bool nodeName:string hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace:bool securityContext:any imagePullSecrets:any hostname:string subdomain:string affinity:any schedulerName:string tolerations:[]Toleration hostAliases:any priorityClassName:string priority:int32 dnsConfig:any readinessGates:[]PodReadinessGate runtimeClassName:string enableServiceLinks:bool preemptionPolicy:=PreemptionPolicy overhead:any topologySpreadConstraints:[]TopologySpreadConstraint setHostnameAsFQDN:bool os:any hostUsers:bool schedulingGates:any resourceClaims:any resources:any hostnameOverride:string',
  Container: CONTAINER,
  ContainerPort: 'name:string hostPort:int32 containerPort:int32 protocol:=Protocol hostIP:string',
  EnvVar: 'name:string value:string valueFrom:any',
  VolumeMount:
    'name:string readOnly:bool recursiveReadOnly:string mountPath:string subPath:string mountPropagation:string subPathExpr:string',
  ResourceRequirements: 'limits:map[string]quantity requests:map[string]quantity claims:any',
  Probe: PROBE,
  HTTPGetAction: 'path:string port:intOrString host:string scheme:=URIScheme httpHeaders:[]HTTPHeader',
  HTTPHeader: 'name:string value:string',
  TCPSocketAction: 'port:intOrString host:string',
  ExecAction: 'command:[]string',
  GRPCAction: 'port:int32 service:string',
  Lifecycle: 'postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:string',
  LifecycleHandler: 'exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction',
  SleepAction: 'seconds:int64',
  Toleration: 'key:string operator:=TolerationOperator value:string effect:=TaintEffect tolerationSeconds:int64',
  PodReadinessGate: 'conditionType:=PodConditionType',
  TopologySpreadConstraint:
    'maxSkew:int32 topologyKey:string whenUnsatisfiable:=UnsatisfiableConstraintAction labelSelector:LabelSelector minDomains:int32 nodeAffinityPolicy:string nodeTaintsPolicy:string matchLabelKeys:[]string',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  LabelSelector: 'matchLabels:map[string]string matchExpressions:[]LabelSelectorRequirement',
  LabelSelectorRequirement: 'key:string operator:=LabelSelectorOperator values:[]string',
  Service: `${TYPE} spec:ServiceSpec status:ServiceStatus`,
  ServiceSpec:
    'ports:[]ServicePort selector:map[string]string clusterIP:string clusterIPs:[]string type:=ServiceType externalIPs:[]string sessionAffinity:=ServiceAffinity loadBalancerIP:string loadBalancerSourceRanges:[]string externalName:string externalTrafficPolicy:=ServiceExternalTrafficPolicy healthCheckNodePort:int32 publishNotReadyAddresses:bool sessionAffinityConfig:SessionAffinityConfig ipFamilies:[]=IPFamily ipFamilyPolicy:=IPFamilyPolicy allocateLoadBalancerNodePorts:bool loadBalancerClass:string internalTrafficPolicy:=ServiceInternalTrafficPolicy trafficDistribution:string',
  ServicePort: 'name:string protocol:=Protocol appProtocol:string port:int32 targetPort:intOrString nodePort:int32',
  SessionAffinityConfig: 'clientIP:ClientIPConfig',
  ClientIPConfig: 'timeoutSeconds:int32',
  Endpoints: `${TYPE} subsets:[]EndpointSubset`,
  EndpointSubset: 'addresses:[]EndpointAddress notReadyAddresses:[]EndpointAddress ports:[]EndpointSubsetPort',
  EndpointAddress: 'ip:string hostname:string nodeName:string targetRef:ObjectReference',
  EndpointSubsetPort: 'name:string port:int32 protocol:=Protocol appProtocol:string',
  ObjectReference:
    'kind:string namespace:string name:string uid:=UID apiVersion:string resourceVersion:string fieldPath:string',
  EndpointSlice: `${TYPE} addressType:=AddressType endpoints:[]Endpoint ports:[]EndpointPort`,
  Endpoint:
    'addresses:[]string conditions:EndpointConditions hostname:string targetRef:ObjectReference deprecatedTopology:map[string]string nodeName:string zone:string hints:EndpointHints',
  EndpointConditions: 'ready:bool serving:bool terminating:bool',
  EndpointHints: 'forZones:[]ForZone forNodes:[]ForNode',
  ForZone: 'name:string',
  ForNode: 'name:string',
  EndpointPort: 'name:string protocol:=Protocol port:int32 appProtocol:string',
  ReplicaSet: `${TYPE} spec:ReplicaSetSpec status:ReplicaSetStatus`,
  ReplicaSetSpec: 'replicas:int32 minReadySeconds:int32 selector:LabelSelector template:PodTemplateSpec',
  Deployment: `${TYPE} spec:DeploymentSpec status:DeploymentStatus`,
  DeploymentSpec:
    'replicas:int32 selector:LabelSelector template:PodTemplateSpec strategy:DeploymentStrategy minReadySeconds:int32 revisionHistoryLimit:int32 paused:bool progressDeadlineSeconds:int32',
  DeploymentStrategy: 'type:=DeploymentStrategyType rollingUpdate:RollingUpdateDeployment',
  RollingUpdateDeployment: 'maxUnavailable:intOrString maxSurge:intOrString',
  ConfigMap: `${TYPE} immutable:bool data:map[string]string binaryData:map[string]bytes`,
  Secret: `${TYPE} immutable:bool data:map[string]bytes stringData:map[string]string type:=SecretType`,
  ServiceAccount: `${TYPE} secrets:[]ObjectReference imagePullSecrets:[]LocalObjectReference automountServiceAccountToken:bool`,
  LocalObjectReference: 'name:string',
  StatefulSet: `${TYPE} spec:StatefulSetSpec status:StatefulSetStatus`,
  StatefulSetSpec:
    'replicas:int32 selector:LabelSelector template:PodTemplateSpec volumeClaimTemplates:[]PersistentVolumeClaim serviceName:string podManagementPolicy:=PodManagementPolicyType updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:int32 minReadySeconds:int32 persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:StatefulSetOrdinals',
  PersistentVolumeClaim: `${TYPE} spec:PersistentVolumeClaimSpec status:any`,
  PersistentVolumeClaimSpec:
    'accessModes:[]=PersistentVolumeAccessMode selector:LabelSelector resources:VolumeResourceRequirements volumeName:string storageClassName:string volumeMode:=PersistentVolumeMode dataSource:any dataSourceRef:any volumeAttributesClassName:string',
  VolumeResourceRequirements: 'limits:map[string]quantity requests:map[string]quantity',
  StatefulSetUpdateStrategy: 'type:=StatefulSetUpdateStrategyType rollingUpdate:RollingUpdateStatefulSetStrategy',
  RollingUpdateStatefulSetStrategy: 'partition:int32 maxUnavailable:intOrString',
  StatefulSetPersistentVolumeClaimRetentionPolicy:
    'whenDeleted:=PersistentVolumeClaimRetentionPolicyType whenScaled:=PersistentVolumeClaimRetentionPolicyType',
  StatefulSetOrdinals: 'start:int32',
  StatefulSetStatus:
    'observedGeneration:int64 replicas:int32 readyReplicas:int32 currentReplicas:int32 updatedReplicas:int32 currentRevision:string updateRevision:string collisionCount:int32 conditions:[]StatefulSetCondition availableReplicas:int32',
  StatefulSetCondition: CONDITION,
  DaemonSet: `${TYPE} spec:DaemonSetSpec status:DaemonSetStatus`,
  DaemonSetSpec:
    'selector:LabelSelector template:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy minReadySeconds:int32 revisionHistoryLimit:int32',
  DaemonSetUpdateStrategy: 'type:=DaemonSetUpdateStrategyType rollingUpdate:RollingUpdateDaemonSet',
  RollingUpdateDaemonSet: 'maxUnavailable:intOrString maxSurge:intOrString',
  DaemonSetStatus:
    'currentNumberScheduled:int32 numberMisscheduled:int32 desiredNumberScheduled:int32 numberReady:int32 observedGeneration:int64 updatedNumberScheduled:int32 numberAvailable:int32 numberUnavailable:int32 collisionCount:int32 conditions:[]DaemonSetCondition',
  DaemonSetCondition: CONDITION,
  ControllerRevision: `${TYPE} data:any revision:int64`,
  PodDisruptionBudget: `${TYPE} spec:PodDisruptionBudgetSpec status:PodDisruptionBudgetStatus`,
  PodDisruptionBudgetSpec:
    'minAvailable:intOrString selector:LabelSelector maxUnavailable:intOrString unhealthyPodEvictionPolicy:=UnhealthyPodEvictionPolicyType',
  PodDisruptionBudgetStatus:
    'observedGeneration:int64 disruptedPods:map[string]time disruptionsAllowed:int32 currentHealthy:int32 desiredHealthy:int32 expectedPods:int32 conditions:[]Condition',
  Event: `${TYPE} involvedObject:ObjectReference reason:string message:string source:any firstTimestamp:time lastTimestamp:time count:int32 type:string eventTime:time series:any action:string related:ObjectReference reportingComponent:string reportingInstance:string`,
  ObjectMeta: META,
  NamespaceStatus: 'phase:=NamespacePhase conditions:[]NamespaceCondition',
  NamespaceCondition: CONDITION,
  NodeStatus:
    'capacity:map[string]quantity allocatable:map[string]quantity phase:=NodePhase conditions:[]NodeCondition addresses:[]NodeAddress daemonEndpoints:any nodeInfo:any images:any volumesInUse:any volumesAttached:any config:any runtimeHandlers:any features:any',
  NodeCondition: `${CONDITION} lastHeartbeatTime:time`,
  NodeAddress: 'type:=NodeAddressType address:string',
  PodStatus:
    'observedGeneration:int64 phase:=PodPhase conditions:[]PodCondition message:string reason:string nominatedNodeName:string hostIP:string hostIPs:[]HostIP podIP:string podIPs:[]PodIP startTime:time initContainerStatuses:[]ContainerStatus containerStatuses:[]ContainerStatus qosClass:=PodQOSClass ephemeralContainerStatuses:any resize:string resourceClaimStatuses:any extendedResourceClaimStatus:any',
  PodCondition: `${CONDITION} observedGeneration:int64 lastProbeTime:time`,
  HostIP: 'ip:string',
  PodIP: 'ip:string',
  ContainerStatus:
    'name:string state:ContainerState lastState:ContainerState ready:bool restartCount:int32 image:string imageID:string containerID:string started:bool allocatedResources:map[string]quantity resources:any volumeMounts:any user:any allocatedResourcesStatus:any stopSignal:string',
  ContainerState: 'waiting:ContainerStateWaiting running:ContainerStateRunning terminated:ContainerStateTerminated',
  ContainerStateWaiting: 'reason:string message:string',
  ContainerStateRunning: 'startedAt:time',
  ContainerStateTerminated:
    'exitCode:int32 signal:int32 reason:string message:string startedAt:time finishedAt:time containerID:string',
  ServiceStatus: 'loadBalancer:LoadBalancerStatus conditions:[]Condition',
  LoadBalancerStatus: 'ingress:[]LoadBalancerIngress',
  LoadBalancerIngress: 'ip:string hostname:string ipMode:=LoadBalancerIPMode ports:[]PortStatus',
  PortStatus: 'port:int32 protocol:=Protocol error:string',
  Condition: `${CONDITION} observedGeneration:int64`,
  ReplicaSetStatus:
    'replicas:int32 fullyLabeledReplicas:int32 readyReplicas:int32 availableReplicas:int32 terminatingReplicas:int32 observedGeneration:int64 conditions:[]ReplicaSetCondition',
  ReplicaSetCondition: CONDITION,
  DeploymentStatus:
    'observedGeneration:int64 replicas:int32 updatedReplicas:int32 readyReplicas:int32 availableReplicas:int32 unavailableReplicas:int32 terminatingReplicas:int32 conditions:[]DeploymentCondition collisionCount:int32',
  DeploymentCondition: `${CONDITION} lastUpdateTime:time`,
  Scale: `${TYPE} spec:ScaleSpec status:ScaleStatus`,
  ScaleSpec: 'replicas:int32',
  ScaleStatus: 'replicas:int32 selector:string',
  Binding: `${TYPE} target:ObjectReference`,
  SelfSubjectReview: TYPE,
  SelfSubjectAccessReview: `${TYPE} spec:SelfSubjectAccessReviewSpec status:any`,
  SelfSubjectAccessReviewSpec: 'resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes',
  ResourceAttributes:
    'namespace:string verb:string group:string version:string resource:string subresource:string name:string fieldSelector:any labelSelector:any',
  NonResourceAttributes: 'path:string verb:string',
  SelfSubjectRulesReview: `${TYPE} spec:SelfSubjectRulesReviewSpec status:any`,
  SelfSubjectRulesReviewSpec: 'namespace:string',
  Eviction: `${TYPE} deleteOptions:DeleteOptions`,
  DeleteOptions:
    'apiVersion:string kind:string gracePeriodSeconds:int64 preconditions:Preconditions orphanDependents:bool propagationPolicy:=DeletionPropagation dryRun:[]string ignoreStoreReadErrorWithClusterBreakingPotential:bool',
  Preconditions: 'uid:=UID resourceVersion:string',
  OwnerReference: 'apiVersion:string kind:string name:string uid:=UID controller:bool blockOwnerDeletion:bool',
}

/** Structs whose Go name is another one than here, where two packages share a name. */
const GO_NAME: { readonly [struct: string]: string } = { EndpointSubsetPort: 'EndpointPort' }

export type GoType =
  | {
      readonly type: 'string' | 'bool' | 'int32' | 'int64' | 'intOrString' | 'quantity' | 'bytes' | 'time' | 'any'
      readonly shown: string
    }
  | { readonly type: 'list'; readonly of: GoType; readonly shown: string }
  | { readonly type: 'map'; readonly of: GoType; readonly shown: string }
  | { readonly type: 'struct'; readonly struct: string; readonly shown: string }

export type GoStruct = ReadonlyMap<string, GoType>

/** Go's own name of a struct, as error messages have it. */
export function goName(struct: string): string {
  return GO_NAME[struct] ?? struct
}

export const GO_STRUCTS: ReadonlyMap<string, GoStruct> = new Map(
  Object.entries(NOTATION).map(([struct, notation]) => [struct, readStruct(notation)]),
)

function readStruct(notation: string): GoStruct {
  return new Map(
    notation.split(' ').map(field => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon), readType(field.slice(colon + 1))]
    }),
  )
}

function readType(text: string): GoType {
  if (text.startsWith('[]')) {
    const of = readType(text.slice(2))
    return { type: 'list', of, shown: `[]${of.shown}` }
  }
  if (text.startsWith('map[string]')) {
    const of = readType(text.slice('map[string]'.length))
    return { type: 'map', of, shown: `map[string]${of.shown}` }
  }
  if (text.startsWith('=')) return { type: 'string', shown: text === '=UID' ? 'types.UID' : `v1.${text.slice(1)}` }
  switch (text) {
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'any':
      return { type: text, shown: text }
    case 'intOrString':
      return { type: text, shown: 'intstr.IntOrString' }
    case 'quantity':
      return { type: text, shown: 'resource.Quantity' }
    case 'bytes':
      return { type: text, shown: '[]uint8' }
    case 'time':
      return { type: text, shown: 'v1.Time' }
    default:
      return { type: 'struct', struct: text, shown: `v1.${goName(text)}` }
  }
}
