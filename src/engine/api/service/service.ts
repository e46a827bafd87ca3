// core/v1 Service. The object that gives a set of Pods one address that does not change.

import type { Condition, IntOrString, KubeObject, Labels, Protocol } from '../meta.ts'

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
export type IPFamily = 'IPv4' | 'IPv6'

export interface ServicePort {
  readonly name?: string | undefined
  readonly protocol: Protocol
  readonly appProtocol?: string | undefined
  readonly port: number
  readonly targetPort?: IntOrString | undefined
  readonly nodePort?: number | undefined
}

export interface LoadBalancerIngress {
  readonly ip?: string | undefined
  readonly hostname?: string | undefined
  readonly ipMode?: 'VIP' | 'Proxy' | undefined
}

export interface ServiceSpec {
  readonly type: ServiceType
  readonly ports?: readonly ServicePort[] | undefined
  readonly selector?: Labels | undefined
  /** `None` for a headless Service; absent for ExternalName. */
  readonly clusterIP?: string | undefined
  readonly clusterIPs?: readonly string[] | undefined
  readonly externalIPs?: readonly string[] | undefined
  readonly externalName?: string | undefined
  readonly sessionAffinity?: 'None' | 'ClientIP' | undefined
  readonly sessionAffinityConfig?:
    | { readonly clientIP?: { readonly timeoutSeconds?: number | undefined } | undefined }
    | undefined
  readonly externalTrafficPolicy?: 'Cluster' | 'Local' | undefined
  readonly internalTrafficPolicy?: 'Cluster' | 'Local' | undefined
  readonly healthCheckNodePort?: number | undefined
  readonly publishNotReadyAddresses?: boolean | undefined
  readonly ipFamilies?: readonly IPFamily[] | undefined
  readonly ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack' | undefined
  readonly loadBalancerClass?: string | undefined
  readonly loadBalancerIP?: string | undefined
  readonly loadBalancerSourceRanges?: readonly string[] | undefined
  readonly allocateLoadBalancerNodePorts?: boolean | undefined
  readonly trafficDistribution?: string | undefined
}

export interface ServiceStatus {
  readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] | undefined } | undefined
  readonly conditions?: readonly Condition[] | undefined
}

export interface Service extends KubeObject {
  readonly spec: ServiceSpec
  readonly status?: ServiceStatus | undefined
}
