// What the API server fills into a ReplicaSet (apps/v1 SetDefaults_ReplicaSet) and its Pod template.

import { fill, withMember } from '../fill.ts'
import { defaultPodTemplate } from '../pod/pod-defaults.ts'
import type { ReplicaSet } from './replicaset.ts'

type Spec = ReplicaSet['spec']

export function defaultReplicaSet(replicaSet: ReplicaSet): ReplicaSet {
  const spec = fill<Spec>(replicaSet.spec ?? ({} as Spec), { replicas: 1, template: {} as Spec['template'] })
  return withMember(replicaSet, 'spec', withMember(spec, 'template', defaultPodTemplate(spec.template)))
}
