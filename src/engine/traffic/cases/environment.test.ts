import { describe, expect, test } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import { CaseCluster } from '../../testing/case-cluster.ts'
import { testPod, testService } from '../../testing/service-objects.ts'
import { environmentOf } from '../containers/container-env.ts'

const EARLIER = '1969-12-31T23:59:00Z'
const LATER = '2027-01-01T00:00:00Z'

/** The names of the variables that a container has of Services when it starts at this moment. */
function serviceVariables(startedAt: string, spec: Partial<Pod['spec']> = {}): readonly string[] {
  const cluster = new CaseCluster()
  cluster.put('Service', testService({ clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] }, 'kubernetes'))
  const container = { name: 'app', image: 'app:1' }
  const pod = testPod('reader', {
    spec: { containers: [container], ...spec },
    status: {
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          restartCount: 0,
          image: 'app:1',
          imageID: '',
          state: { running: { startedAt } },
        },
      ],
    },
  })
  const env = environmentOf({ pod, container, store: cluster.client, domain: 'cluster.local' })
  return [...env.keys()].filter(name => name.endsWith('_SERVICE_HOST'))
}

describe('a container that starts', () => {
  test('after a Service has its variables', () => {
    expect(serviceVariables(LATER)).toEqual(['KUBERNETES_SERVICE_HOST', 'MY_SERVICE_SERVICE_HOST'])
  })

  test('before it has none, and the name is answered all the same', () => {
    expect(serviceVariables(EARLIER)).not.toContain('MY_SERVICE_SERVICE_HOST')
    expect(new CaseCluster().ask('my-service.default.svc.cluster.local')).toBe('NOERROR | A 10.96.0.10 30')
  })

  test('without links to Services has those of the API server alone', () => {
    expect(serviceVariables(LATER, { enableServiceLinks: false })).toEqual(['KUBERNETES_SERVICE_HOST'])
  })
})
