// core/v1 ServiceAccount: a name that Pods run under. Nothing here checks permissions, so it is a plain object.

import type { KubeObject } from '../meta.ts'

export interface ServiceAccount extends KubeObject {
  readonly secrets?: readonly { readonly name?: string | undefined }[] | undefined
  readonly imagePullSecrets?: readonly { readonly name?: string | undefined }[] | undefined
  readonly automountServiceAccountToken?: boolean | undefined
}
