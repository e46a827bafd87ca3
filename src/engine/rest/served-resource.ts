// What discovery says of one resource, whether it is a kind of the registry or something that is only asked or read.

export interface ServedSubresource {
  readonly name: string
  /** Group and version are '' where they are those of the resource. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly verbs: readonly string[]
}

export interface ServedResource {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly subresources: readonly ServedSubresource[]
}
