// YAML in and out for kubectl: manifests become values, values the text that `-o yaml` prints (keys in order, lists not
// indented, strings quoted where they would read as something else).

import { isAlias, parseAllDocuments, stringify, visit } from 'yaml'
import { sorted } from './fields.ts'

export function yamlText(value: unknown): string {
  return stringify(sorted(value), { indentSeq: false, lineWidth: 0, version: '1.1', aliasDuplicateObjects: false })
}

export type YamlDocument =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

/** Each document that holds something. JSON is YAML, too. */
export function readDocuments(text: string): readonly YamlDocument[] {
  const documents = parseAllDocuments(text, { version: '1.1', merge: true })
  if (!Array.isArray(documents)) return []
  return documents
    .map((document): YamlDocument => {
      const [error] = document.errors
      if (error) {
        const line = error.linePos?.[0].line ?? 1
        return {
          ok: false,
          message: `error converting YAML to JSON: yaml: line ${line}: ${plainReason(error.message)}`,
        }
      }
      let aliases = 0
      visit(document, (_, node) => void (isAlias(node) && aliases++))
      if (aliases > 100)
        return { ok: false, message: 'error converting YAML to JSON: yaml: document contains excessive aliasing' }
      return { ok: true, value: document.toJS() as unknown }
    })
    .filter(one => !one.ok || (one.value !== null && one.value !== undefined))
}

function plainReason(message: string): string {
  return (message.split(' at line ')[0] ?? message).replace(/:$/, '')
}
