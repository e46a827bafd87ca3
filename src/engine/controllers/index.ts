// The control plane's loops, wired to one cluster: all of kube-controller-manager that Services need, the scheduler, the
// kubelets of simulated Nodes and a load balancer. They meet in the store only.

import { DaemonSetController } from './daemonset/daemonset-controller.ts'
import { DeploymentController } from './deployment/deployment-controller.ts'
import { DisruptionController } from './disruption/disruption-controller.ts'
import { EndpointsController } from './endpoints/endpoints-controller.ts'
import { EndpointSliceController } from './endpointslice/endpointslice-controller.ts'
import { ServiceIndex } from './endpointslice/service-index.ts'
import { GarbageCollector } from './garbage/garbage-collector.ts'
import { Kubelets } from './kubelet/kubelet.ts'
import { LoadBalancerController } from './loadbalancer/loadbalancer-controller.ts'
import { MirroringController } from './mirroring/mirroring-controller.ts'
import { NamespaceBasics } from './namespace/namespace-basics.ts'
import { NamespaceController } from './namespace/namespace-controller.ts'
import { NodeLifecycle } from './node/node-lifecycle.ts'
import { PodGC } from './node/pod-gc.ts'
import { TaintEviction } from './node/taint-eviction.ts'
import { ReplicaSetController } from './replicaset/replicaset-controller.ts'
import type { ControllerContext, Controllers } from './runtime/context.ts'
import type { ControllerRuntime } from './runtime/controller-runtime.ts'
import { EventExpiry } from './runtime/event-expiry.ts'
import { DecisionHub } from './runtime/decision-hub.ts'
import { EventHub } from './runtime/event-recorder.ts'
import { InformerResync } from './runtime/informer-resync.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import { StatefulSetController } from './statefulset/statefulset-controller.ts'

export type { ControllerContext, Controllers } from './runtime/context.ts'
export type { DecisionListener } from './runtime/decision-hub.ts'
export type { Decision, DecisionDraft, ObjectName } from './runtime/decision.ts'

/** Who keeps what several controllers look things up in: it hears first, and is modelled as always fresh. */
export const SHARED_CACHE = 'shared-cache'

/**
 * Wires every controller to the cluster. Nothing runs until the event loop does. An `empty` cluster is one in which nothing
 * appears that nobody asked for: its namespaces are given nothing.
 */
export function createControllers(context: ControllerContext, empty: boolean): Controllers {
  const events = new EventHub(context)
  const decisions = new DecisionHub(context.loop)
  const resync = new InformerResync(context)
  const runtime: ControllerRuntime = { ...context, events, decisions, resync }
  const services = new ServiceIndex(context.client(SHARED_CACHE))
  const lifecycle = new NodeLifecycle(runtime)
  const eviction = new TaintEviction(runtime)
  const podGC = new PodGC(runtime)
  return {
    parts: [
      events,
      new EventExpiry(runtime),
      resync,
      new DeploymentController(runtime),
      new ReplicaSetController(runtime),
      new StatefulSetController(runtime),
      new DaemonSetController(runtime),
      new DisruptionController(runtime),
      new EndpointsController(runtime, services),
      new EndpointSliceController(runtime, services),
      new MirroringController(runtime),
      new GarbageCollector(runtime),
      new NamespaceController(runtime),
      ...(empty ? [] : [new NamespaceBasics(runtime)]),
      lifecycle,
      eviction,
      podGC,
      new LoadBalancerController(runtime),
      new Scheduler(runtime),
      new Kubelets(runtime),
    ],
    start: () => {
      lifecycle.start()
      podGC.start()
      resync.start()
    },
    podEvictionMs: node => eviction.earliestMs(node),
    onDecision: listener => decisions.listen(listener),
    decide: decisions.voice('kube-apiserver'),
  }
}
