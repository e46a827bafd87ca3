import { describe, expect, test } from 'vitest'
import { deepFreeze } from '../kernel/json.ts'
import type { JsonRecord } from './patch-outcome.ts'
import { strategicMerge } from './strategic-merge.ts'

function merged(kind: string, original: JsonRecord, patch: JsonRecord): unknown {
  const outcome = strategicMerge(kind, deepFreeze(original), deepFreeze(patch))
  if (outcome.ok) return outcome.value
  return outcome.type === 'reject' ? outcome.type : `${outcome.type}: ${outcome.message}`
}

/** The ports of a Service after a patch of them. */
function ports(original: readonly unknown[], patch: JsonRecord): unknown {
  const result = merged('Service', { spec: { ports: original } }, { spec: patch })
  return typeof result === 'string' ? result : (result as { spec: { ports: unknown } }).spec.ports
}

/** The names of a Pod's containers after a patch. */
function containers(names: string, patch: JsonRecord): unknown {
  const spec = { containers: names.split('').map(name => ({ name, image: `${name}:1` })) }
  const result = merged('Pod', { spec }, { spec: patch })
  if (typeof result === 'string') return result
  return (result as { spec: { containers: { name: string }[] } }).spec.containers.map(one => one.name).join('')
}

const named = (names: string): readonly JsonRecord[] => names.split('').map(name => ({ name }))

describe('lists with a key', () => {
  const TWO = [
    { name: 'a', port: 80, protocol: 'TCP' },
    { name: 'b', port: 81, protocol: 'TCP' },
  ]

  test('merge item by item', () => {
    expect(ports(TWO, { ports: [{ port: 81, targetPort: 8081 }] })).toEqual([TWO[0], { ...TWO[1], targetPort: 8081 }])
  })

  test('lose an item on request', () => {
    expect(ports(TWO, { ports: [{ port: 80, $patch: 'delete' }] })).toEqual([TWO[1]])
  })

  test('are replaced on request, by all items but the directive', () => {
    expect(ports(TWO, { ports: [{ $patch: 'replace' }, { port: 90 }] })).toEqual([{ port: 90 }])
  })

  test('tell a Service port by its number alone, so that of two protocols the first changes', () => {
    const dns = [
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'udp', port: 53, protocol: 'UDP' },
    ]
    expect(ports(dns, { ports: [{ port: 53, targetPort: 5353 }] })).toEqual([{ ...dns[0], targetPort: 5353 }, dns[1]])
    expect(ports(dns, { ports: [{ port: 53, $patch: 'delete' }] })).toEqual([])
  })

  test.each([
    [{ ports: [{ nodePort: 30080 }] }, 'broken: map: map[nodePort:30080] does not contain declared merge key: port'],
    [
      { ports: [{ name: 'udp', $patch: 'delete' }] },
      'broken: map: map[$patch:delete name:udp] does not contain declared merge key: port',
    ],
    [{ ports: [{ port: 1, $patch: 'merge' }] }, 'broken: merging lists cannot yet be specified in the patch'],
    [{ ports: [{ port: 1, $patch: 'x' }] }, 'broken: unknown patch type: x in map: map[$patch:x port:1]'],
  ])('%j is refused', (patch, message) => {
    expect(ports(TWO, patch)).toBe(message)
  })

  test('merge inside their items by the rules of what the items are', () => {
    const container = { name: 'c', ports: [{ containerPort: 80 }], args: ['x'], env: [{ name: 'A', value: '1' }] }
    const patch = { name: 'c', ports: [{ containerPort: 81 }], args: ['y'], env: [{ name: 'A', value: '2' }] }
    expect(merged('Pod', { spec: { containers: [container] } }, { spec: { containers: [patch] } })).toEqual({
      spec: {
        containers: [
          {
            name: 'c',
            ports: [{ containerPort: 81 }, { containerPort: 80 }],
            args: ['y'],
            env: [{ name: 'A', value: '2' }],
          },
        ],
      },
    })
  })

  test('reach into the template of a Deployment', () => {
    const template = (image: string): JsonRecord => ({ spec: { containers: [{ name: 'c', image }] } })
    expect(merged('Deployment', { spec: { template: template('a') } }, { spec: { template: template('b') } })).toEqual({
      spec: { template: template('b') },
    })
  })
})

describe('the order of a list', () => {
  test.each([
    ['ab', 'x', 'xab'],
    ['ab', 'bx', 'abx'],
    ['ab', 'ax', 'axb'],
    ['abc', 'cb', 'acb'],
  ])('%s patched with %s is %s', (before, patch, after) => {
    expect(containers(before, { containers: named(patch) })).toBe(after)
  })

  test.each([
    ['abc', 'cba', '', 'cba'],
    ['abc', 'ca', '', 'bca'],
    ['ab', 'axb', 'x', 'axb'],
    ['ab', 'bx', 'x', 'abx'],
  ])('%s in the order %s, with %s added, is %s', (before, order, added, after) => {
    const patch = { '$setElementOrder/containers': named(order), ...(added ? { containers: named(added) } : {}) }
    expect(containers(before, patch)).toBe(after)
  })

  test('must be that of the patch itself', () => {
    const patch = { '$setElementOrder/containers': named('ba'), containers: named('ab') }
    expect(containers('ab', patch)).toMatch(
      /^broken: The order in patch list:\n\[map\[name:a\] map\[name:b\]\]\n doesn't/,
    )
  })

  test('has to be a list', () => {
    expect(containers('ab', { '$setElementOrder/containers': 'ab' })).toBe(
      'bad: invalid patch format of setElementOrder list',
    )
  })
})

describe('maps', () => {
  test('merge, and lose what is null', () => {
    const labels = { metadata: { labels: { a: '1', b: '2' } } }
    expect(merged('Service', labels, { metadata: { labels: { a: null, c: '3' } } })).toEqual({
      metadata: { labels: { b: '2', c: '3' } },
    })
  })

  test('are replaced or removed on request', () => {
    const service = { spec: { selector: { a: '1', b: '2' } } }
    expect(merged('Service', service, { spec: { selector: { $patch: 'replace', c: '3' } } })).toEqual({
      spec: { selector: { c: '3' } },
    })
    expect(merged('Service', service, { spec: { selector: { $patch: 'delete' } } })).toEqual({ spec: {} })
    expect(merged('Service', service, { spec: { $patch: 'merge' } })).toBe(
      'broken: unknown patch type: merge in map: map[$patch:merge]',
    )
  })

  test('keep only what $retainKeys names', () => {
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const patch = (keys: unknown): JsonRecord => ({ spec: { strategy: { $retainKeys: keys, type: 'Recreate' } } })
    expect(merged('Deployment', before, patch(['type']))).toEqual({ spec: { strategy: { type: 'Recreate' } } })
    expect(merged('Deployment', before, patch(['rollingUpdate']))).toBe('bad: invalid patch format of retainKeys')
    expect(merged('Deployment', before, patch('type'))).toBe('bad: invalid patch format of retainKeys')
  })

  test('take over what is new without its directives and nulls', () => {
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } } }
    expect(merged('Deployment', { spec: {} }, patch)).toEqual({ spec: { strategy: { type: 'Recreate' } } })
  })
})

describe('lists of texts', () => {
  test('are sets where finalizers are meant', () => {
    const before = { metadata: { finalizers: ['x/a', 'x/b'] } }
    expect(merged('Pod', before, { metadata: { finalizers: ['x/b', 'x/c'] } })).toEqual({
      metadata: { finalizers: ['x/a', 'x/b', 'x/c'] },
    })
    expect(merged('Pod', before, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x/a'] } })).toEqual({
      metadata: { finalizers: ['x/b'] },
    })
  })

  test('are replaced elsewhere', () => {
    const before = { spec: { externalIPs: ['192.0.2.1'] } }
    expect(merged('Service', before, { spec: { externalIPs: ['192.0.2.2'] } })).toEqual({
      spec: { externalIPs: ['192.0.2.2'] },
    })
  })
})
