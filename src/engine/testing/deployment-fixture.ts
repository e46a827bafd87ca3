// What tests of Deployments share: one that runs on one Node whose Pods turn ready together, ways to change it, and ways to
// follow what it does.

import type { Deployment } from '../api/deployment/deployment.ts'
import type { Condition } from '../api/meta.ts'
import type { PodSpec } from '../api/pod/pod.ts'
import type { ReplicaSet } from '../api/replicaset/replicaset.ts'
import { compareText } from '../kernel/json.ts'
import { ControllerFixture, webDeployment } from './controller-fixture.ts'

type Spec = Deployment['spec']

/** Changes the spec of the Deployment `web`. */
export function change(fixture: ControllerFixture, spec: Partial<Spec>): void {
  const deployment = fixture.get('Deployment', 'web')
  fixture.user.update('Deployment', { ...deployment, spec: { ...deployment.spec, ...spec } })
}

/** The Pod template with that image. */
export function template(image: string, pod: Partial<PodSpec> = {}): Spec['template'] {
  const { spec, ...rest } = webDeployment(1).spec.template
  return { ...rest, spec: { ...spec, ...pod, containers: spec.containers.map(one => ({ ...one, image })) } }
}

/** A template of which no Pod finds a Node. */
export const NOWHERE = template('web:1', { nodeSelector: { disk: 'none' } })

/** A Deployment `web` that has run for ten seconds. */
export function runningWeb(replicas: number, spec: Partial<Spec> = {}): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 1, settings: { 'sim-status-write-time': 0 } })
  fixture.create('Deployment', webDeployment(replicas, spec))
  return fixture.runTo(10)
}

/** The revision of each ReplicaSet with those it had: `3 was 1`. */
export function revisions(fixture: ControllerFixture): readonly string[] {
  return fixture.user
    .list('ReplicaSet')
    .map(({ metadata: { annotations = {} } }) =>
      [annotations['deployment.kubernetes.io/revision'], annotations['deployment.kubernetes.io/revision-history']]
        .filter(Boolean)
        .join(' was '),
    )
    .sort(compareText)
}

/** The ReplicaSet of that image. */
export function setOf(fixture: ControllerFixture, image: string): ReplicaSet | undefined {
  return fixture.user.list('ReplicaSet').find(({ spec }) => spec.template.spec.containers[0]?.image === image)
}

/** The sizes (web:1,web:2) by spec as they follow one another from now on. */
export function followedSizes(fixture: ControllerFixture): readonly string[] {
  const size = (image: string): number => setOf(fixture, image)?.spec.replicas ?? 0
  const sizes = (): string => `(${size('web:1')},${size('web:2')})`
  const seen = [sizes()]
  fixture.user.watch(['ReplicaSet'], () => {
    if (seen.at(-1) !== sizes()) seen.push(sizes())
  })
  return seen
}

/** The condition Progressing. */
export function progress(fixture: ControllerFixture): Condition | undefined {
  return fixture.get('Deployment', 'web').status?.conditions?.find(({ type }) => type === 'Progressing')
}

/** Each word on progress that follows from now on. */
export function toldProgress(fixture: ControllerFixture): readonly string[] {
  const seen: string[] = []
  fixture.user.watch(['Deployment'], ({ object }) => {
    const {
      status,
      reason,
      message = '',
    } = object.status?.conditions?.find(({ type }) => type === 'Progressing') ?? ({} as Partial<Condition>)
    const words = `${status} ${reason}: ${message.replace(/web-\w+/, 'web-h')}`
    if (status && seen.at(-1) !== words) seen.push(words)
  })
  return seen
}
