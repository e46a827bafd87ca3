// What the next step of a walk does: something a user, an operator or an accident might do to a cluster as it stands. Each
// is a command as the cluster's log has it, so that a walk is data. Steps name Pods only by names that people gave them, or
// that follow from their owner's: those of ReplicaSets are made up, and another run of the same walk makes up others.

import type { Kind } from '../../api/kind-registry.ts'
import { DEFAULT_SETTINGS, DUAL_STACK_SETTINGS, type ClusterSettings } from '../../api/cluster-settings.ts'
import type { ClusterCommand } from '../../index.ts'
import type { StoreClient } from '../../store/client.ts'
import {
  DELETED_KINDS,
  NAMESPACES,
  nodeOf,
  onceIn,
  oneOf,
  PROPAGATIONS,
  randomBudget,
  randomEndpoints,
  randomLabels,
  randomPod,
  randomPodStatus,
  randomService,
  randomSlice,
  randomTemplate,
  randomWorkload,
  type Draw,
} from './random-objects.ts'
import { createRequest, deleteRequest, evictRequest, patchRequest } from './requests.ts'

type StepType = 'request' | 'create-nodes' | 'set-power' | 'set-readiness' | 'set-settings' | 'drain'

/** Commands of which walks are made. */
export type StepCommand = Extract<ClusterCommand, { readonly type: StepType }>

/** What a step is drawn from. */
export interface Scene {
  readonly draw: Draw
  /** The cluster as it stands; only read. */
  readonly store: StoreClient
  readonly dualStack: boolean
  readonly namespace: string
}

type Made = StepCommand | undefined
type Maker = (scene: Scene) => Made

/** The largest that `max-endpoints-per-slice` ever is in a walk. */
export const SLICE_CAP_MAX = 5
/** Simulated Nodes of a walk: `n1` to `n4`. */
export const NODE_COUNT = 4

/** What a walk begins with, so that there is something to change: Services, workloads and Pods. */
export function randomBeginning(draw: Draw, store: StoreClient, dualStack: boolean): readonly StepCommand[] {
  const scene = { draw, store, dualStack, namespace: NAMESPACES[0] }
  const makers = [
    makeService,
    makeService,
    makeService,
    makeWorkload,
    makeWorkload,
    makeWorkload,
    makePod,
    makePod,
    makePod,
  ]
  return makers.flatMap(maker => maker(scene) ?? [])
}

/** A step; undefined when what was drawn has nothing to act on. */
export function randomCommand(draw: Draw, store: StoreClient, dualStack: boolean): Made {
  let at = draw(MAKERS.reduce((sum, [weight]) => sum + weight, 0))
  const maker = MAKERS.find(([weight]) => (at -= weight) < 0)?.[1]
  return maker?.({ draw, store, dualStack, namespace: onceIn(draw, 4) ? NAMESPACES[1] : NAMESPACES[0] })
}

const MAKERS: readonly (readonly [weight: number, Maker])[] = [
  [6, makeService],
  [4, changeService],
  [6, makeWorkload],
  [4, scale],
  [4, changeTemplate],
  [5, makePod],
  [8, writePodStatus],
  [4, relabelPod],
  [3, endPod],
  [3, failReadiness],
  [
    2,
    ({ draw, namespace }) => asked(createRequest('PodDisruptionBudget', randomBudget(draw, `b${draw(2)}`, namespace))),
  ],
  [2, ({ draw, namespace }) => asked(createRequest('Endpoints', randomEndpoints(draw, `s${draw(4)}`, namespace)))],
  [2, ({ draw, namespace }) => asked(createRequest('EndpointSlice', randomSlice(draw, `h${draw(3)}`, namespace)))],
  [4, tamper],
  [5, deleteSomething],
  [4, power],
  [2, cordon],
  [2, drain],
  [3, comeOrGo],
  [4, set],
  [
    1,
    ({ namespace }) =>
      namespace === 'team' ? asked(deleteRequest({ kind: 'Namespace', namespace, name: namespace })) : undefined,
  ],
  [2, () => asked(createRequest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } }))],
]

function asked(request: Extract<ClusterCommand, { readonly type: 'request' }>['request']): StepCommand {
  return { type: 'request', request }
}

/** The name of one of the objects of a kind that is there. */
function anyName({ draw, store, namespace }: Scene, kind: Kind): string | undefined {
  return store.list(kind, namespace)[draw(store.list(kind, namespace).length)]?.metadata.name
}

/** A Pod whose name does not come from chance. */
function lastingPod({ draw, store, namespace }: Scene): string | undefined {
  const names = store.list('Pod', namespace).map(({ metadata }) => metadata.name)
  const lasting = names.filter(name => /^(p\d+|t\d+-\d+)$/.test(name))
  return lasting[draw(lasting.length)]
}

function makeService({ draw, namespace, dualStack }: Scene): Made {
  return asked(createRequest('Service', randomService(draw, `s${draw(4)}`, namespace, dualStack)))
}

function makePod({ draw, namespace }: Scene): Made {
  return asked(createRequest('Pod', randomPod(draw, `p${draw(8)}`, namespace)))
}

function changeService(scene: Scene): Made {
  const { draw, namespace, dualStack } = scene
  const name = anyName(scene, 'Service')
  if (name === undefined || name === 'kubernetes') return undefined
  const other = randomService(draw, name, namespace, dualStack)
  const patches: readonly object[] = [
    { spec: { selector: onceIn(draw, 4) ? null : randomLabels(draw) } },
    { spec: { ports: other.spec.ports ?? null } },
    { spec: { publishNotReadyAddresses: onceIn(draw, 2) } },
    { spec: { trafficDistribution: other.spec.trafficDistribution ?? null } },
    { metadata: { labels: { team: oneOf(draw, ['red', 'blue', null]) } } },
    { metadata: { annotations: { 'service.kubernetes.io/topology-mode': oneOf(draw, ['Auto', 'Disabled', null]) } } },
    { spec: { type: oneOf(draw, ['ClusterIP', 'NodePort', 'LoadBalancer']) } },
  ]
  return asked(patchRequest({ kind: 'Service', namespace, name }, oneOf(draw, patches)))
}

function makeWorkload({ draw, namespace }: Scene): Made {
  const kind = oneOf(draw, [
    'Deployment',
    'Deployment',
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'ReplicaSet',
  ] as const)
  const letter = { Deployment: 'd', StatefulSet: 't', DaemonSet: 'a', ReplicaSet: 'r' }[kind]
  const count = { Deployment: 3, StatefulSet: 2, DaemonSet: 1, ReplicaSet: 1 }[kind]
  return asked(createRequest(kind, randomWorkload(draw, kind, `${letter}${draw(count)}`, namespace)))
}

function scale(scene: Scene): Made {
  const { draw, namespace } = scene
  const kind = oneOf(draw, ['Deployment', 'Deployment', 'StatefulSet', 'ReplicaSet'] as const)
  const name = anyName(scene, kind)
  if (name === undefined || !/^[dtr]\d$/.test(name)) return undefined
  return asked(patchRequest({ kind, namespace, name, subresource: 'scale' }, { spec: { replicas: draw(6) } }))
}

function changeTemplate(scene: Scene): Made {
  const { draw, store, namespace } = scene
  const kind = oneOf(draw, ['Deployment', 'Deployment', 'StatefulSet', 'DaemonSet'] as const)
  const name = anyName(scene, kind)
  const object = name === undefined ? undefined : store.get(kind, namespace, name)
  if (!object) return undefined
  const place = { kind, namespace, name: object.metadata.name }
  if (kind === 'Deployment' && onceIn(draw, 4)) return asked(patchRequest(place, { spec: { paused: onceIn(draw, 2) } }))
  const template = randomTemplate(draw, object.spec.selector.matchLabels ?? {})
  return asked(patchRequest(place, { spec: { template } }))
}

/** What the kubelet of a Node that nobody runs would write. */
function writePodStatus({ draw, store, namespace, dualStack }: Scene): Made {
  const pods = store
    .list('Pod', namespace)
    .filter(({ metadata, spec }) => /^p\d/.test(metadata.name) && isForeign(spec.nodeName))
  const name = pods[draw(pods.length)]?.metadata.name
  if (name === undefined) return undefined
  const status = randomPodStatus(draw, dualStack)
  return asked(patchRequest({ kind: 'Pod', namespace, name, subresource: 'status' }, { status }))
}

function isForeign(nodeName: string | undefined): boolean {
  return nodeName !== undefined && !/^n\d/.test(nodeName)
}

function relabelPod(scene: Scene): Made {
  const { draw, namespace } = scene
  const name = lastingPod(scene)
  if (name === undefined) return undefined
  const labels = oneOf(draw, [{ app: 'a' }, { app: 'b' }, { app: null }, { tier: 'x' }, { tier: null }, { of: null }])
  return asked(patchRequest({ kind: 'Pod', namespace, name }, { metadata: { labels } }))
}

function endPod(scene: Scene): Made {
  const { draw, namespace } = scene
  const name = lastingPod(scene)
  if (name === undefined) return undefined
  if (onceIn(draw, 3)) return asked(evictRequest(namespace, name))
  const grace = oneOf(draw, [undefined, 0, 1, 20])
  return asked(deleteRequest({ kind: 'Pod', namespace, name }, { gracePeriodSeconds: grace }))
}

function failReadiness(scene: Scene): Made {
  const name = lastingPod(scene)
  if (name === undefined) return undefined
  return { type: 'set-readiness', namespace: scene.namespace, name, fails: onceIn(scene.draw, 2) }
}

/** Somebody meddles with what controllers write. */
function tamper(scene: Scene): Made {
  const { draw, store, namespace } = scene
  const service = `s${draw(4)}`
  const ofService = `labelSelector=kubernetes.io%2Fservice-name%3D${service}`
  const endpoints = { kind: 'Endpoints', namespace, name: service } as const
  const tampering: readonly (() => Made)[] = [
    () => asked(deleteRequest({ kind: 'EndpointSlice', namespace }, {}, ofService)),
    () => asked(deleteRequest(endpoints)),
    // What people do to Endpoints that the controller writes stays until something else happens.
    () =>
      store.get('Service', namespace, service)?.spec.selector
        ? undefined
        : asked(patchRequest(endpoints, { subsets: null })),
    () => asked(deleteRequest({ kind: 'ReplicaSet', namespace }, {}, 'labelSelector=of%3Ddeployment-d0')),
    () => asked(deleteRequest({ kind: 'Pod', namespace }, {}, 'labelSelector=app%3Da')),
    // A StatefulSet does not notice.
    () => asked(deleteRequest({ kind: 'ControllerRevision', namespace }, {}, 'labelSelector=of%3Ddaemonset-a0')),
  ]
  return oneOf(draw, tampering)()
}

function deleteSomething(scene: Scene): Made {
  const { draw, namespace } = scene
  const kind = oneOf(draw, DELETED_KINDS)
  const name = anyName(scene, kind)
  if (name === undefined || !/^[a-z]\d$/.test(name)) return undefined
  return asked(deleteRequest({ kind, namespace, name }, { propagationPolicy: oneOf(draw, PROPAGATIONS) }))
}

function someNode(draw: Draw): string {
  return `n${1 + draw(NODE_COUNT)}`
}

function power({ draw }: Scene): Made {
  return { type: 'set-power', node: someNode(draw), on: onceIn(draw, 2) }
}

function cordon({ draw }: Scene): Made {
  return asked(
    patchRequest(
      { kind: 'Node', namespace: '', name: someNode(draw) },
      { spec: { unschedulable: onceIn(draw, 2) || null } },
    ),
  )
}

function drain({ draw }: Scene): Made {
  return { type: 'drain', node: someNode(draw) }
}

/** A Node appears, one goes, or one is said to be out of service. */
function comeOrGo({ draw, store, dualStack }: Scene): Made {
  const index = 1 + draw(NODE_COUNT)
  const name = `n${index}`
  const found = store.get('Node', '', name)
  if (!found)
    return asked(
      createRequest(
        'Node',
        nodeOf(index, dualStack ? DUAL_STACK_SETTINGS['cluster-cidr'] : DEFAULT_SETTINGS['cluster-cidr']),
      ),
    )
  if (onceIn(draw, 2)) return asked(deleteRequest({ kind: 'Node', namespace: '', name }))
  const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }
  const others = (found.spec.taints ?? []).filter(({ key }) => key !== taint.key)
  const taints = others.length < (found.spec.taints ?? []).length ? others : [...others, taint]
  return asked(patchRequest({ kind: 'Node', namespace: '', name }, { spec: { taints } }))
}

function set({ draw }: Scene): Made {
  const settings: readonly Partial<ClusterSettings>[] = [
    { 'endpointslice-updates-batch-period': oneOf(draw, [0, 500, 2_000]) },
    { 'endpoint-updates-batch-period': oneOf(draw, [0, 500]) },
    { 'node-monitor-grace-period': oneOf(draw, [20_000, 50_000]) },
    { 'node-eviction-rate': oneOf(draw, [0.1, 1]) },
    { 'default-unreachable-toleration-seconds': oneOf(draw, [30, 300]) },
    { 'sim-image-pull-time': oneOf(draw, [0, 2_000]) },
    { 'sim-watch-delay': oneOf(draw, [1, 20]) },
    { 'max-endpoints-per-slice': oneOf(draw, [2, 3, SLICE_CAP_MAX]) },
    { 'mirroring-max-endpoints-per-subset': oneOf(draw, [2, 1000]) },
  ]
  return { type: 'set-settings', settings: oneOf(draw, settings) }
}
