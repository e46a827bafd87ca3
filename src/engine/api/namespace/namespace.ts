// core/v1 Namespace.

import type { Condition, KubeObject } from '../meta.ts'

export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] | undefined } | undefined
  readonly status?:
    | {
        readonly phase?: 'Active' | 'Terminating' | undefined
        readonly conditions?: readonly Condition[] | undefined
      }
    | undefined
}
