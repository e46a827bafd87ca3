import { describe, expect, test } from 'vitest'
import { withDefaults } from './defaults.ts'
import type { Deployment } from './deployment/deployment.ts'
import { fieldErrorText } from './field-error.ts'
import type { ReplicaSet } from './replicaset/replicaset.ts'
import { validateCreate, validateUpdate } from './validation.ts'

const META = { name: 'web', uid: '', resourceVersion: '', creationTimestamp: '' }
const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }

function deployment(spec: object): Deployment {
  const full = {
    selector: { matchLabels: { app: 'web' } },
    template: TEMPLATE,
    ...spec,
  } as unknown as Deployment['spec']
  return withDefaults('Deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: META, spec: full })
}

function errorsOf(spec: object): string[] {
  return validateCreate('Deployment', deployment(spec)).map(fieldErrorText)
}

const MISMATCH = (labels: string): string =>
  `spec.template.metadata.labels: Invalid value: ${labels}: \`selector\` does not match template \`labels\``

describe('a Deployment', () => {
  test.each<[string, object, string[]]>([
    ['that is good', {}, []],
    ['without selector', { selector: undefined }, ['spec.selector: Required value', MISMATCH('{"app":"web"}')]],
    [
      'with an empty selector',
      { selector: {} },
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    ['whose template does not match', { selector: { matchLabels: { app: 'api' } } }, [MISMATCH('{"app":"web"}')]],
    ['whose template has no labels', { template: { spec: TEMPLATE.spec } }, [MISMATCH('null')]],
    [
      'with negative replicas',
      { replicas: -1 },
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    ['without template', { template: undefined }, [MISMATCH('null'), 'spec.template.spec.containers: Required value']],
    [
      'whose Pods end',
      { template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'that could not roll',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ],
    [
      'with more than all unavailable',
      { strategy: { rollingUpdate: { maxUnavailable: '120%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "120%": must not be greater than 100%'],
    ],
    [
      'that recreates and rolls',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'of an unknown strategy',
      { strategy: { type: 'Blue' } },
      [
        'spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
      ],
    ],
    [
      'with a deadline before it is ready',
      { progressDeadlineSeconds: 5, minReadySeconds: 5 },
      ['spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds'],
    ],
    [
      'with a selector that cannot be read',
      { selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
      [
        "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"In"}]}: invalid label selector',
      ],
    ],
  ])('%s', (_name, spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected)
  })

  test('keeps its selector for life', () => {
    const labels = { app: 'web', tier: 'x' }
    const changed = deployment({
      selector: { matchLabels: { tier: 'x' } },
      template: { ...TEMPLATE, metadata: { labels } },
    })
    const errors = validateUpdate('Deployment', changed, deployment({}))
    expect(errors.map(fieldErrorText)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"tier":"x"}}: field is immutable',
    ])
  })

  test('gets its defaults, and its template those of a Pod', () => {
    expect(deployment({}).spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', containers: [{ imagePullPolicy: 'Always' }] },
      },
    })
    expect(deployment({}).spec.template.spec.enableServiceLinks).toBeUndefined()
  })
})

test('a ReplicaSet without selector is told of both mistakes', () => {
  const spec = { template: TEMPLATE } as unknown as ReplicaSet['spec']
  const replicaSet = withDefaults('ReplicaSet', { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: META, spec })
  expect(validateCreate('ReplicaSet', replicaSet).map(fieldErrorText)).toEqual([
    'spec.selector: Required value',
    MISMATCH('{"app":"web"}'),
  ])
  expect(replicaSet.spec.replicas).toBe(1)
})
