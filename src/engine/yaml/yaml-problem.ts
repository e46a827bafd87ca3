// What can be wrong with a text before anyone asks what the objects in it mean: its syntax, its size, and the frame that
// every object has. Offsets are UTF-16 units from the start of the whole text.

export interface TextRange {
  readonly from: number
  readonly to: number
}

export interface TextEdit extends TextRange {
  readonly insert: string
}

export type YamlProblemCode =
  | 'yamlSyntax'
  | 'tab'
  | 'duplicateKey'
  | 'tooLarge'
  | 'tooDeep'
  | 'aliases'
  | 'notObject'
  | 'required'
  | 'wrongType'

export interface YamlProblem extends TextRange {
  readonly code: YamlProblemCode
  /** Index among the documents that are not empty. */
  readonly document: number
  /** `metadata.name`, or '' when it is about the text itself. */
  readonly field: string
  readonly message: string
  readonly values: { readonly [name: string]: string | number }
}
