// What the API server fills into a StatefulSet (apps/v1 SetDefaults_StatefulSet), its Pod template and its claims; and what
// it drops from one, since the feature is off by default.

import { fill, withMember } from '../fill.ts'
import type { KubeObject } from '../meta.ts'
import { defaultPodTemplate } from '../pod/pod-defaults.ts'
import type { StatefulSet } from './statefulset.ts'

type Spec = StatefulSet['spec']

export function defaultStatefulSet(statefulSet: StatefulSet): StatefulSet {
  let spec = fill<Spec>(statefulSet.spec ?? ({} as Spec), {
    replicas: 1,
    serviceName: '',
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    template: {} as Spec['template'],
    updateStrategy: { type: 'RollingUpdate' },
    persistentVolumeClaimRetentionPolicy: {},
  })
  spec = withMember(spec, 'updateStrategy', fill(spec.updateStrategy, { type: 'RollingUpdate' }))
  if (spec.updateStrategy.rollingUpdate) {
    // The gate MaxUnavailableStatefulSet is alpha in 1.34.
    const { maxUnavailable: _, ...rolling } = spec.updateStrategy.rollingUpdate
    spec = withMember(spec, 'updateStrategy', { ...spec.updateStrategy, rollingUpdate: rolling })
  }
  if (spec.updateStrategy.type === 'RollingUpdate') {
    const rolling = fill(spec.updateStrategy.rollingUpdate ?? {}, { partition: 0 })
    spec = withMember(spec, 'updateStrategy', withMember(spec.updateStrategy, 'rollingUpdate', rolling))
  }
  const retention = fill(spec.persistentVolumeClaimRetentionPolicy ?? {}, {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  })
  spec = withMember(spec, 'persistentVolumeClaimRetentionPolicy', retention)
  spec = withMember(spec, 'template', defaultPodTemplate(spec.template))
  if (spec.volumeClaimTemplates) {
    spec = withMember(spec, 'volumeClaimTemplates', spec.volumeClaimTemplates.map(defaultClaim))
  }
  return withMember(statefulSet, 'spec', spec)
}

interface Claim extends KubeObject {
  readonly spec?: { readonly volumeMode?: string | undefined } | undefined
  readonly status?: { readonly phase?: string | undefined } | undefined
}

function defaultClaim(claim: Claim): Claim {
  return {
    ...claim,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    spec: fill(claim.spec ?? {}, { volumeMode: 'Filesystem' }),
    status: fill(claim.status ?? {}, { phase: 'Pending' }),
  }
}
