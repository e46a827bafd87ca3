// The API's door for texts.

export { applyManifests, type AppliedManifests, type ManifestOutcome } from './apply-manifests.ts'
export type { ManifestProblem, TextEdit } from './manifest-problem.ts'
