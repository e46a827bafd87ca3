// The pieces of an OpenAPI v3 schema that the API's description is made of, and how what the engine knows of a struct is
// joined with what someone else tells of it: texts above all, and the parts that decoding takes as they come. Where both
// know of a field, the engine has the last word on its type, so that a client is told of no field that is not read here.

export interface OpenApiSchema {
  readonly description?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema
  readonly properties?: { readonly [field: string]: OpenApiSchema }
  readonly required?: readonly string[]
  readonly allOf?: readonly { readonly $ref: string }[]
  readonly oneOf?: readonly OpenApiSchema[]
  readonly [extension: `x-kubernetes-${string}`]: unknown
}

/** Schemas by their full name: `io.k8s.api.core.v1.ServicePort`. Each reference in them is to another of them. */
export type SchemasByName = ReadonlyMap<string, OpenApiSchema>

const REFERENCE = '#/components/schemas/'

export function referenceTo(name: string): OpenApiSchema {
  return { allOf: [{ $ref: `${REFERENCE}${name}` }] }
}

/** A field as the engine has it, with what is told of it. `isOpen`: the engine takes whatever stands there. */
export function joinField(own: OpenApiSchema, told: OpenApiSchema | undefined, isOpen: boolean): OpenApiSchema {
  if (told === undefined) return own
  if (isOpen) return told
  const values = own.enum ?? (own.type === 'string' ? told.enum : undefined)
  return {
    ...(told.description !== undefined && { description: told.description }),
    ...own,
    ...(values && { enum: values }),
  }
}

/** The names that a schema refers to, itself and in its parts. */
export function namesIn(schema: OpenApiSchema): readonly string[] {
  const { allOf = [], items, additionalProperties, properties = {} } = schema
  const parts = [...Object.values(properties), items, additionalProperties].filter(part => part !== undefined)
  return [...allOf.map(({ $ref }) => $ref.slice(REFERENCE.length)), ...parts.flatMap(namesIn)]
}
