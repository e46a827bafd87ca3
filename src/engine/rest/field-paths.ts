// Paths to single fields of an object, as server-side apply owns them: steps such as `f:spec`, `k:{"port":80}` for an item
// of a keyed list, `v:"x"` for a member of a set; and the FieldsV1 tree in which managedFields hold many of them. A path is
// one text here, so that sets of paths are sets of texts.

import { canonicalJson, compareText } from '../kernel/json.ts'

/** Steps joined by a letter that no step holds unescaped. */
export type FieldPath = string
export type FieldSet = ReadonlySet<FieldPath>

/** Members are steps; `.` says that the node itself is owned, besides what is under it. */
export interface FieldsV1 {
  readonly [step: string]: FieldsV1
}

const JOINT = '\u0000'

export function fieldStep(name: string): string {
  return `f:${name}`
}

/** The step to an item of a keyed list. Keys stand in the order of their names. */
export function itemStep(keys: { readonly [name: string]: unknown }): string {
  return `k:${canonicalJson(keys)}`
}

export function memberStep(value: unknown): string {
  return `v:${canonicalJson(value)}`
}

export function joinPath(parent: FieldPath, step: string): FieldPath {
  return parent === '' ? step : parent + JOINT + step
}

/** Whether a path leads through another one, or is it. */
export function isWithin(path: FieldPath, other: FieldPath): boolean {
  return path === other || path.startsWith(other + JOINT)
}

/** `.spec.ports[port=80,protocol="TCP"].targetPort`, as messages have it. */
export function pathText(path: FieldPath): string {
  return path
    .split(JOINT)
    .map(step => {
      const content = step.slice(2)
      if (step.startsWith('f:')) return `.${content}`
      if (step.startsWith('v:')) return `[=${content}]`
      const keys = Object.entries(JSON.parse(content) as { readonly [name: string]: unknown })
      return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
    })
    .join('')
}

/** The paths in the order in which the server goes through them: at each level those that end there, then the rest. */
export function orderedPaths(paths: Iterable<FieldPath>): readonly FieldPath[] {
  const ordered: FieldPath[] = []
  const visit = (tree: FieldsV1, at: FieldPath): void => {
    const steps = Object.keys(tree)
      .filter(step => step !== '.')
      .sort(compareText)
    for (const step of steps) if (isOwned(tree[step] as FieldsV1)) ordered.push(joinPath(at, step))
    for (const step of steps) visit(tree[step] as FieldsV1, joinPath(at, step))
  }
  visit(encodeFields(paths), '')
  return ordered
}

/** A set of paths as one tree. */
export function encodeFields(paths: Iterable<FieldPath>): FieldsV1 {
  const root: MutableFields = {}
  // A path comes before those that lead through it.
  for (const path of [...paths].sort(compareText)) {
    let node = root
    for (const step of path.split(JOINT)) {
      const known = Object.hasOwn(node, step) ? node[step] : undefined
      // Found without children, it was a path's end: it stays owned itself when it gets some.
      if (known && path !== step && Object.keys(known).length === 0) known['.'] = {}
      node = known ?? (node[step] = {})
    }
  }
  return root
}

/** The paths of a tree; undefined when it is none. */
export function decodeFields(tree: unknown): FieldSet | undefined {
  const paths = new Set<FieldPath>()
  return collect(tree, '', paths, 0) ? paths : undefined
}

const DEPTH_MAX = 64

function collect(tree: unknown, at: FieldPath, paths: Set<FieldPath>, depth: number): boolean {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree) || depth > DEPTH_MAX) return false
  const steps = Object.entries(tree)
  if (at !== '' && (steps.length === 0 || Object.hasOwn(tree, '.'))) paths.add(at)
  return steps.every(([step, below]) => {
    if (step === '.') return true
    return isStep(step) && collect(below, joinPath(at, step), paths, depth + 1)
  })
}

function isStep(step: string): boolean {
  if (step.startsWith('f:')) return !step.includes(JOINT)
  if (!step.startsWith('k:') && !step.startsWith('v:')) return false
  try {
    JSON.parse(step.slice(2))
    return true
  } catch {
    return false
  }
}

function isOwned(tree: FieldsV1): boolean {
  return Object.keys(tree).length === 0 || Object.hasOwn(tree, '.')
}

interface MutableFields {
  [step: string]: MutableFields
}
