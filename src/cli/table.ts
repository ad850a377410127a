/** Rows as lines whose columns stand below each other. Pure. */

export interface TableOptions {
  /** Columns whose cells end below each other, as figures do; from 0. */
  readonly right?: ReadonlySet<number>
}

/** Two spaces before every row and between its cells. */
export const table = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { right = new Set() }: TableOptions = {},
): ReadonlyArray<string> => {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? "")].length)),
  )
  return rows.map((row) =>
    `  ${row.map((cell, column) => padded(cell, widths[column] ?? 0, right.has(column))).join("  ")}`.trimEnd(),
  )
}

const padded = (cell: string, width: number, isRight: boolean): string => {
  const space = " ".repeat(Math.max(0, width - [...cell].length))
  return isRight ? `${space}${cell}` : `${cell}${space}`
}
