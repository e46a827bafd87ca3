import { describe, expect, test } from 'vitest'
import { fieldErrorText } from '../field-error.ts'
import { deepFreeze } from '../../kernel/json.ts'
import { defaultPod, defaultPodTemplate, qosClass } from './pod-defaults.ts'
import { validatePod, validatePodUpdate } from './pod-validation.ts'
import type { Pod } from './pod.ts'

function pod(spec: object): Pod {
  const metadata = { name: 'p', uid: '', resourceVersion: '', creationTimestamp: '' }
  return defaultPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
  })
}

function errorsOf(spec: object): string[] {
  return validatePod(pod(spec)).map(fieldErrorText)
}

function container(rest: object): object {
  return { containers: [{ name: 'c', image: 'nginx', ...rest }] }
}

describe('a Pod', () => {
  test.each<[string, object, string[]]>([
    ['that is good', {}, []],
    ['without containers', { containers: [] }, ['spec.containers: Required value']],
    [
      'with a container without name and image',
      { containers: [{}] },
      ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value'],
    ],
    [
      'with one name twice',
      {
        containers: [
          { name: 'c', image: 'a' },
          { name: 'c', image: 'b' },
        ],
      },
      ['spec.containers[1].name: Duplicate value: "c"'],
    ],
    [
      'with one name twice and no port number: in the order of the server',
      {
        containers: [
          { name: 'c', image: 'a' },
          { name: 'c', image: 'b', ports: [{ containerPort: 0 }] },
        ],
      },
      ['spec.containers[1].ports[0].containerPort: Required value', 'spec.containers[1].name: Duplicate value: "c"'],
    ],
    [
      'with a blank before the image',
      container({ image: ' a' }),
      ['spec.containers[0].image: Invalid value: " a": must not have leading or trailing whitespace'],
    ],
    ['with no port number', container({ ports: [{}] }), ['spec.containers[0].ports[0].containerPort: Required value']],
    [
      'with a port too high',
      container({ ports: [{ containerPort: 70_000 }] }),
      ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'with a port name twice',
      container({
        ports: [
          { name: 'a', containerPort: 1 },
          { name: 'a', containerPort: 2 },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "a"'],
    ],
    [
      'with a long port name',
      container({ ports: [{ name: 'abcdefghijklmnop', containerPort: 1 }] }),
      ['spec.containers[0].ports[0].name: Invalid value: "abcdefghijklmnop": must be no more than 15 characters'],
    ],
    [
      'with an unknown protocol',
      container({ ports: [{ containerPort: 1, protocol: 'HTTP' }] }),
      ['spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'with a host port twice',
      container({
        ports: [
          { containerPort: 1, hostPort: 8080 },
          { containerPort: 2, hostPort: 8080 },
        ],
      }),
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//8080"'],
    ],
    [
      'on the host network with another host port',
      { hostNetwork: true, ...container({ ports: [{ containerPort: 80, hostPort: 81 }] }) },
      [
        'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
      ],
    ],
    [
      'with a probe that does nothing',
      container({ readinessProbe: {} }),
      ['spec.containers[0].readinessProbe: Required value: must specify a handler type'],
    ],
    [
      'with a probe that does two things',
      container({ readinessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }),
      ['spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'with a probe of the past',
      container({ livenessProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: -1 } }),
      ['spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'whose liveness needs two successes',
      container({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'with a probe of no port',
      container({ readinessProbe: { httpGet: {} } }),
      ['spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    ],
    [
      'that restarts sometimes',
      { restartPolicy: 'Sometimes' },
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'with a toleration of nothing',
      { tolerations: [{}] },
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      'with seconds for the wrong effect',
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }] },
      [
        'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
      ],
    ],
    ['with a dotted hostname', { hostname: 'a.b' }, ['spec.hostname: Invalid value: "a.b": must not contain dots']],
  ])('%s', (_name, spec, expected) => {
    expect(errorsOf(spec)).toEqual(expected)
  })
})

describe('what may change', () => {
  const before = pod({ nodeName: 'n1', ...container({ ports: [{ containerPort: 80 }] }) })
  const change = (spec: object): string[] =>
    validatePodUpdate({ ...before, spec: { ...before.spec, ...spec } }, before).map(fieldErrorText)

  test('is the image', () => {
    expect(change({ containers: before.spec.containers.map(one => ({ ...one, image: 'other' })) })).toEqual([])
  })

  test('is one toleration more, not one less', () => {
    const toleration = { key: 'a', operator: 'Exists' } as const
    expect(change({ tolerations: [toleration] })).toEqual([])
    const tolerant = { ...before, spec: { ...before.spec, tolerations: [toleration] } }
    expect(validatePodUpdate(before, tolerant).map(fieldErrorText)).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ])
  })

  test('is not a port, and not the Node once there is one', () => {
    for (const spec of [{ containers: [{ ...before.spec.containers[0], ports: [] }] }, { nodeName: 'n2' }]) {
      expect(change(spec)[0]).toMatch(
        /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
      )
    }
  })

  test('is not the number of containers', () => {
    expect(change({ containers: [...before.spec.containers, { ...before.spec.containers[0], name: 'd' }] })).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ])
  })

  test('is the Node while there is none', () => {
    const free = pod({})
    expect(validatePodUpdate({ ...free, spec: { ...free.spec, nodeName: 'n1' } }, free)).toEqual([])
  })
})

describe('defaults', () => {
  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['registry.k8s.io:5000/nginx', 'Always'],
    ['nginx@sha256:abc', 'IfNotPresent'],
  ])('pull %s %s', (image, policy) => {
    expect(pod(container({ image })).spec.containers[0]?.imagePullPolicy).toBe(policy)
  })

  test('of a probe', () => {
    expect(
      pod(container({ readinessProbe: { httpGet: { port: 80 }, periodSeconds: 0 } })).spec.containers[0]
        ?.readinessProbe,
    ).toEqual({
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    })
  })

  test('of what a variable and a volume are made from', () => {
    const name = { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }
    const volumes = [{ name: 'a', configMap: { name: 'a' } }, { name: 'b', hostPath: { path: '/b' } }, { name: 'c' }]
    const { spec } = pod({ ...container({ env: [{ name: 'A', value: 'a' }, name] }), volumes })
    expect(spec.containers[0]?.['env']).toEqual([
      { name: 'A', value: 'a' },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } },
    ])
    expect(spec['volumes']).toEqual([
      { name: 'a', configMap: { name: 'a', defaultMode: 420 } },
      { name: 'b', hostPath: { path: '/b', type: '' } },
      { name: 'c', emptyDir: {} },
    ])
  })

  test('of the host network', () => {
    expect(
      pod({ hostNetwork: true, ...container({ ports: [{ containerPort: 80 }] }) }).spec.containers[0]?.ports,
    ).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }])
  })

  test('leave what has them already as it is, frozen parts and all', () => {
    const template = deepFreeze(
      defaultPodTemplate({ spec: { containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }] }] } }),
    )
    expect(defaultPodTemplate(template)).toBe(template)
    expect(defaultPod({ ...pod({}), spec: template.spec }).spec.containers).toBe(template.spec.containers)
  })
})

test.each<[object, string]>([
  [{}, 'BestEffort'],
  [{ requests: { cpu: '0' } }, 'BestEffort'],
  [{ requests: { cpu: '100m' } }, 'Burstable'],
  [{ limits: { cpu: 1, memory: '1Gi' } }, 'Guaranteed'],
  [{ limits: { cpu: 1, memory: '1Gi' }, requests: { cpu: '500m' } }, 'Burstable'],
])('resources %j make a Pod %s', (resources, expected) => {
  expect(qosClass(pod(container({ resources })).spec)).toBe(expected)
})

describe('what it costs to delete a Pod', () => {
  const refusals = (cost: string): readonly string[] => {
    const one = pod({})
    const annotations = { 'controller.kubernetes.io/pod-deletion-cost': cost }
    return validatePod({ ...one, metadata: { ...one.metadata, annotations } }).map(fieldErrorText)
  }
  test.each(['0', '-1', '100', '2147483647', '-2147483648'])('may be %s', cost => expect(refusals(cost)).toEqual([]))
  test.each(['', 'much', '1.5', '+1', '01', '2147483648', '-2147483649'])('may not be "%s"', cost =>
    expect(refusals(cost)).toEqual([
      `metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "${cost}": must be a 32bit integer`,
    ]),
  )
})
