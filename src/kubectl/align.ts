// Text in columns, as Go's tabwriter lays it out: cells end in a tab, a column is a run of lines that have it, and each is
// as wide as its widest cell. kubectl's tables and its descriptions differ in the two numbers only.

export interface ColumnRule {
  /** A cell's least width, padding included. */
  readonly least: number
  readonly padding: number
}

/** Tables of `kubectl get`. */
export const TABLE: ColumnRule = { least: 6, padding: 3 }
/** `kubectl describe`. */
export const DESCRIPTION: ColumnRule = { least: 0, padding: 2 }

/** The text with its tabs made into columns. */
export function alignColumns(text: string, rule: ColumnRule): string {
  const rows = text.split('\n').map(line => line.split('\t'))
  const widths = rows.map(cells => cells.map(() => 0))
  measure(0, rows.length, 0)
  return rows
    .map((cells, row) =>
      cells.map((cell, at) => (at < cells.length - 1 ? pad(cell, widths[row]?.[at] ?? 0) : cell)).join(''),
    )
    .join('\n')

  function measure(from: number, to: number, column: number): void {
    for (let row = from; row < to; row++) {
      if ((rows[row]?.length ?? 0) - 1 <= column) continue
      let end = row
      let width = rule.least
      while (end < to && (rows[end]?.length ?? 0) - 1 > column) {
        width = Math.max(width, widthOf(rows[end]?.[column] ?? '') + rule.padding)
        end++
      }
      for (let line = row; line < end; line++) (widths[line] as number[])[column] = width
      measure(row, end, column + 1)
      row = end - 1
    }
  }
}

/** Rows of a table that may go on later: columns never grow narrower again. */
export class TableText {
  #widths: number[] = []

  print(rows: readonly (readonly string[])[]): string {
    const count = Math.max(0, ...rows.map(row => row.length))
    this.#widths = Array.from({ length: count }, (_, column) =>
      Math.max(this.#widths[column] ?? TABLE.least, ...rows.map(row => widthOf(row[column] ?? '') + TABLE.padding)),
    )
    return rows
      .map(
        row => `${row.map((cell, at) => (at < row.length - 1 ? pad(cell, this.#widths[at] ?? 0) : cell)).join('')}\n`,
      )
      .join('')
  }
}

function widthOf(text: string): number {
  return Array.from(text).length
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
