import { describe, expect, test } from 'vitest'
import type { AnyObject } from '../api/kind-registry.ts'
import { responseForm, toPartialMetadata, toPartialMetadataList } from './content.ts'

const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

/** The form in short: `json`, `Table v1`, or `406`. */
function formOf(accept: string | undefined, list = true): string {
  const form = responseForm(accept, list)
  if (!form) return '406'
  return form.as === 'json' ? 'json' : `${form.as} ${form.version}`
}

describe('the form that is wanted', () => {
  const cases: readonly [string, string | undefined, string][] = [
    ['nothing said', undefined, 'json'],
    ['an empty header', '', 'json'],
    ['curl', '*/*', 'json'],
    ['kubectl -o json', 'application/json', 'json'],
    ['kubectl get', TABLE, 'Table v1'],
    ['an older kubectl get', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io', 'Table v1beta1'],
    ['blanks between parts', 'application/json; as=Table ; v=v1 ; g=meta.k8s.io , application/json', 'Table v1'],
    ['a typed client', 'application/vnd.kubernetes.protobuf,application/json', 'json'],
    ['a version that there is not', 'application/json;as=Table;v=v2;g=meta.k8s.io,application/json', 'json'],
    ['another group', 'application/json;as=Table;v=v1;g=apps,application/json', 'json'],
    ['a form that there is not', 'application/json;as=Chart;v=v1;g=meta.k8s.io', '406'],
    ['protobuf alone', 'application/vnd.kubernetes.protobuf', '406'],
    ['HTML', 'text/html', '406'],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['quality before order', 'application/json;q=0.5,application/json;as=Table;v=v1;g=meta.k8s.io', 'Table v1'],
    ['what is refused by q=0', 'application/json;q=0', '406'],
    [
      'a list of metadata',
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      'PartialObjectMetadataList v1',
    ],
    [
      'the metadata of an object, asked of a list',
      'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      '406',
    ],
  ]
  for (const [name, accept, expected] of cases) {
    test(`${name}: ${expected}`, () => {
      expect(formOf(accept)).toBe(expected)
    })
  }

  test('of an object is its metadata, not a list of it', () => {
    const one = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
    expect(formOf(one, false)).toBe('PartialObjectMetadata v1')
    expect(formOf('application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', false)).toBe('406')
    expect(formOf(TABLE, false)).toBe('Table v1')
  })
})

test('a partial object has the metadata and nothing else', () => {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' }, spec: {} } as unknown as AnyObject
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }
  expect(toPartialMetadata(object, 'v1')).toEqual(partial)
  expect(toPartialMetadataList([object], { resourceVersion: '7' }, 'v1')).toEqual({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '7' },
    items: [partial],
  })
})
