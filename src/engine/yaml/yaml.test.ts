import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { editScalar, LineIndex, parseManifests, printYaml, type FieldPath } from './index.ts'

const HEAD = 'apiVersion: v1\nkind: Thing\nmetadata: { name: a }\n'

function valueOf(text: string): unknown {
  const { documents, problems } = parseManifests(HEAD + text)
  expect(problems).toEqual([])
  return documents[0]?.value['data']
}

function underlined(text: string, path: FieldPath): string {
  const range = parseManifests(text).documents[0]?.rangeOf(path)
  return range ? text.slice(range.from, range.to) : 'no document'
}

function complaints(text: string): string[] {
  return parseManifests(text).problems.map(({ code, from, to }) => `${code} at ${JSON.stringify(text.slice(from, to))}`)
}

function item(name: string): string {
  return `{ apiVersion: v1, kind: Thing, metadata: { name: ${name} } }`
}

function edited(text: string, path: FieldPath, value: string | number): string {
  return editScalar(text, 0, path, value)
    .toReversed()
    .reduce((changed, edit) => changed.slice(0, edit.from) + edit.insert + changed.slice(edit.to), text)
}

describe('plain words are read as kubectl reads them', () => {
  test.each<[string, unknown]>([
    ['yes', true],
    ['off', false],
    ['"yes"', 'yes'],
    ['010', 8],
    ['0x1f', 31],
    ['1_000', 1000],
    ['10:30', '10:30'],
    ['2026-01-01', '2026-01-01'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['1.5', 1.5],
    ['1e3', 1000],
    ['~', null],
    ['', null],
    ['NULL', null],
    ['100m', '100m'],
    ['25%', '25%'],
    ['<<', '<<'],
    ['1.2.3.4', '1.2.3.4'],
  ])('%s', (text, expected) => {
    expect(valueOf(`data: ${text}\n`)).toEqual(expected)
  })

  test('keys become texts', () => {
    expect(valueOf('data: { 80: a, yes: b, x: c }')).toEqual({ 80: 'a', true: 'b', x: 'c' })
  })

  test('a number that JSON lacks is refused', () => {
    expect(complaints(`${HEAD}data: .inf\n`)).toEqual(['yamlSyntax at ".inf"'])
  })
})

describe('aliases and merges are unfolded', () => {
  test('an alias is what its anchor holds', () => {
    expect(valueOf('x: &x { a: 1 }\ndata: [*x, *x]')).toEqual([{ a: 1 }, { a: 1 }])
  })

  test('an anchor set again holds from then on', () => {
    expect(valueOf('x: &x 1\ny: *x\nz: &x 2\ndata: *x')).toBe(2)
  })

  test('what a map says itself wins over what it merges', () => {
    expect(valueOf('x: &x { a: 1, b: 2 }\ndata:\n  <<: *x\n  b: 3')).toEqual({ a: 1, b: 3 })
  })

  test('of several merged maps the first wins', () => {
    expect(valueOf('x: &x { a: 1 }\ny: &y { a: 2, b: 2 }\ndata: { <<: [*x, *y] }')).toEqual({ a: 1, b: 2 })
  })

  test('a quoted << is a key like any other', () => {
    expect(valueOf('data: { "<<": 1 }')).toEqual({ '<<': 1 })
  })
})

describe('documents', () => {
  test('empty ones do not count', () => {
    const text = `---\n# nothing\n---\n${HEAD}---\n\n---\n${HEAD}...\n`
    expect(parseManifests(text).documents.map(document => document.document)).toEqual([0, 1])
  })

  test('one that cannot be read does not hide the others', () => {
    const { documents, problems } = parseManifests(`${HEAD}---\na: b: c\n---\n${HEAD}`)
    expect(documents.map(document => document.document)).toEqual([0, 2])
    expect(problems.map(problem => problem.document)).toEqual([1])
  })

  test('Lists are taken apart, also Lists in Lists', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${item('a')}\n- { kind: List, apiVersion: v1, items: [${item('b')}, ${item('c')}] }\n`
    const { documents } = parseManifests(list)
    expect(documents.map(({ value }) => value.metadata.name)).toEqual(['a', 'b', 'c'])
    expect(documents.map(({ range }) => list.slice(range.from, range.to))).toEqual([item('a'), item('b'), item('c')])
  })

  test('Windows line ends are no matter', () => {
    expect(parseManifests(HEAD.replaceAll('\n', '\r\n')).documents[0]?.value.kind).toBe('Thing')
  })
})

describe('mistakes stand at the right character', () => {
  test.each<[string, string, string]>([
    ['a tab', 'a:\n\tb: 1\n', 'tab at "\\t"'],
    ['two values', 'a: b: c\n', 'yamlSyntax at "b"'],
    ['a quote left open', 'a: "b\n', 'yamlSyntax at "b"'],
    ['a bracket left open', 'a: [b\n\n', 'yamlSyntax at "b"'],
    ['a reserved character', 'a: @b\n', 'yamlSyntax at "@"'],
    ['a bad block header', 'a: |x\n  b\n', 'yamlSyntax at "x"'],
  ])('%s', (_name, text, expected) => {
    expect(complaints(text)).toEqual([expected])
  })

  test('no problem lies outside the text, and each has at least one character', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        ': ',
        '\n',
        '- ',
        '  ',
        '\t',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '&a ',
        '*a',
        '---\n',
        '#',
        '|',
        '? ',
        '!x ',
        '<<',
      ),
      {
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(pieces, parts => {
        const text = parts.join('')
        for (const { from, to } of parseManifests(text).problems) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(text.length)
        }
      }),
      { seed: 7, numRuns: 2000 },
    )
  })
})

describe('a field is found in the text', () => {
  const text = `${HEAD}spec:\n  ports:\n  - name: http\n    port: 80 # here\n  empty:\n`
  test.each<[FieldPath, string]>([
    [['spec', 'ports', 0, 'port'], '80'],
    [['spec', 'ports', 0], 'name: http'],
    [['spec', 'ports'], 'ports'],
    [['spec', 'empty'], 'empty'],
    [['spec', 'ports', 0, 'targetPort'], 'name: http'],
    [['spec', 'selector', 'app'], 'spec'],
    [['spec', 'ports', 7, 'port'], 'ports'],
    [['metadata', 'name'], 'a'],
  ])('%j', (path, expected) => {
    expect(underlined(text, path)).toBe(expected)
  })

  test('through an alias and a merge', () => {
    expect(underlined(`${HEAD}x: &x { port: 80 }\nspec: *x\n`, ['spec', 'port'])).toBe('80')
    expect(underlined(`${HEAD}x: &x { port: 80 }\nspec: { <<: *x }\n`, ['spec', 'port'])).toBe('80')
  })
})

describe('printing', () => {
  test('is as kubectl prints', () => {
    const service = {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: {
        name: 'web',
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: {},
        annotations: { note: 'a: b', on: 'yes' },
      },
      spec: {
        ports: [{ port: 80, targetPort: 'http', name: '80' }],
        clusterIPs: ['10.96.0.1'],
        selector: undefined,
        args: [['a'], []],
      },
    }
    expect(printYaml(service)).toBe(`apiVersion: v1
kind: Service
metadata:
  annotations:
    note: 'a: b'
    "on": "yes"
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels: {}
  name: web
spec:
  args:
  - - a
  - []
  clusterIPs:
  - 10.96.0.1
  ports:
  - name: "80"
    port: 80
    targetPort: http
`)
  })

  test('writes several lines as a block', () => {
    expect(printYaml({ a: 'x\n  y\n\nz\n', b: 'x\ny' })).toBe('a: |\n  x\n    y\n\n  z\nb: |-\n  x\n  y\n')
  })

  test('what was printed is read as the same value', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12, unit: 'binary' }),
      fc.string({
        maxLength: 8,
        unit: fc.constantFrom('a', '0', '1', ':', ' ', '\n', '-', '#', '"', "'", '\t', 'e', '.', 'y', '~', '|', '\\'),
      }),
      fc.constantFrom(
        'yes',
        'NO',
        '010',
        '0o7',
        '1e3',
        '.5',
        '1:30',
        'null',
        '',
        '<<',
        '=',
        '---',
        '- a',
        'a #b',
        '2026-01-01',
        '+1',
        '0b1',
        '1_000',
        '_1',
        '.',
      ),
    )
    const json = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number + 0),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(word, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(json, value => {
        const text = printYaml({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, data: value })
        const { documents, problems } = parseManifests(text)
        expect(problems).toEqual([])
        expect(JSON.stringify(documents[0]?.value['data'])).toBe(JSON.stringify(sorted(value)))
        // Any other reader of YAML 1.2 sees the same texts.
        expect(parseDocument(text).errors).toEqual([])
      }),
      { seed: 11, numRuns: 2000 },
    )
  })
})

describe('editing', () => {
  const DEPLOYMENT = `${HEAD}spec: # the wish\n  replicas: 3 # three\n  template:\n    spec: {}\n`

  test('changes one word and nothing else', () => {
    expect(edited(DEPLOYMENT, ['spec', 'replicas'], 5)).toBe(DEPLOYMENT.replace('3 #', '5 #'))
  })

  test('adds a key after its neighbours', () => {
    expect(edited(DEPLOYMENT, ['spec', 'paused'], 'x')).toBe(`${DEPLOYMENT.trimEnd()}\n  paused: x\n`)
  })

  test('adds a key to a map in braces', () => {
    expect(edited(DEPLOYMENT, ['spec', 'template', 'spec', 'nodeName'], 'n1')).toBe(
      DEPLOYMENT.replace('{}', '{nodeName: n1}'),
    )
    expect(edited(HEAD, ['metadata', 'namespace'], 'shop')).toBe(HEAD.replace('name: a', 'name: a, namespace: shop'))
  })

  test('adds the maps that are missing', () => {
    expect(edited(HEAD, ['spec', 'strategy', 'type'], 'Recreate')).toBe(
      `${HEAD}spec:\n  strategy:\n    type: Recreate\n`,
    )
  })

  test('fills a key that has no value', () => {
    expect(edited(`${HEAD}spec:\n`, ['spec', 'replicas'], 2)).toBe(`${HEAD}spec:\n  replicas: 2\n`)
    expect(edited(`${HEAD}spec:\n  replicas:\n`, ['spec', 'replicas'], 2)).toBe(`${HEAD}spec:\n  replicas: 2\n`)
  })

  test('quotes what must be quoted', () => {
    expect(edited(HEAD, ['metadata', 'name'], '8')).toBe(HEAD.replace('name: a', 'name: "8"'))
  })

  test('does nothing where the path leads nowhere', () => {
    expect(editScalar(HEAD, 1, ['spec'], 1)).toEqual([])
    expect(editScalar(HEAD, 0, ['metadata', 'name', 'deeper'], 1)).toEqual([])
    expect(editScalar(HEAD, 0, ['spec', 0], 1)).toEqual([])
    expect(editScalar(HEAD, 0, ['metadata'], 1)).toEqual([])
  })

  test('what was set is read back, for any of these texts and paths', () => {
    const texts = [
      DEPLOYMENT,
      HEAD,
      `${HEAD}spec:\n`,
      `${HEAD}spec: {}\n`,
      HEAD.trimEnd(),
      `# top\n${HEAD}# end`,
      `${HEAD}spec:\n  replicas: 1\n# end\n---\n${HEAD}`,
    ]
    const paths: FieldPath[] = [['spec', 'replicas'], ['metadata', 'name'], ['spec', 'a', 'b'], ['x']]
    for (const text of texts) {
      for (const path of paths) {
        const document = parseManifests(edited(text, path, 'v1')).documents[0]
        const found = path.reduce<unknown>(
          (value, step) => (value as Record<string, unknown> | undefined)?.[step],
          document?.value,
        )
        expect(found, `${path.join('.')} in ${text}`).toBe('v1')
      }
    }
  })
})

test('lines and columns count from one', () => {
  const lines = new LineIndex('ab\n\nc')
  expect([0, 2, 3, 4, 5].map(offset => lines.at(offset))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
    { line: 3, column: 2 },
  ])
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]))
}
