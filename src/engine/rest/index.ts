// The API's door: for requests as clients of HTTP make them, and for texts.

export type { ApiBody, ApiRequest, ApiResponse, ApiStream, ApiWatch, StreamInput, StreamOutput } from './api-request.ts'
export { applyManifests, type AppliedManifests, type ManifestOutcome } from './apply-manifests.ts'
export { evict, type EvictionAsked } from './eviction.ts'
export { createApiDoor, type ApiDoor } from './handle.ts'
export type { ManifestProblem, TextEdit } from './manifest-problem.ts'
export type { OpenApiSchema, SchemasByName } from './openapi-schema.ts'
export { createOpenApi, type OpenApi } from './openapi.ts'
