// core/v1 Pod, as far as Services, kubelets and the scheduler look at it. Fields that nothing here reads are kept as
// they came (containers' environment, volumes and so on), and come back as they were sent.

import type { Condition, IntOrString, KubeObject, Labels, LabelSelector, Protocol } from '../meta.ts'

/** The annotation that says what it costs to delete a Pod: where there are too many, the cheaper go first. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

export interface ContainerPort {
  readonly name?: string | undefined
  readonly containerPort: number
  readonly hostPort?: number | undefined
  readonly hostIP?: string | undefined
  readonly protocol?: Protocol | undefined
}

export interface HttpGetAction {
  readonly path?: string | undefined
  readonly port: IntOrString
  readonly host?: string | undefined
  readonly scheme?: string | undefined
}

export interface ProbeHandler {
  readonly httpGet?: HttpGetAction | undefined
  readonly tcpSocket?: { readonly port: IntOrString; readonly host?: string | undefined } | undefined
  readonly exec?: { readonly command?: readonly string[] | undefined } | undefined
  readonly grpc?: { readonly port: number; readonly service?: string | undefined } | undefined
}

export interface Probe extends ProbeHandler {
  readonly initialDelaySeconds?: number | undefined
  readonly periodSeconds?: number | undefined
  readonly timeoutSeconds?: number | undefined
  readonly successThreshold?: number | undefined
  readonly failureThreshold?: number | undefined
  readonly terminationGracePeriodSeconds?: number | undefined
}

export interface LifecycleHandler extends ProbeHandler {
  readonly sleep?: { readonly seconds: number } | undefined
}

export interface Container {
  readonly name: string
  readonly image?: string | undefined
  readonly command?: readonly string[] | undefined
  readonly args?: readonly string[] | undefined
  readonly ports?: readonly ContainerPort[] | undefined
  readonly readinessProbe?: Probe | undefined
  readonly livenessProbe?: Probe | undefined
  readonly startupProbe?: Probe | undefined
  readonly lifecycle?:
    | { readonly preStop?: LifecycleHandler | undefined; readonly postStart?: LifecycleHandler | undefined }
    | undefined
  readonly restartPolicy?: string | undefined
  readonly imagePullPolicy?: string | undefined
  readonly terminationMessagePath?: string | undefined
  readonly terminationMessagePolicy?: string | undefined
  readonly resources?: unknown
  readonly [other: string]: unknown
}

export interface Toleration {
  readonly key?: string | undefined
  readonly operator?: 'Exists' | 'Equal' | undefined
  readonly value?: string | undefined
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined
  readonly tolerationSeconds?: number | undefined
}

export interface TopologySpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  readonly labelSelector?: LabelSelector | undefined
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[] | undefined
  readonly nodeName?: string | undefined
  readonly nodeSelector?: Labels | undefined
  readonly tolerations?: readonly Toleration[] | undefined
  readonly terminationGracePeriodSeconds?: number | undefined
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never' | undefined
  readonly hostname?: string | undefined
  readonly subdomain?: string | undefined
  readonly hostNetwork?: boolean | undefined
  readonly dnsPolicy?: string | undefined
  readonly schedulerName?: string | undefined
  readonly priority?: number | undefined
  /** While there is one, the Pod is not scheduled. */
  readonly schedulingGates?: readonly { readonly name: string }[] | undefined
  readonly readinessGates?: readonly { readonly conditionType: string }[] | undefined
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[] | undefined
  readonly enableServiceLinks?: boolean | undefined
  readonly preemptionPolicy?: string | undefined
  readonly securityContext?: unknown
  readonly [other: string]: unknown
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string | undefined; readonly message?: string | undefined } | undefined
  readonly running?: { readonly startedAt?: string | undefined } | undefined
  readonly terminated?:
    | {
        readonly exitCode: number
        readonly reason?: string | undefined
        readonly startedAt?: string | undefined
        readonly finishedAt?: string | undefined
      }
    | undefined
}

export interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly started?: boolean | undefined
  readonly restartCount: number
  readonly image: string
  readonly imageID: string
  readonly containerID?: string | undefined
  readonly state?: ContainerState | undefined
  readonly lastState?: ContainerState | undefined
}

export interface PodStatus {
  readonly phase?: PodPhase | undefined
  readonly conditions?: readonly Condition[] | undefined
  readonly reason?: string | undefined
  readonly message?: string | undefined
  readonly hostIP?: string | undefined
  readonly hostIPs?: readonly { readonly ip: string }[] | undefined
  readonly podIP?: string | undefined
  readonly podIPs?: readonly { readonly ip: string }[] | undefined
  readonly startTime?: string | undefined
  readonly qosClass?: string | undefined
  readonly containerStatuses?: readonly ContainerStatus[] | undefined
  readonly initContainerStatuses?: readonly ContainerStatus[] | undefined
  readonly observedGeneration?: number | undefined
}

export interface Pod extends KubeObject {
  readonly spec: PodSpec
  readonly status?: PodStatus | undefined
}

export interface PodTemplateSpec {
  readonly metadata?: { readonly labels?: Labels | undefined; readonly annotations?: Labels | undefined } | undefined
  readonly spec: PodSpec
}
