// What every namespace is given: ServiceAccount `default` and ConfigMap `kube-root-ca.crt`, made again when deleted, after
// pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher. This API server speaks without TLS, so
// the bundle of authorities that the ConfigMap is there for is empty. Pods need neither here, and a cluster that is to be
// empty has neither.

import type { ConfigMap } from '../../api/configmap/configmap.ts'
import type { Draft } from '../../api/meta.ts'
import type { ServiceAccount } from '../../api/serviceaccount/serviceaccount.ts'
import type { Part } from '../../kernel/part.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { isTerminating } from '../runtime/pod-facts.ts'
import { Controller } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'

const ACCOUNT = 'default'
const BUNDLE = 'kube-root-ca.crt'

export class NamespaceBasics implements Part {
  readonly partName = 'namespace-basics'
  readonly #controller: Controller

  constructor(context: ControllerRuntime) {
    this.#controller = new Controller(context, {
      actor: 'namespace-basics',
      queue: { name: 'namespace-basics', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
      sync: namespace => this.#sync(namespace),
    })
    this.#controller.watch('Namespace', ({ type, object }, queue) => {
      if (type === 'ADDED') queue.notice(`${object.metadata.name}/`)
    })
    for (const [kind, name] of [
      ['ServiceAccount', ACCOUNT],
      ['ConfigMap', BUNDLE],
    ] as const) {
      this.#controller.watch(kind, ({ type, object }, queue) => {
        if (type === 'DELETED' && object.metadata.name === name) queue.notice(`${object.metadata.namespace}/`)
      })
    }
  }

  save(): SavedWorkQueue {
    return this.#controller.queue.save()
  }

  load(saved: SavedWorkQueue): void {
    this.#controller.queue.load(saved)
  }

  #sync(namespace: string): SyncOutcome {
    const { client } = this.#controller
    const found = client.get('Namespace', '', namespace)
    if (!found || isTerminating(found)) return 'done'
    if (!client.get('ServiceAccount', namespace, ACCOUNT)) client.create('ServiceAccount', account(namespace))
    if (!client.get('ConfigMap', namespace, BUNDLE)) client.create('ConfigMap', bundle(namespace))
    return 'done'
  }
}

function account(namespace: string): Draft<ServiceAccount> {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace } }
}

function bundle(namespace: string): Draft<ConfigMap> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: BUNDLE, namespace }, data: { 'ca.crt': '' } }
}
