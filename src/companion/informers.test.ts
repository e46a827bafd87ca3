// A second real client of the API: the JavaScript client of Kubernetes, with its typed calls and its informers, which list
// and then watch, and begin again when they are told that their version is too old.

import {
  ADD,
  AppsV1Api,
  CoreV1Api,
  DELETE,
  DiscoveryV1Api,
  ERROR,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  UPDATE,
  type KubernetesListObject,
  type KubernetesObject,
} from '@kubernetes/client-node'
import { afterEach, describe, expect, test } from 'vitest'
import { TestCompanions } from './testing/companions.ts'

const companions = new TestCompanions()
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()))
  await companions.closeAll()
})

function configOf(server: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'playground', server, skipTLSVerify: true }, { name: 'anybody' })
  return config
}

/** What an informer tells, as lines like `add web`, and a way to wait for one of them. */
class Told {
  readonly lines: string[] = []
  #waiting: (() => void)[] = []

  add(line: string): void {
    this.lines.push(line)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async until(line: string): Promise<void> {
    while (!this.lines.includes(line)) await this.next()
  }

  next(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve))
  }
}

interface Followed<T extends KubernetesObject> {
  readonly told: Told
  readonly get: (name: string) => T | undefined
}

async function follow<T extends KubernetesObject>(
  config: KubeConfig,
  path: string,
  list: () => Promise<KubernetesListObject<T>>,
): Promise<Followed<T>> {
  const told = new Told()
  const informer = makeInformer<T>(config, path, list)
  for (const event of [ADD, UPDATE, DELETE] as const) {
    informer.on(event, (object: T) => told.add(`${event} ${object.metadata?.name}`))
  }
  informer.on(ERROR, error => told.add(`error ${error}`))
  await informer.start()
  stops.push(() => informer.stop())
  return { told, get: name => informer.get(name, 'default') }
}

const WEB = { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }
const POD = { metadata: { name: 'one', labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
const namespace = 'default'

describe('an informer', () => {
  test('sees Services come, change and go, in order', async () => {
    const config = configOf(await companions.start({ empty: true }))
    const core = config.makeApiClient(CoreV1Api)
    const services = await follow(config, '/api/v1/namespaces/default/services', () =>
      core.listNamespacedService({ namespace }),
    )
    await core.createNamespacedService({ namespace, body: WEB })
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
    await core.patchNamespacedService({ namespace, name: 'web', body: { metadata: { labels: { a: 'b' } } } }, merge)
    await services.told.until('update web')
    expect(services.get('web')?.metadata?.labels).toEqual({ a: 'b' })
    await core.deleteNamespacedService({ namespace, name: 'web' })
    await services.told.until('delete web')
    expect(services.told.lines).toEqual(['add kubernetes', 'add web', 'update web', 'delete web'])
  })

  test('sees Pods get their status, and the slices follow them, as the clock runs', async () => {
    const config = configOf(await companions.start({ empty: true, nodes: 2, clock: 'real' }))
    const core = config.makeApiClient(CoreV1Api)
    const discovery = config.makeApiClient(DiscoveryV1Api)
    const pods = await follow(config, '/api/v1/namespaces/default/pods', () => core.listNamespacedPod({ namespace }))
    const slices = await follow(config, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', () =>
      discovery.listNamespacedEndpointSlice({ namespace }),
    )
    const web = await core.createNamespacedService({ namespace, body: WEB })
    await core.createNamespacedPod({ namespace, body: POD })
    await pods.told.until('add one')
    const isReady = (): boolean =>
      pods.get('one')?.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') ?? false
    while (!isReady()) await pods.told.next()
    const ofWeb = async (): Promise<readonly (string | undefined)[]> => {
      const labelSelector = `kubernetes.io/service-name=${web.metadata?.name}`
      const { items } = await discovery.listNamespacedEndpointSlice({ namespace, labelSelector })
      return items.flatMap(slice =>
        slice.endpoints.filter(one => one.conditions?.ready).map(one => one.targetRef?.name),
      )
    }
    for (let next = slices.told.next(); (await ofWeb()).length === 0; next = slices.told.next()) await next
    expect(await ofWeb()).toEqual(['one'])
  })

  test('begins again after the cluster it watched is replaced by another', async () => {
    const url = await companions.start({ empty: true })
    const config = configOf(url)
    const core = config.makeApiClient(CoreV1Api)
    await core.createNamespacedService({ namespace, body: WEB })
    const services = await follow(config, '/api/v1/namespaces/default/services', () =>
      core.listNamespacedService({ namespace }),
    )
    await services.told.until('add web')
    await fetch(`${url}/playground/v1/reset`, { method: 'POST', body: '{}' })
    await services.told.until('delete web')
    await core.createNamespacedService({ namespace, body: { ...WEB, metadata: { name: 'after' } } })
    await services.told.until('add after')
    expect(services.get('after')?.spec?.clusterIP).toMatch(/^10\.96\./)
  })
})

describe('typed calls', () => {
  test('create, replace under a version, patch, scale and delete', async () => {
    const config = configOf(await companions.start({ empty: true }))
    const apps = config.makeApiClient(AppsV1Api)
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
    const body = { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, template } }
    const made = await apps.createNamespacedDeployment({ namespace, body })
    expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
    const name = 'web'
    made.spec!.replicas = 2
    const replaced = await apps.replaceNamespacedDeployment({ namespace, name, body: made })
    expect(replaced.spec?.replicas).toBe(2)
    const stale = apps.replaceNamespacedDeployment({ namespace, name, body: made })
    await expect(stale).rejects.toMatchObject({ code: 409 })
    const json = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)
    const patch = [{ op: 'replace', path: '/spec/replicas', value: 3 }]
    expect((await apps.patchNamespacedDeployment({ namespace, name, body: patch }, json)).spec?.replicas).toBe(3)
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name })
    expect(scale.spec?.replicas).toBe(3)
    await apps.deleteNamespacedDeployment({ namespace, name })
    await expect(apps.readNamespacedDeployment({ namespace, name })).rejects.toMatchObject({ code: 404 })
  })
})
