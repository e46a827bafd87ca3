// core/v1 Secret: bytes under names, of a declared type. They are stored as they come; nothing here keeps them secret.

import type { KubeObject } from '../meta.ts'

export interface Secret extends KubeObject {
  /** Bytes in base64. */
  readonly data?: { readonly [key: string]: string } | undefined
  /** Only in what clients write: the server turns it into `data`. */
  readonly stringData?: { readonly [key: string]: string } | undefined
  readonly immutable?: boolean | undefined
  readonly type: string
}
