// What tests use of the rules by which outcomes of kubectl are compared.

/** One command of a recorded story. */
export interface KubectlStep {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly files?: { readonly [name: string]: string }
  readonly env?: { readonly [name: string]: string }
  readonly waitFor?: readonly KubectlWait[]
  readonly during?: readonly (readonly string[])[]
  readonly stop?: number
  readonly limit?: number
  readonly loose?: readonly string[]
  readonly expect: Outcome
}

export interface KubectlWait {
  readonly get: string
  readonly at?: string
  readonly is?: unknown
  readonly count?: number
  readonly where?: { readonly [path: string]: unknown }
  readonly each?: string
  readonly gone?: boolean
  readonly absent?: boolean
  readonly same?: readonly [string, string]
}

export interface KubectlStory {
  readonly name: string
  readonly node?: boolean
  /** API paths of what it leaves outside its namespace. */
  readonly cleanup?: readonly string[]
  readonly files?: { readonly [name: string]: string }
  readonly steps: readonly KubectlStep[]
}

export interface Outcome {
  readonly exit: number | string
  readonly stdout: string
  readonly stderr: string
}

export function result(
  step: KubectlStep,
  raw: Outcome,
  context: { readonly ns: string; readonly server: readonly string[]; readonly sent: string },
): Outcome
