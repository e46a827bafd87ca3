// Every Event that a component of Kubernetes says about what is simulated here: who says it, about what, of which type, in
// which words. Each row leads a small cluster to where the real component would say it.

import { describe, expect, it } from 'vitest'
import type { Event } from '../api/event/event.ts'
import { ControllerFixture, webDeployment, webPod, webService } from '../testing/controller-fixture.ts'

interface Row {
  /** `component on Kind type Reason`. */
  readonly says: string
  readonly message: RegExp
  readonly fieldPath?: string
  readonly host?: string
  /** Makes it so; what is not there runs a Pod for a while. */
  readonly story: (fixture: ControllerFixture) => void
  readonly nodes?: number
}

const READY = { httpGet: { port: 8080, path: '/healthz' }, periodSeconds: 1 } as const
const APP = 'spec.containers{app}'

const onePod = (fixture: ControllerFixture): void => {
  fixture.create('Pod', webPod('p'))
  fixture.runTo(5)
}

const statefulSet = (fixture: ControllerFixture, replicas: number): void => {
  const { selector, template } = webDeployment(replicas).spec
  fixture.create('StatefulSet', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      serviceName: 'web',
      replicas,
      selector,
      template,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 10,
    },
  })
}

/** On Nodes with the role, where one is named. */
const daemonSet = (fixture: ControllerFixture, role?: string): void => {
  const { selector, template } = webDeployment(1).spec
  const nodeSelector = role === undefined ? {} : { nodeSelector: { role } }
  fixture.create('DaemonSet', {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector,
      template: { ...template, spec: { ...template.spec, ...nodeSelector } },
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 10,
    },
  })
}

const setRole = (fixture: ControllerFixture, role: string): void => {
  const node = fixture.get('Node', 'n1', '')
  const labels = { ...node.metadata.labels, role }
  fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
}

const budget = (fixture: ControllerFixture): void => {
  fixture.create('PodDisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  })
}

const scale = (fixture: ControllerFixture, replicas: number): void => {
  const deployment = fixture.user.get('Deployment', 'default', 'web')
  if (deployment) fixture.user.update('Deployment', { ...deployment, spec: { ...deployment.spec, replicas } })
  const set = fixture.user.get('StatefulSet', 'default', 'web')
  if (set) fixture.user.update('StatefulSet', { ...set, spec: { ...set.spec, replicas } })
}

/** n1 dies under a Pod. */
const deadNode = (fixture: ControllerFixture, tolerationSeconds: number, until: number): void => {
  const tolerations = [
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds },
  ] as const
  fixture.create('Pod', webPod('p', { nodeName: 'n1', tolerations }))
  fixture.runTo(10)
  fixture.setPower('n1', false)
  fixture.runTo(until)
}

const cordon = (fixture: ControllerFixture, unschedulable: boolean): void => {
  const node = fixture.get('Node', 'n1', '')
  fixture.user.update('Node', { ...node, spec: { ...node.spec, unschedulable } })
}

/** A Service with topology hints and nine Pods behind it, in three zones. */
const hinted = (fixture: ControllerFixture): void => {
  for (const node of fixture.user.list('Node')) {
    const allocatable = { cpu: '4', pods: '110' }
    fixture.user.updateStatus('Node', { ...node, status: { ...node.status, allocatable } })
  }
  fixture.runTo(5)
  const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' }
  fixture.create('Service', { ...webService(), metadata: { ...webService().metadata, annotations } })
  fixture.create('Deployment', webDeployment(9))
  fixture.runTo(20)
}

const ROWS: readonly Row[] = [
  // ── the scheduler ──
  {
    says: 'default-scheduler on Pod Normal Scheduled',
    message: /^Successfully assigned default\/p to n1$/,
    story: onePod,
  },
  {
    says: 'default-scheduler on Pod Warning FailedScheduling',
    message: /^0\/1 nodes are available: 1 node\(s\) were unschedulable\. /,
    story: fixture => {
      cordon(fixture, true)
      onePod(fixture)
    },
  },

  // ── the kubelet, of Pods ──
  {
    says: 'kubelet on Pod Normal Pulling',
    message: /^Pulling image "web:1"$/,
    fieldPath: APP,
    host: 'n1',
    story: fixture => {
      fixture.settings = { ...fixture.settings, 'sim-image-pull-time': 2_000 }
      onePod(fixture)
    },
  },
  {
    says: 'kubelet on Pod Normal Pulled',
    message: /^Container image "web:1" already present on machine$/,
    fieldPath: APP,
    host: 'n1',
    story: onePod,
  },
  {
    says: 'kubelet on Pod Normal Created',
    message: /^Created container: app$/,
    fieldPath: APP,
    host: 'n1',
    story: onePod,
  },
  {
    says: 'kubelet on Pod Normal Started',
    message: /^Started container app$/,
    fieldPath: APP,
    host: 'n1',
    story: onePod,
  },
  {
    says: 'kubelet on Pod Normal Killing',
    message: /^Stopping container app$/,
    fieldPath: APP,
    host: 'n1',
    story: fixture => {
      onePod(fixture)
      fixture.user.delete('Pod', 'default', 'p')
      fixture.runTo(10)
    },
  },
  {
    says: 'kubelet on Pod Normal Killing',
    message: /^Container app failed liveness probe, will be restarted$/,
    fieldPath: APP,
    host: 'n1',
    story: fixture => {
      fixture.create('Pod', webPod('p', {}, { livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 1 } }))
      fixture.runTo(10)
    },
  },
  {
    says: 'kubelet on Pod Normal Killing',
    message: /^Container app failed startup probe, will be restarted$/,
    fieldPath: APP,
    host: 'n1',
    story: fixture => {
      fixture.create('Pod', webPod('p', {}, { startupProbe: { tcpSocket: { port: 9999 }, periodSeconds: 1 } }))
      fixture.runTo(10)
    },
  },
  {
    says: 'kubelet on Pod Warning Unhealthy',
    message: /^Readiness probe failed: HTTP probe failed with statuscode: 503$/,
    fieldPath: APP,
    host: 'n1',
    story: fixture => {
      fixture.create('Pod', webPod('p', {}, { readinessProbe: READY }))
      fixture.runTo(5)
      fixture.world.setReadinessFails('default', 'p', true)
      fixture.runTo(10)
    },
  },
  {
    says: 'kubelet on Pod Warning Unhealthy',
    message: /^Liveness probe failed: dial tcp 10\.244\.1\.2:9999: connect: connection refused$/,
    fieldPath: APP,
    host: 'n1',
    story: fixture => {
      fixture.create('Pod', webPod('p', {}, { livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 1 } }))
      fixture.runTo(10)
    },
  },
  {
    says: 'kubelet on Pod Normal SandboxChanged',
    message: /^Pod sandbox changed, it will be killed and re-created\.$/,
    host: 'n1',
    story: fixture => {
      onePod(fixture)
      fixture.setPower('n1', false)
      fixture.runTo(10)
      fixture.setPower('n1', true)
      fixture.runTo(40)
    },
  },

  // ── the kubelet, of its Node ──
  { says: 'kubelet on Node Normal Starting', message: /^Starting kubelet\.$/, host: 'n1', story: onePod },
  ...['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'].map(reason => ({
    says: `kubelet on Node Normal ${reason}`,
    message: new RegExp(`^Node n1 status is now: ${reason}$`),
    host: 'n1',
    story: onePod,
  })),
  {
    says: 'kubelet on Node Normal NodeReady',
    message: /^Node n1 status is now: NodeReady$/,
    host: 'n1',
    story: onePod,
  },
  {
    says: 'kubelet on Node Normal NodeNotSchedulable',
    message: /^Node n1 status is now: NodeNotSchedulable$/,
    host: 'n1',
    story: fixture => {
      onePod(fixture)
      cordon(fixture, true)
      fixture.runTo(30)
    },
  },
  {
    says: 'kubelet on Node Normal NodeSchedulable',
    message: /^Node n1 status is now: NodeSchedulable$/,
    host: 'n1',
    story: fixture => {
      onePod(fixture)
      cordon(fixture, true)
      fixture.runTo(30)
      cordon(fixture, false)
      fixture.runTo(60)
    },
  },

  // ── the controllers of Nodes ──
  {
    says: 'node-controller on Node Normal RegisteredNode',
    message: /^Node n1 event: Registered Node n1 in Controller$/,
    story: fixture => void fixture.runTo(10),
  },
  {
    says: 'node-controller on Node Normal RemovingNode',
    message: /^Node n2 event: Removing Node n2 from Controller$/,
    nodes: 2,
    story: fixture => {
      fixture.runTo(10)
      fixture.user.delete('Node', '', 'n2')
      fixture.runTo(20)
    },
  },
  {
    says: 'node-controller on Node Normal NodeNotReady',
    message: /^Node n1 status is now: NodeNotReady$/,
    story: fixture => deadNode(fixture, 300, 100),
  },
  {
    says: 'node-controller on Pod Warning NodeNotReady',
    message: /^Node is not ready$/,
    story: fixture => deadNode(fixture, 300, 100),
  },
  {
    says: 'taint-eviction-controller on Pod Normal TaintManagerEviction',
    nodes: 2,
    message: /^Marking for deletion Pod default\/p$/,
    story: fixture => deadNode(fixture, 5, 120),
  },
  {
    says: 'taint-eviction-controller on Pod Normal TaintManagerEviction',
    nodes: 2,
    message: /^Cancelling deletion of Pod default\/p$/,
    story: fixture => {
      deadNode(fixture, 300, 100)
      fixture.setPower('n1', true)
      fixture.runTo(150)
    },
  },

  // ── workloads ──
  {
    says: 'deployment-controller on Deployment Normal ScalingReplicaSet',
    message: /^Scaled up replica set web-\w+ from 0 to 3$/,
    story: fixture => {
      fixture.create('Deployment', webDeployment(3))
      fixture.runTo(5)
    },
  },
  {
    says: 'deployment-controller on Deployment Normal ScalingReplicaSet',
    message: /^Scaled down replica set web-\w+ from 3 to 2$/,
    story: fixture => {
      fixture.create('Deployment', webDeployment(3))
      fixture.runTo(5)
      scale(fixture, 2)
      fixture.runTo(10)
    },
  },
  {
    says: 'replicaset-controller on ReplicaSet Normal SuccessfulCreate',
    message: /^Created pod: web-\w+-\w{5}$/,
    story: fixture => {
      fixture.create('Deployment', webDeployment(1))
      fixture.runTo(5)
    },
  },
  {
    says: 'replicaset-controller on ReplicaSet Normal SuccessfulDelete',
    message: /^Deleted pod: web-\w+-\w{5}$/,
    story: fixture => {
      fixture.create('Deployment', webDeployment(1))
      fixture.runTo(5)
      scale(fixture, 0)
      fixture.runTo(10)
    },
  },
  {
    says: 'statefulset-controller on StatefulSet Normal SuccessfulCreate',
    message: /^create Pod web-0 in StatefulSet web successful$/,
    story: fixture => {
      statefulSet(fixture, 1)
      fixture.runTo(5)
    },
  },
  {
    says: 'statefulset-controller on StatefulSet Normal SuccessfulDelete',
    message: /^delete Pod web-0 in StatefulSet web successful$/,
    story: fixture => {
      statefulSet(fixture, 1)
      fixture.runTo(5)
      scale(fixture, 0)
      fixture.runTo(10)
    },
  },
  {
    says: 'daemonset-controller on DaemonSet Normal SuccessfulCreate',
    message: /^Created pod: web-\w{5}$/,
    story: fixture => {
      daemonSet(fixture)
      fixture.runTo(5)
    },
  },
  {
    says: 'daemonset-controller on DaemonSet Normal SuccessfulDelete',
    message: /^Deleted pod: web-\w{5}$/,
    story: fixture => {
      setRole(fixture, 'edge')
      daemonSet(fixture, 'edge')
      fixture.runTo(5)
      setRole(fixture, 'core')
      fixture.runTo(20)
    },
  },
  {
    says: 'daemonset-controller on DaemonSet Warning FailedDaemonPod',
    message: /^Found failed daemon pod default\/web-\w{5} on node n1, will try to kill it$/,
    story: fixture => {
      daemonSet(fixture)
      fixture.runTo(5)
      const [pod] = fixture.pods()
      if (pod) fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Failed' } })
      fixture.runTo(10)
    },
  },

  // ── slices, Endpoints, budgets ──
  {
    says: 'endpoint-slice-controller on Service Warning FailedToUpdateEndpointSlices',
    message:
      /^Error updating Endpoint Slices for Service default\/web: skipping Pod p for Service default\/web: Node n9 Not Found$/,
    story: fixture => {
      fixture.create('Service', webService())
      const pod = fixture.create('Pod', webPod('p', { nodeName: 'n9' }))
      const status = { phase: 'Running', podIP: '10.244.9.2', podIPs: [{ ip: '10.244.9.2' }] } as const
      fixture.user.updateStatus('Pod', { ...pod, status })
      fixture.runTo(5)
    },
  },
  {
    says: 'endpoint-slice-controller on Service Normal TopologyAwareHintsEnabled',
    message: /^Topology Aware Hints has been enabled, addressType: IPv4$/,
    nodes: 3,
    story: hinted,
  },
  {
    says: 'endpoint-slice-controller on Service Warning TopologyAwareHintsDisabled',
    message: /^Insufficient number of endpoints \(1 endpoints, 3 zones\), addressType: IPv4$/,
    nodes: 3,
    story: fixture => {
      hinted(fixture)
      scale(fixture, 1)
      fixture.runTo(60)
    },
  },
  {
    says: 'endpoint-slice-mirroring-controller on Endpoints Warning TooManyAddressesToMirror',
    message: /^A max of 1 addresses can be mirrored to EndpointSlices per Endpoints subset\. 1 addresses were skipped$/,
    story: fixture => {
      fixture.settings = { ...fixture.settings, 'mirroring-max-endpoints-per-subset': 1 }
      const { selector: _, ...spec } = webService().spec
      fixture.create('Service', { ...webService(), spec })
      fixture.create('Endpoints', {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'web', namespace: 'default' },
        subsets: [{ addresses: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }], ports: [{ port: 80 }] }],
      })
      fixture.runTo(5)
    },
  },
  {
    says: 'controllermanager on PodDisruptionBudget Normal NoPods',
    message: /^No matching pods found$/,
    story: fixture => {
      budget(fixture)
      fixture.runTo(5)
    },
  },
  {
    says: 'controllermanager on PodDisruptionBudget Warning UnmanagedPods',
    message: /^Pods selected by this PodDisruptionBudget \(selector: .*\) were found to be unmanaged\. /,
    story: fixture => {
      onePod(fixture)
      budget(fixture)
      fixture.runTo(10)
    },
  },
]

/** The nanoseconds in an event's name. */
function stampOf({ metadata }: Event): number {
  return Number.parseInt(metadata.name.slice(metadata.name.lastIndexOf('.') + 1), 16)
}

function lineOf({ source, reportingComponent, involvedObject, type, reason }: Event): string {
  return `${source?.component ?? reportingComponent} on ${involvedObject.kind} ${type} ${reason}`
}

describe('what the components say', () => {
  it.each(ROWS.map(row => [row.says, row] as const))('%s', (says, { message, fieldPath, host, story, nodes = 1 }) => {
    const fixture = new ControllerFixture({ nodes })
    story(fixture)
    const told = fixture.user.list('Event').filter(event => lineOf(event) === says)
    const event = told.find(event => message.test(event.message))
    expect([told.map(event => event.message), event?.involvedObject.fieldPath, event?.source?.host]).toEqual([
      told.map(event => event.message),
      fieldPath,
      host,
    ])
    expect(event, told.map(event => event.message).join('\n')).toBeDefined()
  })
})

// What is said of nothing: changes of endpoints, collection of garbage and of Pods, evictions by the API, NoSchedule taints.
it('says nothing about what is not an event', () => {
  const fixture = new ControllerFixture({ nodes: 2 })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(4))
  fixture.runTo(10)
  const before = fixture.user.list('Event').map(lineOf)
  fixture.user.delete('Service', 'default', 'web')
  fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Orphan' })
  fixture.runTo(10.5)
  expect(fixture.user.list('Event').map(lineOf)).toEqual(before)
})

it('tells a new Deployment in the usual order', () => {
  const fixture = new ControllerFixture({ nodes: 1 }).runTo(15)
  const before = fixture.user.list('Event').length
  fixture.create('Deployment', webDeployment(1))
  fixture.runTo(20)
  const told = fixture.user.list('Event').slice(before)
  const inOrder = [...told].sort((a, b) => stampOf(a) - stampOf(b)).map(({ reason }) => reason)
  expect(inOrder).toEqual(['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started'])
})
