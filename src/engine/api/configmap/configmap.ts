// core/v1 ConfigMap: texts and bytes under names. Nothing here mounts them; they are stored and shown.

import type { KubeObject } from '../meta.ts'

export interface ConfigMap extends KubeObject {
  readonly data?: { readonly [key: string]: string } | undefined
  /** Bytes in base64. */
  readonly binaryData?: { readonly [key: string]: string } | undefined
  readonly immutable?: boolean | undefined
}
