// core/v1 Namespace.

import type { KubeObject } from '../meta.ts'

export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] | undefined } | undefined
  readonly status?: { readonly phase?: 'Active' | 'Terminating' | undefined } | undefined
}
