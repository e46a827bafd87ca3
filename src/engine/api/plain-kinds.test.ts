import { describe, expect, test } from 'vitest'
import { withDefaults } from './defaults.ts'
import { fieldErrorText } from './field-error.ts'
import type { Kind, KindMap } from './kind-registry.ts'
import { validateCreate, validateUpdate } from './validation.ts'

const META = { name: 'one', uid: '', resourceVersion: '', creationTimestamp: '' }

function made<K extends Kind>(kind: K, fields: object): KindMap[K] {
  return withDefaults(kind, { metadata: META, ...fields } as unknown as KindMap[K])
}

function errorsOf(kind: Kind, fields: object): string[] {
  return validateCreate(kind, made(kind, fields)).map(fieldErrorText)
}

function changeErrors(kind: Kind, before: object, after: object): string[] {
  return validateUpdate(kind, made(kind, after), made(kind, before)).map(fieldErrorText)
}

const KEY = (key: string): string =>
  `Invalid value: ${JSON.stringify(key)}: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`
const IMMUTABLE = 'Forbidden: field is immutable when `immutable` is set'

describe('a ConfigMap', () => {
  test.each<[string, object, string[]]>([
    ['may be empty', {}, []],
    [
      'names both lists in its keys',
      { data: { 'a/b': '' }, binaryData: { 'c d': '' } },
      [`data[a/b]: ${KEY('a/b')}`, `binaryData[c d]: ${KEY('c d')}`],
    ],
    [
      'takes no way up',
      { data: { '..': '', '..a': '' } },
      [`data[..]: Invalid value: "..": must not be '..'`, `data[..a]: Invalid value: "..a": must not start with '..'`],
    ],
    [
      'has no key twice',
      { data: { a: '' }, binaryData: { a: '' } },
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    ['may weigh a mebibyte', { data: { a: 'x'.repeat(1_048_576) } }, []],
    [
      'may weigh no more',
      { data: { a: 'é'.repeat(524_288) }, binaryData: { b: 'AAAA' } },
      [': Too long: may not be more than 1048576 bytes'],
    ],
  ])('%s', (_, fields, errors) => {
    expect(errorsOf('ConfigMap', fields)).toEqual(errors)
  })

  test('that is immutable stays so, with all it holds', () => {
    const before = { immutable: true, data: { a: '1' } }
    expect(changeErrors('ConfigMap', before, { ...before })).toEqual([])
    expect(changeErrors('ConfigMap', before, { data: { a: '2' }, binaryData: { b: 'AA==' } })).toEqual([
      `immutable: ${IMMUTABLE}`,
      `data: ${IMMUTABLE}`,
      `binaryData: ${IMMUTABLE}`,
    ])
  })
})

describe('a Secret', () => {
  test('is Opaque, and its texts become bytes', () => {
    const secret = made('Secret', { data: { a: 'AA==', b: 'AA==' }, stringData: { b: 'hé' } })
    expect(secret).toEqual({ metadata: META, type: 'Opaque', data: { a: 'AA==', b: 'aMOp' } })
  })

  test.each<[string, string, object, string[]]>([
    ['of TLS', 'kubernetes.io/tls', {}, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['of SSH', 'kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['of a password alone', 'kubernetes.io/basic-auth', { password: '' }, []],
    [
      'of neither',
      'kubernetes.io/basic-auth',
      {},
      ['data[username]: Required value', 'data[password]: Required value'],
    ],
    [
      'of an account',
      'kubernetes.io/service-account-token',
      {},
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    ['of Docker', 'kubernetes.io/dockerconfigjson', {}, ['data[.dockerconfigjson]: Required value']],
    ['of its own', 'example.com/own', {}, []],
  ])('%s', (_, type, data, errors) => {
    expect(errorsOf('Secret', { type, data })).toEqual(errors)
  })

  test('keeps its type', () => {
    expect(changeErrors('Secret', {}, { type: 'example.com/own' })).toEqual([
      'type: Invalid value: "example.com/own": field is immutable',
    ])
  })
})

describe('a PodDisruptionBudget', () => {
  test.each<[string, object, string[]]>([
    ['may say nothing', {}, []],
    ['takes a percentage', { maxUnavailable: '30%' }, []],
    [
      'of a hundred at most',
      { minAvailable: '101%' },
      ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      'says one thing',
      { minAvailable: 1, maxUnavailable: '5%', selector: { matchLabels: { a: 'b' } } },
      [
        'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"a":"b"}},"MaxUnavailable":"5%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [
      'knows two policies',
      { unhealthyPodEvictionPolicy: 'Never' },
      [
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
  ])('%s', (_, spec, errors) => {
    expect(errorsOf('PodDisruptionBudget', { spec })).toEqual(errors)
  })
})

describe('a ControllerRevision', () => {
  test('has data that stays', () => {
    expect(errorsOf('ControllerRevision', { revision: -1 })).toEqual([
      'data: Required value: data is mandatory',
      'revision: Invalid value: -1: must be greater than or equal to 0',
    ])
    expect(changeErrors('ControllerRevision', { data: { a: 1 } }, { data: { a: 2 }, revision: 2 })).toEqual([
      'data: Invalid value: {"a":2}: field is immutable',
    ])
  })
})

const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
const WORKLOAD = { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE }

describe('a StatefulSet', () => {
  test.each<[string, object, string[]]>([
    ['that is good', {}, []],
    [
      'with an empty selector',
      { selector: {} },
      ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset'],
    ],
    [
      'that rolls on deletion',
      { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
      [
        `spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy 'RollingUpdate'`,
      ],
    ],
    [
      'of no strategy',
      { updateStrategy: { type: 'X' } },
      [`spec.updateStrategy: Invalid value: {"Type":"X","RollingUpdate":null}: must be 'RollingUpdate' or 'OnDelete'`],
    ],
    [
      'that keeps claims for a while',
      { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Later' } },
      [
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Later": supported values: "Retain", "Delete"',
      ],
    ],
  ])('%s', (_, spec, errors) => {
    expect(errorsOf('StatefulSet', { spec: { ...WORKLOAD, ...spec } })).toEqual(errors)
  })

  test('changes in a few fields only', () => {
    const before = { spec: WORKLOAD }
    expect(changeErrors('StatefulSet', before, { spec: { ...WORKLOAD, replicas: 3, minReadySeconds: 2 } })).toEqual([])
    expect(changeErrors('StatefulSet', before, { spec: { ...WORKLOAD, serviceName: 'other' } })).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ])
  })

  test('marks its claims', () => {
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }
    expect(
      made('StatefulSet', { spec: { ...WORKLOAD, volumeClaimTemplates: [claim] } }).spec.volumeClaimTemplates,
    ).toEqual([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem' },
        status: { phase: 'Pending' },
      },
    ])
  })
})

describe('a DaemonSet', () => {
  test.each<[string, object, string[]]>([
    ['that is good', {}, []],
    ['that surges', { updateStrategy: { rollingUpdate: { maxSurge: '10%', maxUnavailable: 0 } } }, []],
    [
      'that does neither',
      { updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
    [
      'whose Pods end',
      { template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, activeDeadlineSeconds: 5 } } },
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(errorsOf('DaemonSet', { spec: { ...WORKLOAD, ...spec } })).toEqual(errors)
  })
})
