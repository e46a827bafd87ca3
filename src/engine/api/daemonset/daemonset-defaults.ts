// What the API server fills into a DaemonSet (apps/v1 SetDefaults_DaemonSet) and its Pod template.

import { fill, withMember } from '../fill.ts'
import { defaultPodTemplate } from '../pod/pod-defaults.ts'
import type { DaemonSet } from './daemonset.ts'

type Spec = DaemonSet['spec']

export function defaultDaemonSet(daemonSet: DaemonSet): DaemonSet {
  let spec = fill<Spec>(daemonSet.spec ?? ({} as Spec), {
    revisionHistoryLimit: 10,
    template: {} as Spec['template'],
    updateStrategy: { type: 'RollingUpdate' },
  })
  spec = withMember(spec, 'updateStrategy', fill(spec.updateStrategy, { type: 'RollingUpdate' }))
  if (spec.updateStrategy.type === 'RollingUpdate') {
    const rolling = fill(spec.updateStrategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 })
    spec = withMember(spec, 'updateStrategy', withMember(spec.updateStrategy, 'rollingUpdate', rolling))
  }
  spec = withMember(spec, 'template', defaultPodTemplate(spec.template))
  return withMember(daemonSet, 'spec', spec)
}
