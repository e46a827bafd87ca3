import { describe, expect, test } from 'vitest'
import { KINDS, type AnyObject, type Kind } from '../api/kind-registry.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../kernel/timestamp.ts'
import { toTable } from './table-view.ts'

const NOW_MS = DEFAULT_EPOCH_MS
const CREATED = formatTimestamp(NOW_MS - 65_000)

/** The table of one object called `x`, made 65 seconds ago. */
function tableOf(kind: Kind, fields: object, metadata: object = {}): ReturnType<typeof toTable> {
  const object = { kind, metadata: { name: 'x', creationTimestamp: CREATED, ...metadata }, ...fields }
  return toTable(KINDS[kind], [object as unknown as AnyObject], { nowMs: NOW_MS })
}

/** Its cells, parted by ` | `. */
function line(kind: Kind, fields: object, metadata: object = {}): string {
  return tableOf(kind, fields, metadata).rows[0]?.cells.join(' | ') ?? ''
}

describe('a table', () => {
  test('names its columns, and marks those for wide output and those of numbers', () => {
    const columns = (kind: Kind): readonly string[] | undefined =>
      toTable(KINDS[kind], [], { nowMs: NOW_MS }).columnDefinitions?.map(
        ({ name, type, priority }) => `${name}:${type}:${priority}`,
      )
    expect(columns('ReplicaSet')).toEqual([
      'Name:string:0',
      'Desired:integer:0',
      'Current:integer:0',
      'Ready:integer:0',
      'Age:string:0',
      'Containers:string:1',
      'Images:string:1',
      'Selector:string:1',
    ])
    expect(columns('Event')?.[8]).toBe('Count:string:1')
  })

  test('says of its columns what they show', () => {
    for (const info of Object.values(KINDS)) {
      for (const column of toTable(info, [], { nowMs: NOW_MS }).columnDefinitions ?? []) {
        expect(column.description, column.name).not.toBe('')
        expect(column.format).toBe(column.name === 'Name' ? 'name' : '')
      }
    }
  })

  test.each(Object.keys(KINDS) as Kind[])('has as many cells as columns for a %s of nothing', kind => {
    const template = { spec: { containers: [] } }
    const spec = { type: 'ClusterIP', replicas: 0, containers: [], selector: {}, template }
    const fields = { spec, addressType: 'IPv4', type: 'Opaque', revision: 0 }
    const { columnDefinitions, rows } = tableOf(kind, fields)
    expect(rows[0]?.cells.length).toBe(columnDefinitions?.length)
    expect(rows[0]?.cells).not.toContain(undefined)
  })

  test('carries metadata, all or nothing of each object', () => {
    const object = { kind: 'Namespace', metadata: { name: 'x' }, spec: {} } as unknown as AnyObject
    const carried = (includeObject: 'None' | 'Metadata' | 'Object'): unknown =>
      toTable(KINDS.Namespace, [object], { nowMs: NOW_MS, includeObject }).rows[0]?.object
    expect(carried('None')).toBeNull()
    expect(carried('Object')).toBe(object)
    expect(carried('Metadata')).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'x' },
    })
  })

  test('keeps the metadata of its list, and leaves the columns out when told', () => {
    const options = { nowMs: NOW_MS, metadata: { resourceVersion: '7' }, version: 'v1beta1', columns: false } as const
    expect(toTable(KINDS.Pod, [], options)).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1beta1',
      metadata: { resourceVersion: '7' },
      columnDefinitions: null,
      rows: [],
    })
  })
})

describe('a Service', () => {
  const base = { type: 'ClusterIP', clusterIPs: ['10.96.0.9'], ports: [{ port: 80, protocol: 'TCP' }] }
  const ingress = [{ hostname: 'lb' }, { ip: '192.0.2.9' }, { ip: '192.0.2.1' }, { ip: '192.0.2.9' }]
  const cases: readonly [string, object, string][] = [
    [
      'with a selector, which is shown by key',
      { spec: { ...base, selector: { b: '2', a: '1' } } },
      'x | ClusterIP | 10.96.0.9 | <none> | 80/TCP | 65s | a=1,b=2',
    ],
    [
      'that is headless',
      { spec: { ...base, clusterIPs: ['None'] } },
      'x | ClusterIP | None | <none> | 80/TCP | 65s | <none>',
    ],
    ['without ports', { spec: { ...base, ports: [] } }, 'x | ClusterIP | 10.96.0.9 | <none> | <none> | 65s | <none>'],
    [
      'with node ports',
      {
        spec: {
          ...base,
          type: 'NodePort',
          ports: [
            { port: 80, nodePort: 30080, protocol: 'TCP' },
            { port: 53, nodePort: 30053, protocol: 'UDP' },
          ],
        },
      },
      'x | NodePort | 10.96.0.9 | <none> | 80:30080/TCP,53:30053/UDP | 65s | <none>',
    ],
    [
      'with external addresses',
      { spec: { ...base, externalIPs: ['203.0.113.9', '203.0.113.8'] } },
      'x | ClusterIP | 10.96.0.9 | 203.0.113.9,203.0.113.8 | 80/TCP | 65s | <none>',
    ],
    [
      'whose load balancer is not there yet',
      { spec: { ...base, type: 'LoadBalancer' } },
      'x | LoadBalancer | 10.96.0.9 | <pending> | 80/TCP | 65s | <none>',
    ],
    [
      'with a load balancer, each address once',
      { spec: { ...base, type: 'LoadBalancer' }, status: { loadBalancer: { ingress } } },
      'x | LoadBalancer | 10.96.0.9 | 192.0.2.1,192.0.2.9,lb | 80/TCP | 65s | <none>',
    ],
    [
      'with a load balancer and external addresses',
      {
        spec: { ...base, type: 'LoadBalancer', externalIPs: ['203.0.113.9'] },
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
      },
      'x | LoadBalancer | 10.96.0.9 | 192.0.2.1,203.0.113.9 | 80/TCP | 65s | <none>',
    ],
    [
      'that is a name elsewhere',
      { spec: { type: 'ExternalName', externalName: 'example.com' } },
      'x | ExternalName | <none> | example.com | <none> | 65s | <none>',
    ],
  ]
  test.each(cases)('%s', (_, fields, expected) => {
    expect(line('Service', fields)).toBe(expected)
  })
})

describe('Endpoints', () => {
  const at = (...ips: readonly string[]): readonly object[] => ips.map(ip => ({ ip }))
  const cases: readonly [string, object, string][] = [
    ['of nothing', {}, '<none>'],
    ['of none that is ready', { subsets: [{ notReadyAddresses: at('10.0.0.1'), ports: [{ port: 80 }] }] }, ''],
    [
      'port by port',
      { subsets: [{ addresses: at('10.0.0.1', '10.0.0.2'), ports: [{ port: 80 }, { port: 81 }] }] },
      '10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more...',
    ],
    ['without ports', { subsets: [{ addresses: at('10.0.0.1') }] }, '10.0.0.1'],
    ['of IPv6', { subsets: [{ addresses: at('fd00::1'), ports: [{ port: 80 }] }] }, '[fd00::1]:80'],
  ]
  test.each(cases)('%s', (_, fields, expected) => {
    expect(line('Endpoints', fields)).toBe(`x | ${expected} | 65s`)
  })
})

describe('an EndpointSlice', () => {
  const cases: readonly [string, object, string][] = [
    ['of nothing', { endpoints: [], ports: null }, '<unset> | <unset>'],
    [
      'with addresses that are not ready too',
      {
        endpoints: [{ addresses: ['10.0.0.1', '10.0.0.2'], conditions: { ready: false } }],
        ports: [{ port: 80 }, { name: 'any' }, {}],
      },
      '80,any, | 10.0.0.1,10.0.0.2',
    ],
    [
      'with more than three of each',
      {
        endpoints: [{ addresses: ['a', 'b'] }, { addresses: ['c', 'd'] }, { addresses: ['e'] }],
        ports: [1, 2, 3, 4].map(port => ({ port })),
      },
      '1,2,3 + 1 more... | a,b,c + 2 more...',
    ],
  ]
  test.each(cases)('%s', (_, fields, expected) => {
    expect(line('EndpointSlice', { addressType: 'IPv4', ...fields })).toBe(`x | IPv4 | ${expected} | 65s`)
  })
})

describe('a Node', () => {
  const ready = (status: string): object => ({ conditions: [{ type: 'Ready', status }] })
  const nodeInfo = {
    kubeletVersion: 'v1.34.4',
    osImage: 'Linux',
    kernelVersion: '6.1',
    containerRuntimeVersion: 'containerd://2',
  }
  const addresses = [
    { type: 'Hostname', address: 'x' },
    { type: 'InternalIP', address: '172.18.0.1' },
  ]
  const bare = '<none> | <none> | <unknown> | <unknown> | <unknown>'
  const cases: readonly [string, object, object, string][] = [
    ['that never reported', { spec: {} }, {}, `x | Unknown | <none> | 65s |  | ${bare}`],
    ['that lost its kubelet', { spec: {}, status: ready('Unknown') }, {}, `x | NotReady | <none> | 65s |  | ${bare}`],
    [
      'that is cordoned',
      { spec: { unschedulable: true }, status: ready('True') },
      {},
      `x | Ready,SchedulingDisabled | <none> | 65s |  | ${bare}`,
    ],
    [
      'with all there is',
      { spec: {}, status: { ...ready('True'), nodeInfo, addresses } },
      {},
      'x | Ready | <none> | 65s | v1.34.4 | 172.18.0.1 | <none> | Linux | 6.1 | containerd://2',
    ],
    [
      'with roles',
      { spec: {} },
      {
        labels: {
          'node-role.kubernetes.io/worker': '',
          'node-role.kubernetes.io/control-plane': '',
          'kubernetes.io/role': 'edge',
        },
      },
      `x | Unknown | control-plane,edge,worker | 65s |  | ${bare}`,
    ],
  ]
  test.each(cases)('%s', (_, fields, metadata, expected) => {
    expect(line('Node', fields, metadata)).toBe(expected)
  })
})

describe('workloads', () => {
  const template = {
    spec: {
      containers: [
        { name: 'a', image: 'nginx' },
        { name: 'b', image: 'redis' },
      ],
    },
  }

  test('a Deployment shows ready of wanted', () => {
    const selector = {
      matchLabels: { b: '1' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['y', 'x'] },
        { key: 'c', operator: 'DoesNotExist' },
      ],
    }
    const status = { readyReplicas: 1, updatedReplicas: 3, availableReplicas: 1 }
    expect(line('Deployment', { spec: { replicas: 3, selector, template }, status })).toBe(
      'x | 1/3 | 3 | 1 | 65s | a,b | nginx,redis | a in (x,y),b=1,!c',
    )
  })

  test('a ReplicaSet shows numbers', () => {
    const selector = {
      matchExpressions: [
        { key: 'a', operator: 'NotIn', values: ['x'] },
        { key: 'b', operator: 'Exists' },
      ],
    }
    expect(
      tableOf('ReplicaSet', { spec: { replicas: 2, selector, template }, status: { replicas: 1 } }).rows[0]?.cells,
    ).toEqual(['x', 2, 1, 0, '65s', 'a,b', 'nginx,redis', 'a notin (x),b'])
    expect(line('ReplicaSet', { spec: { replicas: 0, selector: {}, template } })).toMatch(/ \| <none>$/)
  })
})

describe('other kinds', () => {
  test('a Namespace shows its phase, a Lease its holder', () => {
    expect(line('Namespace', { status: { phase: 'Active' } })).toBe('x | Active | 65s')
    expect(line('Lease', { spec: { holderIdentity: 'n1' } })).toBe('x | n1 | 65s')
  })

  const ago = (seconds: number): string => formatTimestamp(NOW_MS - seconds * 1000)
  const about = { kind: 'Pod', name: 'web-1', fieldPath: 'spec.containers{c}' }
  const event = { type: 'Warning', reason: 'BackOff', message: ' again \n', involvedObject: about }

  test('an Event that came again shows when first and last', () => {
    const source = { component: 'kubelet', host: 'n1' }
    expect(line('Event', { ...event, source, firstTimestamp: ago(600), lastTimestamp: ago(5), count: 4 })).toBe(
      '5s | Warning | BackOff | pod/web-1 | spec.containers{c} | kubelet, n1 | again | 10m | 4 | x',
    )
  })

  test('an Event of the newer kind has one time and a reporter', () => {
    const single = {
      eventTime: ago(7),
      firstTimestamp: null,
      reportingComponent: 'scheduler',
      involvedObject: { kind: 'Node' },
    }
    expect(line('Event', { ...event, ...single })).toBe(
      '7s | Warning | BackOff | node |  | scheduler | again | 7s | 1 | x',
    )
  })

  test('an Event of a series shows the last of it', () => {
    const series = { count: 9, lastObservedTime: ago(3) }
    expect(line('Event', { ...event, eventTime: ago(70), series })).toMatch(/^3s .* \| 70s \| 9 \| x$/)
  })
})
