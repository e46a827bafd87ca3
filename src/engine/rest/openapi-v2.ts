// The API's description in its older form, OpenAPI v2, made from the documents of v3: one document for all groups, with
// references without wrapping and one type where v3 names several. What v3 leaves out is left out here as well.

import type { OpenApiSchema } from './openapi-schema.ts'

export interface OpenApiDocument {
  readonly paths: { readonly [path: string]: object }
  readonly components: { readonly schemas: { readonly [name: string]: OpenApiSchema } }
}

/** One document of v2 with all that the documents of v3 have. */
export function swaggerOf(documents: readonly OpenApiDocument[], version: string): object {
  const schemas = documents.flatMap(({ components }) => Object.entries(components.schemas))
  const definitions = new Map(schemas.map(([name, schema]) => [name, definitionOf(schema)]))
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(documents.flatMap(({ paths }) => Object.entries(paths))),
    definitions: Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function definitionOf({ allOf, oneOf, items, additionalProperties, properties, ...plain }: OpenApiSchema): object {
  const reference = allOf?.[0]?.$ref.replace('#/components/schemas/', '#/definitions/')
  return {
    ...plain,
    // A number or a text is a text to v2.
    ...(oneOf && { type: 'string' }),
    ...(reference !== undefined && { $ref: reference }),
    ...(items && { items: definitionOf(items) }),
    ...(additionalProperties && { additionalProperties: definitionOf(additionalProperties) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, definitionOf(one)])),
    }),
  }
}
