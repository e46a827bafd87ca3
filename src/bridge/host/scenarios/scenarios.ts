// Scenarios: a manifest text and, in at most one document of kind Scenario, what is not part of any API object: how many
// Nodes, which settings, who sends requests, what goes wrong when. The built-in ones are files as a person would write them.

import { parse } from 'yaml'
import {
  readFault,
  readSettings,
  type ClusterSettings,
  type FaultSpec,
  type TrafficSpec,
} from '../../../engine/index.ts'
import externalName from './external-name.yaml?raw'
import imageProcessing from './image-processing.yaml?raw'
import multiPort from './multi-port.yaml?raw'
import myService from './my-service.yaml?raw'
import noSelector from './no-selector.yaml?raw'
import threeSlices from './three-slices.yaml?raw'

export const DEFAULT_SCENARIO = 'my-service'

const TEXTS: { readonly [name: string]: string } = {
  'my-service': myService,
  'no-selector': noSelector,
  'multi-port': multiPort,
  'external-name': externalName,
  'three-slices': threeSlices,
  'image-processing': imageProcessing,
}

/** The built-in scenarios, in the order in which they are offered. */
export const SCENARIO_NAMES: readonly string[] = Object.keys(TEXTS)

export interface Scenario {
  readonly name: string
  /** Everything but the Scenario document. */
  readonly manifestText: string
  /** How many simulated Nodes; undefined: as many as is usual. */
  readonly nodes: number | undefined
  readonly settings: Partial<ClusterSettings>
  readonly traffic: readonly TrafficSpec[]
  readonly faults: readonly FaultSpec[]
}

export type ParsedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly message: string }

type Fields = { readonly [field: string]: unknown }

/** The built-in scenario of that name, or undefined. */
export function findScenario(name: string): Scenario | undefined {
  const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined
  const parsed = text === undefined ? undefined : parseScenario(name, text)
  return parsed?.ok ? parsed.scenario : undefined
}

/**
 * Reads a scenario file. Mistakes in the Scenario document are told here; the other documents are left to whoever applies
 * the text, places and all.
 */
export function parseScenario(name: string, text: string): ParsedScenario {
  const documents = splitDocuments(text)
  const own = documents.filter(isScenarioDocument)
  const manifestText = documents
    .filter(document => !isScenarioDocument(document))
    .join('')
    .replace(/^---[^\n]*\n/, '')
  const plain: Scenario = { name, manifestText, nodes: undefined, settings: {}, traffic: [], faults: [] }
  if (own.length > 1)
    return { ok: false, message: `${name} has ${own.length} documents of kind Scenario; one is enough` }
  const [document] = own
  if (document === undefined) return { ok: true, scenario: plain }
  return readScenario(plain, fieldsOf(document) ?? {})
}

/** Whether a manifest text brings Nodes of its own. */
export function bringsNodes(manifestText: string): boolean {
  return splitDocuments(manifestText).some(document => fieldsOf(document)?.['kind'] === 'Node')
}

function readScenario(plain: Scenario, fields: Fields): ParsedScenario {
  const { nodes, settings = {}, traffic = [], faults = [], ...unknown } = fields
  const fail = (message: string): ParsedScenario => ({
    ok: false,
    message: `${plain.name}, document Scenario: ${message}`,
  })
  const stranger = Object.keys(unknown).find(field => !['apiVersion', 'kind', 'metadata'].includes(field))
  if (stranger !== undefined) return fail(`unknown field "${stranger}"`)
  if (nodes !== undefined && !isCount(nodes)) return fail('nodes is no whole number')
  if (!isFields(settings)) return fail('settings is no map')
  const turned = readSettings(settings, { atStart: true })
  if (!turned.ok) return fail(`settings: ${turned.message}`)
  if (!Array.isArray(traffic)) return fail('traffic is no list')
  for (const [index, spec] of traffic.entries()) {
    const why = whyNotTraffic(spec)
    if (why !== null) return fail(`traffic[${index}]: ${why}`)
  }
  if (!Array.isArray(faults)) return fail('faults is no list')
  for (const [index, fault] of faults.entries()) {
    const read = readFault(fault)
    if ('message' in read) return fail(`faults[${index}]: ${read.message}`)
  }
  const read = {
    nodes,
    settings: turned.settings,
    traffic: traffic as TrafficSpec[],
    faults: faults as FaultSpec[],
  }
  return { ok: true, scenario: { ...plain, ...read } }
}

function whyNotTraffic(spec: unknown): string | null {
  if (!isFields(spec)) return 'is no map'
  for (const field of ['from', 'node', 'to']) {
    if (typeof spec[field] !== 'string' || spec[field] === '') return `${field} is missing`
  }
  if (!/^Client\/[^/]+$/.test(spec['from'] as string)) return 'from is not Client/NAME'
  if (!isCount(spec['port']) || spec['port'] < 1 || spec['port'] > 65_535) return 'port is no number from 1 to 65535'
  if (typeof spec['rate'] !== 'number' || !(spec['rate'] > 0)) return 'rate is no number above 0'
  return null
}

// A line that starts with --- begins a document wherever it stands, even in the middle of a text block.
function splitDocuments(text: string): string[] {
  return text.split(/^(?=---(?:\s|$))/m).filter(document => document.replace(/^---/, '').trim() !== '')
}

function isScenarioDocument(document: string): boolean {
  if (!/^\s*kind\s*:/m.test(document) || !document.includes('Scenario')) return false
  const fields = fieldsOf(document)
  return fields?.['kind'] === 'Scenario' && fields['apiVersion'] === 'service-playground/v1'
}

function fieldsOf(document: string): Fields | undefined {
  try {
    const value: unknown = parse(document, { version: '1.1', maxAliasCount: 0 })
    return isFields(value) ? value : undefined
  } catch {
    // A document that does not parse is no Scenario; applying it will say what is wrong, and where.
    return undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}
