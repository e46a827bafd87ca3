// Text ⇄ values, with places kept.

export { editScalar } from './edit.ts'
export { LineIndex } from './line-index.ts'
export { parseManifests, type ManifestValue, type ParsedDocument, type ParsedManifests } from './parse.ts'
export { printYaml } from './print.ts'
export { rangeOf, type FieldPath } from './source-map.ts'
export type { YamlProblem } from './yaml-problem.ts'
