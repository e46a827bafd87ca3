import { describe, expect, test } from 'vitest'
import type { AnyObject, Kind } from '../api/kind-registry.ts'
import { fieldFilter, parseFieldSelector } from './field-selector.ts'

const META = { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: META,
  spec: { nodeName: 'n1', containers: [], restartPolicy: 'Always' },
  status: { phase: 'Running', podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }] },
} as unknown as AnyObject
const NODE = { apiVersion: 'v1', kind: 'Node', metadata: { ...META, name: 'n1' }, spec: {} } as unknown as AnyObject
const EVENT = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: META,
  involvedObject: { kind: 'Pod', name: 'web', uid: 'u1' },
  reason: 'Scheduled',
  type: 'Normal',
  source: { component: 'default-scheduler' },
} as unknown as AnyObject

function ask(kind: Kind, text: string, object: AnyObject): boolean | string {
  const parsed = parseFieldSelector(text)
  if (!parsed.ok) return parsed.message
  const filter = fieldFilter(kind, parsed.selector)
  return filter.ok ? filter.selector(object) : filter.message
}

describe('a field selector', () => {
  test.each([
    ['', true],
    [',', true],
    ['metadata.name=web', true],
    ['metadata.name==web', true],
    ['metadata.name!=web', false],
    ['metadata.name= web', false],
    ['metadata.name=web,metadata.namespace=other', false],
    ['spec.nodeName=n1,status.phase!=Succeeded,status.phase!=Failed', true],
    ['spec.nodeName=', false],
    ['spec.serviceAccountName=', true],
    ['spec.hostNetwork=false', true],
    ['status.podIP=10.244.0.2', true],
    ['status.podIPs=10.244.0.2', false],
    ['status.nominatedNodeName!=', false],
  ])('%j of a Pod: %s', (text, expected) => {
    expect(ask('Pod', text, POD)).toBe(expected)
  })

  test('an unset unschedulable reads as false', () => {
    expect(ask('Node', 'spec.unschedulable=false', NODE)).toBe(true)
  })

  test.each([
    ['involvedObject.name=web,involvedObject.uid=u1,involvedObject.kind=Pod', true],
    ['involvedObject.fieldPath=', true],
    ['reason=Scheduled,type=Normal', true],
    ['source=default-scheduler', true],
    ['reportingComponent=kubelet', false],
  ])('%j of an Event: %s', (text, expected) => {
    expect(ask('Event', text, EVENT)).toBe(expected)
  })

  test.each(['\\,', '\\=', '\\\\'])('takes %j for the character behind the backslash', escaped => {
    const parsed = parseFieldSelector(`metadata.name=a${escaped}b`)
    expect(parsed).toEqual({
      ok: true,
      selector: [{ field: 'metadata.name', operator: '=', value: `a${escaped.slice(1)}b` }],
    })
  })

  test.each<[Kind, string, string]>([
    ['Pod', 'a>b', "invalid selector: 'a>b'; can't understand 'a>b'"],
    ['Pod', 'metadata.name=web,x', "invalid selector: 'metadata.name=web,x'; can't understand 'x'"],
    ['Pod', 'a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['Pod', 'a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['Pod', 'a=b\\', 'invalid field selector: invalid escape sequence: \\'],
    ['Pod', 'spec.nothing=1', 'field label not supported: spec.nothing'],
    ['Node', 'metadata.namespace=x', 'field label not supported: metadata.namespace'],
    [
      'Deployment',
      'spec.replicas=1',
      '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['Pod', 'toString=1', 'field label not supported: toString'],
  ])('for %s, %j is refused', (kind, text, expected) => {
    expect(ask(kind, text, POD)).toBe(expected)
  })
})
