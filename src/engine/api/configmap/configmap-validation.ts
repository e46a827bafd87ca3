// Rules on ConfigMaps (core validation, ValidateConfigMap and ValidateConfigMapUpdate).

import { base64ByteLength } from '../../kernel/base64.ts'
import { compareText } from '../../kernel/json.ts'
import { utf8Length } from '../../kernel/utf8.ts'
import { configKey, DATA_BYTES_MAX, validateImmutableData } from '../config-data.ts'
import { invalidValue, tooLong, type FieldError } from '../field-error.ts'
import { broken, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import type { ConfigMap } from './configmap.ts'

export function validateConfigMap(configMap: ConfigMap): FieldError[] {
  return [...validateMeta(configMap.metadata, dnsSubdomain), ...validateContents(configMap)]
}

export function validateConfigMapUpdate(configMap: ConfigMap, old: ConfigMap): FieldError[] {
  return [
    ...validateMetaUpdate(configMap.metadata, old.metadata),
    ...validateImmutableData(configMap, old, ['data', 'binaryData']),
    ...validateContents(configMap),
  ]
}

function validateContents({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const key of Object.keys(data).sort(compareText)) {
    errors.push(...broken(`data[${key}]`, key, configKey))
    if (Object.hasOwn(binaryData, key))
      errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'))
    bytes += utf8Length(data[key] ?? '')
  }
  for (const key of Object.keys(binaryData).sort(compareText)) {
    errors.push(...broken(`binaryData[${key}]`, key, configKey))
    bytes += base64ByteLength(binaryData[key] ?? '')
  }
  // The real server names no field here.
  if (bytes > DATA_BYTES_MAX) errors.push(tooLong('', DATA_BYTES_MAX))
  return errors
}
