// The server's tables, printed as kubectl prints them: which columns, labels as further columns, names with their kind,
// headers once.

import { TableText } from './align.ts'
import type { Run } from './command.ts'
import { listAt, mapAt, nameOf, namespaceOf, numberAt, textAt, type Fields } from './fields.ts'
import { kindName, type Resource } from './resources.ts'

export interface TableForm {
  readonly resource: Resource
  readonly withKind: boolean
  readonly withNamespace: boolean
}

/** Prints tables of one kind, one after the other, as one. */
export class TablePrinter {
  readonly #run: Run
  readonly #form: TableForm
  readonly #text = new TableText()
  #columns: readonly unknown[] = []
  #headed = false

  constructor(run: Run, form: TableForm) {
    this.#run = run
    this.#form = form
  }

  /** The rows of these tables; `event` is what a watch told of them. */
  print(tables: readonly Fields[], event = ''): string {
    const rows = tables.flatMap(table => {
      const columns = listAt(table, 'columnDefinitions')
      // A watch says what its columns are with the first event only.
      if (columns.length > 0) this.#columns = columns
      return listAt(table, 'rows').map(row => this.#row(row, event))
    })
    if (rows.length === 0) return ''
    const head = this.#headed || this.#run.flags.on('no-headers') ? [] : [this.#head()]
    this.#headed = true
    return this.#text.print([...head, ...rows])
  }

  #isShown(column: unknown): boolean {
    return numberAt(column, 'priority') === 0 || this.#run.flags.text('output') === 'wide'
  }

  #head(): readonly string[] {
    const labels = this.#run.flags.list('label-columns')
    return [
      ...(this.#run.flags.on('output-watch-events') ? ['EVENT'] : []),
      ...(this.#form.withNamespace ? ['NAMESPACE'] : []),
      ...this.#columns.filter(column => this.#isShown(column)).map(column => textAt(column, 'name').toUpperCase()),
      ...labels.map(label => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(this.#run.flags.on('show-labels') ? ['LABELS'] : []),
    ]
  }

  #row(row: unknown, event: string): readonly string[] {
    const object = mapAt(row, 'object')
    const own = mapAt(object, 'metadata', 'labels')
    const cells = listAt(row, 'cells').flatMap((cell, at) => (this.#isShown(this.#columns[at]) ? [cellText(cell)] : []))
    if (this.#form.withKind) cells[0] = `${kindName(this.#form.resource)}/${cells[0] ?? nameOf(object)}`
    return [
      ...(this.#run.flags.on('output-watch-events') ? [event] : []),
      ...(this.#form.withNamespace ? [namespaceOf(object)] : []),
      ...cells,
      ...this.#run.flags.list('label-columns').map(label => textAt(own, label)),
      ...(this.#run.flags.on('show-labels') ? [labelsText(own)] : []),
    ]
  }
}

function cellText(cell: unknown): string {
  if (typeof cell === 'string') return cell.replaceAll('\n', ' ')
  return cell === null || cell === undefined
    ? '<none>'
    : typeof cell === 'object'
      ? JSON.stringify(cell)
      : `${cell as number}`
}

/** `a=1,b=2` in order, or `<none>`. */
export function labelsText(labels: Fields): string {
  const parts = Object.keys(labels)
    .sort()
    .map(name => `${name}=${String(labels[name])}`)
  return parts.length === 0 ? '<none>' : parts.join(',')
}
