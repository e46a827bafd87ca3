// The API's door for texts.

export {
  applyManifests,
  type AppliedManifest,
  type AppliedManifests,
  type ApplyRequest,
  type ManifestOutcome,
} from './apply-manifests.ts'
export type { AppliedChange, ManifestFix, ManifestProblem, TextEdit, TextRange } from './manifest-problem.ts'
export { FIX_ENGLISH, PROBLEM_ENGLISH, PROBLEM_KEYS, type FixKey, type ProblemKey } from './problem-keys.ts'
