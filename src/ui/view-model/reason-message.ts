// A reason why a Pod is or is not an endpoint, from its code and the fields on both sides to a sentence. Pure.

import type { ReasonView } from '../../protocol/index.ts'
import type { Message } from '../i18n/index.ts'

/** `spec.selector.app: MyApp` → label `app`, value `MyApp`. */
const SELECTOR_FIELD = /^spec\.selector(?:\.([^:]+)|\["?([^"\]]+)"?\]):\s*(.*)$/
const LABEL_FIELD = /^metadata\.labels(?:\.([^:]+)|\["?([^"\]]+)"?\]):\s*(.*)$/

export function reasonMessage(reason: ReasonView): Message {
  if (reason.code !== 'selector') return { key: `reason.${reason.code}`, values: {} }
  const wanted = SELECTOR_FIELD.exec(reason.serviceField)
  if (wanted === null) return { key: 'reason.selectorOther', values: {} }
  const label = wanted[1] ?? wanted[2] ?? ''
  const wants = wanted[3] ?? ''
  const held = LABEL_FIELD.exec(reason.podField)
  const is = held?.[3] ?? ''
  const other = held?.[1] ?? held?.[2] ?? label
  if (is === '' || is === '(none)') return { key: 'reason.selectorMissing', values: { label, wants } }
  if (other !== label) return { key: 'reason.selectorKey', values: { label, wants, other } }
  const onlyCase = is.toLowerCase() === wants.toLowerCase()
  return { key: onlyCase ? 'reason.selectorCase' : 'reason.selector', values: { label, is, wants } }
}
