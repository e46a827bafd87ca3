// What the API server makes of a Secret as it was written: its type, and texts turned into bytes (core/v1 SetDefaults_Secret
// and the conversion of stringData).

import { encodeBase64 } from '../../kernel/base64.ts'
import type { Secret } from './secret.ts'

export function defaultSecret(secret: Secret): Secret {
  const { stringData, ...rest } = secret
  const type = secret.type || 'Opaque'
  if (stringData === undefined) return type === secret.type ? secret : { ...rest, type }
  const texts = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(text)])
  return { ...rest, type, data: { ...rest.data, ...Object.fromEntries(texts) } }
}
