// Text ⇄ values, with places kept.

export { editScalar } from './edit.ts'
export { LineIndex } from './line-index.ts'
export {
  parseManifests,
  TEXT_BYTES_MAX,
  type ManifestValue,
  type ParsedDocument,
  type ParsedManifests,
} from './parse.ts'
export { printScalar, printYaml } from './print.ts'
export { rangeOf, type FieldPath, type Place } from './source-map.ts'
export type { TextEdit, TextRange, YamlProblem, YamlProblemCode } from './yaml-problem.ts'
