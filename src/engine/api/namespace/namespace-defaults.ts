// What the API server fills into a Namespace: the label with its own name, its finalizer and its phase.

import type { Namespace } from './namespace.ts'

const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name'
const FINALIZER = 'kubernetes'

export function defaultNamespace(namespace: Namespace): Namespace {
  const { metadata } = namespace
  const finalizers = namespace.spec?.finalizers ?? []
  return {
    ...namespace,
    metadata: { ...metadata, labels: { ...metadata.labels, [NAMESPACE_NAME_LABEL]: metadata.name } },
    spec: { ...namespace.spec, finalizers: finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER] },
  }
}
