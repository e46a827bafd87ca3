// What the API server fills into a Deployment (apps/v1 SetDefaults_Deployment) and its Pod template.

import { fill, withMember } from '../fill.ts'
import { defaultPodTemplate } from '../pod/pod-defaults.ts'
import type { Deployment } from './deployment.ts'

type Spec = Deployment['spec']

export function defaultDeployment(deployment: Deployment): Deployment {
  let spec = fill<Spec>(deployment.spec ?? ({} as Spec), {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    template: {} as Spec['template'],
    strategy: { type: 'RollingUpdate' },
  })
  spec = withMember(spec, 'strategy', fill(spec.strategy, { type: 'RollingUpdate' }))
  if (spec.strategy.type === 'RollingUpdate') {
    const rolling = fill(spec.strategy.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' })
    spec = withMember(spec, 'strategy', withMember(spec.strategy, 'rollingUpdate', rolling))
  }
  spec = withMember(spec, 'template', defaultPodTemplate(spec.template))
  return withMember(deployment, 'spec', spec)
}
