// A fault as a person writes it: no API object, but part of a scenario and of the playground's own endpoints. The same shape
// is used in scenario files, in `--faults` and in POST /playground/v1/faults. What makes no sense gets a sentence.

/** What a type of fault may be done to, and which number it takes. */
const TYPES = {
  'node-crash': { on: ['Node', 'Zone'] },
  'kubelet-stop': { on: ['Node', 'Zone'] },
  'proxy-stop': { on: ['Node', 'Zone'] },
  'proxy-lag': { on: ['Node', 'Zone'], amount: 'lagMs' },
  'zone-outage': { on: ['Zone'] },
  partition: { on: ['Node', 'Pod', 'Zone'] },
  'packet-loss': { on: ['Node', 'Pod', 'Zone'], amount: 'percent' },
  'pod-crash': { on: ['Pod', 'Node', 'Zone'] },
  'pod-crash-loop': { on: ['Pod', 'Node', 'Zone'] },
  'readiness-fail': { on: ['Pod', 'Node', 'Zone'] },
  'pod-slow': { on: ['Pod', 'Node', 'Zone'], amount: 'addMs' },
  'dns-down': { on: ['Node', 'Zone'] },
} as const satisfies { readonly [type: string]: FaultRule }

interface FaultRule {
  readonly on: readonly string[]
  readonly amount?: (typeof AMOUNTS)[number]
}

const AMOUNTS = ['lagMs', 'percent', 'addMs'] as const
const FIELDS: readonly string[] = ['id', 'type', 'target', 'from', 'atMs', 'forMs', ...AMOUNTS]
/** A year of virtual time. */
const TIME_MS_MAX = 366 * 86_400_000
const ID = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

export type FaultType = keyof typeof TYPES

export interface FaultSpec {
  /** Unique among the faults that are planned or in force; given when absent. */
  readonly id?: string | undefined
  readonly type: FaultType
  /**
   * `Node/n1`, `Pod/namespace/name`, `Zone/zone-a`, or several. Where Pods are meant, a Node or a zone stands for the Pods that
   * run there when the fault begins. Absent with `dns-down` alone, which is then down for all.
   */
  readonly target?: string | readonly string[] | undefined
  /**
   * The other side of a `partition` or of a `packet-loss`. A partition without it lies between two targets; one target alone
   * is cut off from everything, the control plane included.
   */
  readonly from?: string | readonly string[] | undefined
  /** When it begins, virtual ms since the start; at once when absent or past. */
  readonly atMs?: number | undefined
  /** How long it lasts; until it is healed when absent. */
  readonly forMs?: number | undefined
  /** `proxy-lag`: how much later kube-proxy hears of everything. */
  readonly lagMs?: number | undefined
  /** `packet-loss`: of packets in each direction. */
  readonly percent?: number | undefined
  /** `pod-slow`: what is added to the time of each answer. */
  readonly addMs?: number | undefined
}

/** The fault, or the first thing that is wrong with it in a sentence. */
export function readFault(given: unknown): FaultSpec | { readonly message: string } {
  if (!isFields(given)) return { message: 'a fault must be a map' }
  const message = problemOf(given)
  return message === undefined ? (given as unknown as FaultSpec) : { message }
}

/** The targets of a field, one by one. */
export function targetsOf(target: FaultSpec['target']): readonly string[] {
  if (target === undefined) return []
  return typeof target === 'string' ? [target] : target
}

function problemOf(given: { readonly [field: string]: unknown }): string | undefined {
  const stranger = Object.keys(given).find(field => !FIELDS.includes(field))
  if (stranger !== undefined) return `unknown field "${stranger}": there are ${FIELDS.join(', ')}`
  const { id, type, forMs, atMs } = given
  if (id !== undefined && !(typeof id === 'string' && ID.test(id)))
    return `id must be a word of at most 63 letters, digits, "-", "_" and ".", not ${JSON.stringify(id)}`
  if (type === undefined) return 'type is missing'
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type))
    return `type must be one of ${Object.keys(TYPES).join(', ')}, not ${JSON.stringify(type)}`
  const rule: FaultRule = TYPES[type as FaultType]
  return (
    problemOfSides(type as FaultType, rule, given) ??
    problemOfTime('atMs', atMs, 0) ??
    problemOfTime('forMs', forMs, Number.MIN_VALUE) ??
    (forMs !== undefined && type === 'pod-crash'
      ? 'forMs makes no sense with pod-crash, which is over at once'
      : undefined) ??
    problemOfAmount(type, rule, given)
  )
}

function problemOfSides(
  type: FaultType,
  { on }: FaultRule,
  { target, from }: { readonly [field: string]: unknown },
): string | undefined {
  const hasSides = type === 'partition' || type === 'packet-loss'
  if (target === undefined && type !== 'dns-down') return 'target is missing'
  if (from !== undefined && !hasSides) return `from makes no sense with ${type}`
  const wrong = problemOfTargets('target', target, on) ?? problemOfTargets('from', from, on)
  if (wrong !== undefined) return wrong
  const count = Array.isArray(target) ? target.length : 1
  return type === 'partition' && from === undefined && count > 2
    ? 'a partition between more than two targets needs from'
    : undefined
}

function problemOfTargets(field: string, given: unknown, on: readonly string[]): string | undefined {
  if (given === undefined) return undefined
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) return `${field} must not be an empty list`
  const forms = on.map(kind => (kind === 'Pod' ? 'Pod/NAMESPACE/NAME' : `${kind}/NAME`)).join(' or ')
  const wrong = list.find(one => typeof one !== 'string' || !isTarget(one, on))
  return wrong === undefined ? undefined : `${field} must be ${forms}, or a list of them, not ${JSON.stringify(wrong)}`
}

function isFields(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTarget(text: string, on: readonly string[]): boolean {
  const [kind = '', ...names] = text.split('/')
  return on.includes(kind) && names.length === (kind === 'Pod' ? 2 : 1) && names.every(name => name !== '')
}

function problemOfTime(field: string, value: unknown, min: number): string | undefined {
  if (value === undefined || (typeof value === 'number' && value >= min && value <= TIME_MS_MAX)) return undefined
  const least = min === 0 ? 'from 0' : 'above 0'
  return `${field} must be a number of milliseconds ${least} to ${TIME_MS_MAX}, not ${JSON.stringify(value)}`
}

function problemOfAmount(
  type: string,
  { amount }: FaultRule,
  given: { readonly [field: string]: unknown },
): string | undefined {
  const stray = AMOUNTS.find(field => field !== amount && given[field] !== undefined)
  if (stray !== undefined) return `${stray} makes no sense with ${type}`
  if (amount === undefined) return undefined
  const value = given[amount]
  if (value === undefined) return `${amount} is missing`
  const max = amount === 'percent' ? 100 : TIME_MS_MAX
  return typeof value === 'number' && value > 0 && value <= max
    ? undefined
    : `${amount} must be a number above 0 and at most ${max}, not ${JSON.stringify(value)}`
}
