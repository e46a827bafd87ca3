// Label selectors: the equality maps of Services and the LabelSelector of workloads (apimachinery labels and meta/v1).
// The text form (`-l a in (b)`) is not read here.

import type { Labels, LabelSelector, LabelSelectorRequirement } from './meta.ts'

/**
 * Whether the labels have every pair of the selector. An empty selector is true of everything here; that a Service
 * without selector has no Pods is for the caller to say.
 */
export function matchesLabels(selector: Labels, labels: Labels | undefined): boolean {
  for (const key of Object.keys(selector)) if (ownValue(labels, key) !== selector[key]) return false
  return true
}

/** Whether labels satisfy a LabelSelector: absent matches nothing, empty matches everything, all requirements together. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false
  if (!matchesLabels(selector.matchLabels ?? {}, labels)) return false
  return (selector.matchExpressions ?? []).every(requirement => satisfies(requirement, labels))
}

/** One requirement; NotIn is also true where the key is absent. */
export function satisfies(
  { key, operator, values = [] }: LabelSelectorRequirement,
  labels: Labels | undefined,
): boolean {
  const value = ownValue(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      // An unknown operator is refused by validation; until then it selects nothing.
      return false
  }
}

function ownValue(labels: Labels | undefined, key: string): string | undefined {
  return labels && Object.hasOwn(labels, key) ? labels[key] : undefined
}
