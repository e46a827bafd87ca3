// A Pod's life in a whole cluster: with traffic's shell in its containers, kubectl's hand in its files, and machines that are
// shut down or lose their kubelet.

import { describe, expect, it } from 'vitest'
import { createCluster, restoreCluster, type Cluster, type Pod } from './index.ts'

function clusterWith(text: string, seed = 1): Cluster {
  const cluster = createCluster({ seed })
  expect(cluster.execute({ type: 'create-nodes', count: 2 })).toEqual({ ok: true })
  const applied = cluster.apply(text)
  expect(applied.ok, JSON.stringify(applied)).toBe(true)
  return cluster
}

function podOf(cluster: Cluster, name = 'p'): Pod {
  const pod = cluster.store.get('Pod', 'default', name)
  if (!pod) throw new Error(`no Pod ${name}`)
  return pod
}

function isReady(cluster: Cluster, name = 'p'): boolean {
  return (
    podOf(cluster, name).status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
  )
}

/** Runs words in the first container of `p`, and tells what they printed. */
function exec(cluster: Cluster, words: readonly string[]): string {
  const pod = podOf(cluster)
  let out = ''
  const [container] = pod.spec.containers
  if (!container) throw new Error('no container')
  cluster.traffic.containers.exec(
    pod,
    container,
    { words, stdin: false, tty: false },
    { send: (_, text) => void (out += text), end: how => void (out += how.type === 'exit' ? `[${how.code}]` : '[?]') },
  )
  return out
}

function warnings(cluster: Cluster, reason: string): readonly string[] {
  return cluster.store
    .list('Event')
    .filter(event => event.reason === reason)
    .map(({ message }) => message ?? '')
}

const FILE_PROBE = `
apiVersion: v1
kind: Pod
metadata: { name: p, labels: { app: web } }
spec:
  containers:
  - name: app
    image: busybox
    command: [sh, -c, "echo ok > /tmp/healthy; sleep 3600"]
    readinessProbe:
      exec: { command: [cat, /tmp/healthy] }
      periodSeconds: 2
      failureThreshold: 1
`

describe('an exec probe', () => {
  it('reads the files of its container, which kubectl exec can make and remove', () => {
    const cluster = clusterWith(FILE_PROBE)
    cluster.advanceTo(10_000)
    expect(isReady(cluster)).toBe(true)
    expect(exec(cluster, ['rm', '/tmp/healthy'])).toBe('[0]')
    cluster.advanceTo(13_000)
    expect(isReady(cluster)).toBe(false)
    expect(warnings(cluster, 'Unhealthy')).toEqual([
      "Readiness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
    ])
    expect(exec(cluster, ['touch', '/tmp/healthy'])).toBe('[0]')
    expect(exec(cluster, ['ls', '/tmp'])).toBe('healthy\n[0]')
    cluster.advanceTo(16_000)
    expect(isReady(cluster)).toBe(true)
  })

  it('finds what commands wrote into files', () => {
    const cluster = clusterWith(FILE_PROBE)
    cluster.advanceTo(10_000)
    const sh = (line: string): string => exec(cluster, ['sh', '-c', line])
    expect(sh('echo one > /tmp/log; echo two >> /tmp/log; cat /tmp/log')).toBe('one\ntwo\n[0]')
    expect(sh('echo three > /tmp/log; cat /tmp/log')).toBe('three\n[0]')
    expect(sh('cat /none > /tmp/log 2>&1; cat /tmp/log')).toBe(
      "cat: can't open '/none': No such file or directory\n[0]",
    )
    expect(sh('ls / > /dev/null; cat /none 2>/dev/null || echo $?')).toBe('1\n[0]')
    expect(sh('echo up >/tmp/$HOSTNAME; ls /tmp')).toBe('healthy\nlog\np\n[0]')
  })

  it('asks the server of its own Pod', () => {
    const probed = (command: string, image = 'web:1'): Cluster => {
      const cluster = clusterWith(`
apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers:
  - name: app
    image: ${image}
    ports: [{ containerPort: 8080 }]
    readinessProbe: { exec: { command: ${command} }, periodSeconds: 2 }
`)
      cluster.advanceTo(10_000)
      return cluster
    }
    for (const command of [
      '[wget, -qO-, "http://localhost:8080/healthz"]',
      '[curl, -fsS, "http://127.0.0.1:8080/"]',
      '[nc, -z, localhost, "8080"]',
      '[sh, -c, "test -e /etc/hostname && true"]',
      '[/app/check, --quick]',
    ])
      expect(isReady(probed(command)), command).toBe(true)
    const refused = probed('[nc, -z, localhost, "9090"]')
    expect(isReady(refused)).toBe(false)
    expect(warnings(refused, 'Unhealthy')[0]).toBe(
      'Readiness probe failed: nc: localhost (127.0.0.1:9090): Connection refused\n',
    )
    expect(warnings(probed('[sleep, "3"]'), 'Unhealthy')[0]).toBe(
      'Readiness probe failed: command timed out: "sleep 3" timed out after 1s',
    )
    expect(warnings(probed('["false"]'), 'Unhealthy')[0]).toBe('Readiness probe failed: ')
  })
})

const WAITS = `
apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  initContainers:
  - name: wait
    image: busybox
    command: [sh, -c, "until nslookup db.default.svc.cluster.local; do echo waiting for db; sleep 2; done"]
  containers:
  - { name: app, image: "web:1" }
`
const DB = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, ports: [{ port: 5432 }], selector: { app: db } }
---
apiVersion: v1
kind: Pod
metadata: { name: db, labels: { app: db } }
spec: { containers: [{ name: db, image: "db:1" }] }
`

it('an init container can wait until a name is there', () => {
  const cluster = clusterWith(WAITS)
  cluster.advanceTo(20_000)
  expect(podOf(cluster).status?.phase).toBe('Pending')
  expect(cluster.apply(`${WAITS}---${DB}`).ok).toBe(true)
  cluster.advanceTo(60_000)
  expect(podOf(cluster).status?.phase).toBe('Running')
})

describe('the log of a script', () => {
  const lines = (cluster: Cluster, previous = false): readonly string[] | undefined => {
    const pod = podOf(cluster)
    const [container] = pod.spec.containers
    return container && cluster.traffic.containers.lines(pod, container, previous)?.map(({ text }) => text)
  }
  const crashing = (script: string): Cluster =>
    clusterWith(`
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { containers: [{ name: app, image: busybox, command: [sh, -c, ${JSON.stringify(script)}] }] }
`)

  it('holds what it printed, and after a restart what it printed before', () => {
    const cluster = crashing('echo up; sleep 3; echo "bad: $HOSTNAME"; exit 1')
    cluster.advanceTo(2_500)
    expect([lines(cluster), lines(cluster, true)]).toEqual([['up'], undefined])
    cluster.advanceTo(6_000)
    expect([lines(cluster), lines(cluster, true)]).toEqual([['up'], ['up', 'bad: p']])
    // In its back-off, the last run is all there is.
    cluster.advanceTo(12_000)
    expect(podOf(cluster).status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CrashLoopBackOff')
    expect([lines(cluster), lines(cluster, true)]).toEqual([
      ['up', 'bad: p'],
      ['up', 'bad: p'],
    ])
  })

  it('is followed line by line until the container ends', () => {
    const cluster = crashing('while true; do echo tick; sleep 2; done')
    cluster.advanceTo(4_000)
    const pod = podOf(cluster)
    const [container] = pod.spec.containers
    if (!container) throw new Error('no container')
    const seen: string[] = []
    const stop = cluster.traffic.containers.follow(pod, container, {
      send: ({ text }) => void seen.push(text),
      end: () => void seen.push('end'),
    })
    cluster.advanceTo(9_000)
    expect(seen).toEqual(['tick', 'tick', 'tick'])
    stop()
    expect(lines(cluster)?.length).toBeGreaterThan(3)
    expect(cluster.store.delete('Pod', 'default', 'p', { gracePeriodSeconds: 0 }).ok).toBe(true)
    cluster.advanceTo(12_000)
    expect(cluster.world.output.save()).toEqual([])
  })
})

describe('a machine', () => {
  const TWO = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - { name: app, image: "web:1", readinessProbe: { httpGet: { port: 8080 } } }
`

  it('that is shut down with a grace gives its Pods to others before it is off', () => {
    const cluster = clusterWith(TWO)
    expect(cluster.execute({ type: 'set-settings', settings: { shutdownGracePeriod: 30_000 } })).toEqual({ ok: true })
    cluster.advanceTo(20_000)
    expect(cluster.execute({ type: 'shut-down', node: 'n1' })).toEqual({ ok: true })
    cluster.advanceTo(30_000)
    expect(cluster.world.machine('n1')?.power).toBe(false)
    const pods = cluster.store.list('Pod', 'default').map(({ spec, status }) => `${spec.nodeName} ${status?.phase}`)
    expect(pods.sort()).toEqual(['n1 Failed', 'n2 Running', 'n2 Running'])
    expect(cluster.execute({ type: 'shut-down', node: 'n9' })).toMatchObject({ ok: false })
  })

  it('whose kubelet is stopped goes on serving', () => {
    const cluster = clusterWith(TWO)
    cluster.advanceTo(20_000)
    expect(cluster.execute({ type: 'set-kubelet', node: 'n1', on: false })).toEqual({ ok: true })
    cluster.advanceTo(40_000)
    const [pod] = cluster.store.podsOnNode('n1')
    expect(cluster.world.process(pod?.metadata.uid ?? '')?.listening).toBe(true)
    expect(cluster.execute({ type: 'set-kubelet', node: 'n1', on: true })).toEqual({ ok: true })
    cluster.advanceTo(60_000)
    expect(cluster.store.podsOnNode('n1')[0]?.status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })
})

const BUSY = `${FILE_PROBE}---${WAITS.replaceAll('name: p', 'name: w')}---
apiVersion: v1
kind: Pod
metadata: { name: crash }
spec: { containers: [{ name: app, image: busybox, command: [sh, -c, "echo up; sleep 3; exit 1"] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: pull }
spec: { containers: [{ name: app, image: "nginx:does-not-exist" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: slow, annotations: { service-playground/app-fault: hang } }
spec:
  containers:
  - { name: app, image: "web:1", readinessProbe: { httpGet: { port: 80 }, timeoutSeconds: 4, periodSeconds: 3 } }
`

it.each([2_600, 4_100, 17_250, 61_003])('all of it goes on from a snapshot at %d ms as if nothing had been', atMs => {
  const cluster = clusterWith(BUSY)
  cluster.advanceTo(atMs)
  const restored = restoreCluster(cluster.save())
  for (const one of [cluster, restored]) {
    one.advanceTo(70_000)
    exec(one, ['rm', '/tmp/healthy'])
    one.advanceTo(120_000)
  }
  expect(restored.save()).toBe(cluster.save())
})
