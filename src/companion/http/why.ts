// Why something happened: the decisions of the controllers about one object, for GET /playground/v1/why.

import { decisionView } from '../../bridge/host/index.ts'
import type { DecisionLog } from '../../engine/index.ts'
import { Refusal } from './status.ts'

const FIELDS = ['kind', 'namespace', 'name', 'sinceMs']

/** Those about the object that a query names, or in which it took part, from a virtual time on; oldest first. */
export function whyOf(log: DecisionLog, query: { readonly [field: string]: string }): object {
  const unknown = Object.keys(query).find(field => !FIELDS.includes(field))
  if (unknown !== undefined) throw new Refusal(400, `unknown parameter "${unknown}": there are ${FIELDS.join(', ')}`)
  const { kind = '', namespace = '', name = '', sinceMs = '0' } = query
  if (kind === '') throw new Refusal(400, 'kind: Required value: Pod, Node, Service, …')
  if (name === '') throw new Refusal(400, 'name: Required value: the name of the object')
  const since = Number(sinceMs)
  if (!(since >= 0)) throw new Refusal(400, `sinceMs: Invalid value: ${JSON.stringify(sinceMs)}: must be milliseconds`)
  return { decisions: log.about({ kind, namespace, name }, since).map(decisionView) }
}
