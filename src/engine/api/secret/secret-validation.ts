// Rules on Secrets (core validation, ValidateSecret and ValidateSecretUpdate): keys, weight, and what each of Kubernetes' own
// types must hold. Left out: whether a Docker configuration is JSON.

import { base64ByteLength } from '../../kernel/base64.ts'
import { compareText } from '../../kernel/json.ts'
import { configKey, DATA_BYTES_MAX, validateImmutableData } from '../config-data.ts'
import { required, tooLong, type FieldError } from '../field-error.ts'
import { broken, immutable, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import type { Secret } from './secret.ts'

const ACCOUNT_NAME = 'kubernetes.io/service-account.name'

/** The keys that a Secret of a type must hold. */
const WANTED_KEYS: { readonly [type: string]: readonly string[] } = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

export function validateSecret(secret: Secret): FieldError[] {
  return [...validateMeta(secret.metadata, dnsSubdomain), ...validateContents(secret)]
}

export function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  return [
    ...validateMetaUpdate(secret.metadata, old.metadata),
    ...immutable('type', secret.type, old.type),
    ...validateImmutableData(secret, old, ['data']),
    ...validateContents(secret),
  ]
}

function validateContents({ metadata, data = {}, type }: Secret): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const key of Object.keys(data).sort(compareText)) {
    errors.push(...broken(`data[${key}]`, key, configKey))
    bytes += base64ByteLength(data[key] ?? '')
  }
  if (bytes > DATA_BYTES_MAX) errors.push(tooLong('data', DATA_BYTES_MAX))
  if (type === 'kubernetes.io/service-account-token') {
    if (!metadata.annotations?.[ACCOUNT_NAME]) errors.push(required(`metadata.annotations[${ACCOUNT_NAME}]`))
  } else if (type === 'kubernetes.io/basic-auth') {
    // Either will do; without both, both are told.
    if (data['username'] === undefined && data['password'] === undefined)
      errors.push(required('data[username]'), required('data[password]'))
  } else {
    for (const key of WANTED_KEYS[type] ?? []) {
      // A key of the SSH kind must also hold something.
      const isThere = type === 'kubernetes.io/ssh-auth' ? Boolean(data[key]) : data[key] !== undefined
      if (!isThere) errors.push(required(`data[${key}]`))
    }
  }
  return errors
}
