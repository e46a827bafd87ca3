import { expect, test } from 'vitest'
import { parseJsonPath, relaxedPath } from './jsonpath.ts'

const LIST = {
  kind: 'List',
  items: [
    {
      metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
      spec: { ports: [{ port: 80 }, { port: 81 }] },
    },
    { metadata: { name: 'b' }, spec: { type: 'NodePort', ports: [] } },
  ],
}

function check(template: string, expected: string): void {
  expect(parseJsonPath(template).print(LIST)).toBe(expected)
}

test('fields, indices, slices and all of a list', () => {
  check('{.kind}', 'List')
  check('{.items[0].metadata.name}', 'a')
  check('{.items[-1].metadata.name}', 'b')
  check('{.items[*].metadata.name}', 'a b')
  check('{.items[0:1].metadata.name}', 'a')
  check('{.items[0].spec.ports[*].port}', '80 81')
  check('{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'x')
  check("{.items[0].metadata.labels['app.kubernetes.io/name']}", 'x')
  check('{..name}', 'a b')
})

test('what is not there prints nothing', () => {
  check('{.nothing.at.all}', '')
  check('{.items[*].spec.type}', 'NodePort')
})

test('text, ranges and filters', () => {
  check('{"x"}={.kind}{"\\n"}', 'x=List\n')
  check('{range .items[*]}{.metadata.name}{"\\t"}{.spec.type}{"\\n"}{end}', 'a\t\nb\tNodePort\n')
  check('{.items[?(@.spec.type=="NodePort")].metadata.name}', 'b')
  check('{.items[?(@.spec.type)].metadata.name}', 'b')
  check('{.items[0].spec.ports[?(@.port>80)].port}', '81')
})

test('what has parts is JSON with its keys in order', () => {
  check('{.items[0].spec}', '{"ports":[{"port":80},{"port":81}]}')
})

test('a path that is none says where', () => {
  expect(() => parseJsonPath('{.a')).toThrow('error parsing jsonpath {.a, unclosed action')
  expect(() => parseJsonPath('{range .a[*]}')).toThrow('unterminated range')
  expect(() => parseJsonPath('{.items[9].x}').print(LIST)).toThrow('array index out of bounds: index 9, length 2')
})

test('paths of columns and orders may leave out braces and dot', () => {
  for (const path of ['metadata.name', '.metadata.name', '{.metadata.name}', '{metadata.name}']) {
    expect(relaxedPath(path)).toBe('{.metadata.name}')
  }
})
