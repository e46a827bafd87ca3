// The floors of the house, kept by a machine: reads every import of every file under src (static, dynamic, of types and
// of workers) and fails when one looks up, sideways, past a room's door or around in a circle. The table is the one of
// docs/architecture.md; rooms that later work brings stand in it already.

import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

/** A room: its floor, and the rooms or single files that it may import. */
interface Room {
  readonly floor: number
  readonly may: readonly string[]
}

const ENGINE_ROOMS = [
  'kernel',
  'api',
  'yaml',
  'store',
  'apps',
  'controllers',
  'dataplane',
  'traffic',
  'metrics',
  'explain',
  'rest',
]
const UI_SHARED = ['ui/state', 'ui/view-model', 'ui/i18n', 'ui/kit']
const BELOW_UI = ['bridge/client', 'protocol', 'kubectl', 'lessons']

const ROOMS: { readonly [path: string]: Room } = {
  'engine/kernel': { floor: 0, may: [] },
  'engine/api': { floor: 1, may: ['engine/kernel'] },
  'engine/yaml': { floor: 1, may: ['engine/kernel'] },
  'engine/store': { floor: 2, may: ['engine/api', 'engine/kernel'] },
  'engine/apps': { floor: 2, may: ['engine/api', 'engine/kernel'] },
  'engine/controllers': { floor: 3, may: ['engine/store/client.ts', 'engine/api', 'engine/kernel', 'engine/apps'] },
  'engine/dataplane': { floor: 3, may: ['engine/store/client.ts', 'engine/api', 'engine/kernel'] },
  'engine/traffic': {
    floor: 4,
    may: ['engine/dataplane', 'engine/apps', 'engine/store/client.ts', 'engine/api', 'engine/kernel'],
  },
  'engine/metrics': { floor: 4, may: ['engine/traffic', 'engine/kernel'] },
  'engine/explain': { floor: 4, may: ['engine/controllers', 'engine/dataplane', 'engine/api', 'engine/kernel'] },
  'engine/rest': { floor: 4, may: ['engine/store', 'engine/api', 'engine/yaml', 'engine/kernel'] },
  engine: { floor: 5, may: ENGINE_ROOMS.map(name => `engine/${name}`) },
  'engine/testing': { floor: 5, may: ['engine', ...ENGINE_ROOMS.map(name => `engine/${name}`)] },
  protocol: { floor: 6, may: ['engine/api'] },
  kubectl: { floor: 7, may: ['protocol'] },
  lessons: { floor: 7, may: ['protocol'] },
  'bridge/carriers': { floor: 7, may: ['protocol'] },
  'bridge/client': { floor: 7, may: ['protocol', 'bridge/carriers'] },
  'bridge/host': { floor: 8, may: ['engine/index.ts', 'protocol', 'lessons', 'bridge/carriers'] },
  'ui/kit': { floor: 9, may: [] },
  'ui/i18n': { floor: 9, may: [] },
  'ui/state': { floor: 9, may: [...BELOW_UI, 'ui/view-model', 'ui/i18n'] },
  'ui/view-model': { floor: 9, may: [...BELOW_UI, 'ui/state', 'ui/i18n'] },
  'ui/app': { floor: 9, may: [...BELOW_UI, 'ui'] },
  companion: { floor: 9, may: ['engine/index.ts', 'bridge/host', 'bridge/carriers', 'protocol'] },
  'main.tsx': { floor: 10, may: ['ui', 'bridge/client', 'bridge/carriers'] },
  conformance: { floor: 10, may: [] },
  bench: { floor: 10, may: [] },
}

// What no line above names is a feature of the user interface: it meets the others in the shared rooms only.
const FEATURE: Room = { floor: 9, may: [...BELOW_UI, ...UI_SHARED] }

/** Rooms whose files are imported one by one. */
const OPEN_ROOMS = ['engine/kernel', 'engine/api', 'engine/testing']
/** Files that may be imported past their room's index. */
const SIDE_DOORS = ['engine/store/client.ts', 'engine/traffic/trip.ts']
const ENGINE_PACKAGES = ['pure-rand', 'yaml', '@noble/hashes']
const TEST_PACKAGES = ['vitest', 'fast-check']

interface Import {
  readonly from: string
  /** A path under src, or the name of a package. */
  readonly to: string
  readonly relative: boolean
  readonly typeOnly: boolean
  readonly worker: boolean
}

/** One sentence for every import that breaks a rule, and one for every circle. Keys of `files` are paths under src. */
function brokenRules(files: ReadonlyMap<string, string>): string[] {
  const imports = [...files].flatMap(([path, text]) => (/\.tsx?$/.test(path) ? importsOf(path, text) : []))
  const broken = imports.flatMap(one => {
    const why = one.relative ? whyNotFile(one, files) : whyNotPackage(one)
    return why === null ? [] : [`${one.from} imports ${one.to}: ${why}`]
  })
  return [...broken, ...circles(imports)]
}

function whyNotFile({ from, to, typeOnly, worker }: Import, files: ReadonlyMap<string, string>): string | null {
  const fromRoom = roomOf(from)
  const toRoom = roomOf(to)
  if (worker) return from === 'main.tsx' ? null : 'main.tsx alone names a worker'
  if (to.endsWith('.worker.ts') && !isTest(from)) return 'a worker is started, not imported'
  if (toRoom === 'engine/testing' && !isTest(from)) return 'only tests import it'
  if (isTestFile(to)) return 'nothing imports a test'
  if (fromRoom === toRoom)
    return to === `${fromRoom}/index.ts` && !isTest(from) ? 'a room does not enter itself by its door' : null
  if (!isAllowed(from, to)) return `${fromRoom} may not look at ${toRoom}`
  if (fromRoom === 'protocol' && !typeOnly) return 'the protocol takes types only'
  const door = `${toRoom}/index.ts`
  // A style sheet has no door to go through.
  const open = OPEN_ROOMS.includes(toRoom) || SIDE_DOORS.includes(to) || to.endsWith('.css')
  return files.has(door) && to !== door && !open ? `${toRoom} is entered by its index.ts` : null
}

function isAllowed(from: string, to: string): boolean {
  const own = roomAt(roomOf(from))
  if (isTest(from)) return roomOf(to) === 'engine/testing' || roomAt(roomOf(to)).floor <= own.floor
  return own.may.some(entry => to === entry || roomOf(to) === entry || (entry === 'ui' && to.startsWith('ui/')))
}

function whyNotPackage({ from, to }: Import): string | null {
  if (isTest(from) || from === 'layering.test.ts') return null
  if (to.startsWith('node:')) return from.startsWith('companion/') ? null : 'only the companion knows Node'
  if (TEST_PACKAGES.includes(to)) return 'only tests import it'
  if (from.startsWith('engine/') && !ENGINE_PACKAGES.includes(to))
    return `the engine takes ${ENGINE_PACKAGES.join(', ')} only`
  return null
}

function isTestFile(path: string): boolean {
  return /\.(test|bench)\.tsx?$/.test(path)
}

function isTest(path: string): boolean {
  return (
    isTestFile(path) ||
    path.startsWith('engine/testing/') ||
    path.startsWith('conformance/') ||
    path.startsWith('bench/')
  )
}

/** The room a file is in: the deepest one of the table; for ui, each folder is one. */
function roomOf(path: string): string {
  const parts = path.split('/')
  if (parts[0] === 'ui' && parts.length > 2) return `ui/${parts[1] ?? ''}`
  for (let length = parts.length; length > 0; length--) {
    const room = parts.slice(0, length).join('/')
    if (Object.hasOwn(ROOMS, room)) return room
  }
  return parts.length > 1 ? (parts[0] as string) : path
}

function roomAt(room: string): Room {
  if (room.startsWith('ui/')) return ROOMS[room] ?? FEATURE
  return ROOMS[room] ?? { floor: -1, may: [] }
}

/** Every circle of files that import each other, types counted, as the chain of its paths. */
function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, Set<string>>()
  for (const { from, to, relative, worker } of imports) {
    if (relative && !worker) next.set(from, (next.get(from) ?? new Set()).add(to))
  }
  const found: string[] = []
  const done = new Set<string>()
  const chain: string[] = []
  const visit = (path: string): void => {
    const at = chain.indexOf(path)
    if (at >= 0) found.push(`a circle: ${[...chain.slice(at), path].join(' → ')}`)
    if (at >= 0 || done.has(path)) return
    chain.push(path)
    for (const to of next.get(path) ?? []) visit(to)
    chain.pop()
    done.add(path)
  }
  for (const path of next.keys()) visit(path)
  return found
}

interface SyntaxNode {
  readonly type: string
  readonly [field: string]: unknown
}

function importsOf(path: string, text: string): Import[] {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message ?? ''}`)
  const found: Import[] = []
  const take = (source: unknown, typeOnly: boolean, worker = false): void => {
    const written = literal(source)
    if (written === null) return
    const relative = written.startsWith('.')
    const to = relative ? posix.join(posix.dirname(path), written.replace(/\?.*$/, '')) : packageName(written)
    found.push({ from: path, to, relative, typeOnly, worker })
  }
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (!isNode(value)) return
    if (value.type === 'ImportDeclaration') take(value['source'], isTypeOnly(value, 'importKind'))
    if (value.type === 'ExportAllDeclaration' || value.type === 'ExportNamedDeclaration') {
      take(value['source'], isTypeOnly(value, 'exportKind'))
    }
    if (value.type === 'ImportExpression') take(value['source'], false)
    if (value.type === 'TSImportType') take(value['source'], true)
    if (isSourceUrl(value)) take((value['arguments'] as unknown[])[0], false, true)
    for (const inner of Object.values(value)) walk(inner)
  }
  walk(program)
  return found
}

// new URL('./engine.worker.ts', import.meta.url): how a bundler is told of a file that is no import.
function isSourceUrl(node: SyntaxNode): boolean {
  if (node.type !== 'NewExpression' || !isNode(node['callee']) || node['callee']['name'] !== 'URL') return false
  return /\.tsx?$/.test(literal((node['arguments'] as unknown[])[0]) ?? '')
}

function isTypeOnly(node: SyntaxNode, field: 'importKind' | 'exportKind'): boolean {
  if (node[field] === 'type') return true
  const specifiers = node['specifiers']
  return (
    Array.isArray(specifiers) && specifiers.length > 0 && specifiers.every(one => isNode(one) && one[field] === 'type')
  )
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function literal(node: unknown): string | null {
  return isNode(node) && node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : null
}

function packageName(written: string): string {
  if (written.startsWith('node:')) return written
  return written.split('/', written.startsWith('@') ? 2 : 1).join('/')
}

function readSources(): Map<string, string> {
  const src = import.meta.dirname
  const files = new Map<string, string>()
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    files.set(relative(src, file).split(sep).join('/'), readFileSync(file, 'utf8'))
  }
  return files
}

test('every import in src keeps to the floors', () => {
  const sources = readSources()
  expect(sources.size).toBeGreaterThan(40)
  expect(brokenRules(sources)).toEqual([])
})

/** Checks what is said of a few small files. */
function check(files: { readonly [path: string]: string }, expected: readonly string[]): void {
  expect(brokenRules(new Map(Object.entries(files)))).toEqual(expected)
}

test('an import that the table allows is fine', () => {
  check({ 'engine/api/pod.ts': "import { ip } from '../kernel/ip.ts'\nimport type { A } from './meta.ts'" }, [])
  check({ 'ui/app/App.tsx': "import { Graph } from '../graph/Graph.tsx'" }, [])
  check({ 'bridge/host/a.ts': "import { createCluster } from '../../engine/index.ts'", 'engine/index.ts': '' }, [])
})

test('looking up a floor is found, in every form an import can have', () => {
  const says = ['engine/kernel/a.ts imports engine/api/pod.ts: engine/kernel may not look at engine/api']
  check({ 'engine/kernel/a.ts': "import { pod } from '../api/pod.ts'" }, says)
  check({ 'engine/kernel/a.ts': "import type { Pod } from '../api/pod.ts'" }, says)
  check({ 'engine/kernel/a.ts': "export { pod } from '../api/pod.ts'" }, says)
  check({ 'engine/kernel/a.ts': "export * from '../api/pod.ts'" }, says)
  check({ 'engine/kernel/a.ts': "const pod = await import('../api/pod.ts')" }, says)
  check({ 'engine/kernel/a.ts': "type Pod = import('../api/pod.ts').Pod" }, says)
  check({ 'engine/kernel/a.ts': "import '../api/pod.ts'" }, says)
})

test('text that only looks like an import is none', () => {
  check({ 'engine/kernel/a.ts': "// import { x } from '../api/pod.ts'\nconst s = \"import '../api/pod.ts'\"" }, [])
})

test('rooms on one floor do not see each other', () => {
  check({ 'engine/store/store.ts': "import { World } from '../apps/world.ts'" }, [
    'engine/store/store.ts imports engine/apps/world.ts: engine/store may not look at engine/apps',
  ])
  check({ 'ui/graph/Graph.tsx': "import { Editor } from '../editor/Editor.tsx'" }, [
    'ui/graph/Graph.tsx imports ui/editor/Editor.tsx: ui/graph may not look at ui/editor',
  ])
})

test('a room is entered by its index, and does not enter itself by it', () => {
  const index = { 'engine/store/index.ts': '' }
  check({ 'engine/rest/a.ts': "import { Store } from '../store/store.ts'", ...index }, [
    'engine/rest/a.ts imports engine/store/store.ts: engine/store is entered by its index.ts',
  ])
  check({ 'engine/rest/a.ts': "import { Store } from '../store/index.ts'", ...index }, [])
  check({ 'engine/rest/a.ts': "import type { StoreClient } from '../store/client.ts'", ...index }, [])
  check({ 'engine/store/b.ts': "import { Store } from './index.ts'", ...index }, [
    'engine/store/b.ts imports engine/store/index.ts: a room does not enter itself by its door',
  ])
  check({ 'bridge/host/a.ts': "import { Cluster } from '../../engine/cluster.ts'" }, [
    'bridge/host/a.ts imports engine/cluster.ts: bridge/host may not look at engine',
  ])
})

test('controllers see the store through its client only', () => {
  check({ 'engine/controllers/a/a.ts': "import { Store } from '../../store/store.ts'" }, [
    'engine/controllers/a/a.ts imports engine/store/store.ts: engine/controllers may not look at engine/store',
  ])
})

test('the protocol takes types of API objects and no values', () => {
  check({ 'protocol/views.ts': "import { KINDS } from '../engine/api/kind-registry.ts'" }, [
    'protocol/views.ts imports engine/api/kind-registry.ts: the protocol takes types only',
  ])
  check({ 'protocol/views.ts': "import { type Pod } from '../engine/api/pod/pod.ts'" }, [])
})

test('a circle is found, even one of types', () => {
  check({ 'protocol/a.ts': "import type { B } from './b.ts'", 'protocol/b.ts': "import type { A } from './a.ts'" }, [
    'a circle: protocol/a.ts → protocol/b.ts → protocol/a.ts',
  ])
})

test('Node, and packages foreign to the engine, are found', () => {
  check({ 'ui/app/a.ts': "import { join } from 'node:path'", 'companion/a.ts': "import { join } from 'node:path'" }, [
    'ui/app/a.ts imports node:path: only the companion knows Node',
  ])
  check({ 'engine/kernel/rng.ts': "import { a } from 'pure-rand/generator/a'\nimport { z } from 'zustand/vanilla'" }, [
    'engine/kernel/rng.ts imports zustand: the engine takes pure-rand, yaml, @noble/hashes only',
  ])
  check({ 'ui/app/a.ts': "import fc from 'fast-check'" }, ['ui/app/a.ts imports fast-check: only tests import it'])
})

test('tests see their own floor and below, and the fixtures', () => {
  check(
    {
      'engine/api/pod.test.ts':
        "import { f } from '../testing/cluster-fixture.ts'\nimport { x } from '../yaml/parse.ts'",
    },
    [],
  )
  check({ 'engine/api/pod.test.ts': "import { Store } from '../store/store.ts'" }, [
    'engine/api/pod.test.ts imports engine/store/store.ts: engine/api may not look at engine/store',
  ])
  check({ 'engine/api/pod.ts': "import { f } from '../testing/cluster-fixture.ts'" }, [
    'engine/api/pod.ts imports engine/testing/cluster-fixture.ts: only tests import it',
  ])
  check({ 'ui/app/a.ts': "import { f } from './b.test.ts'" }, [
    'ui/app/a.ts imports ui/app/b.test.ts: nothing imports a test',
  ])
})

test('main.tsx alone names the worker', () => {
  check({ 'main.tsx': "new Worker(new URL('./bridge/host/engine.worker.ts', import.meta.url))" }, [])
  check({ 'ui/app/a.ts': "new Worker(new URL('../../bridge/host/engine.worker.ts', import.meta.url))" }, [
    'ui/app/a.ts imports bridge/host/engine.worker.ts: main.tsx alone names a worker',
  ])
})
