export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  /** Cells as they are to be read. The first column is text, the others are figures. */
  readonly rows: readonly (readonly string[])[]
  /** Rows that are ours. */
  readonly isOurs?: (row: readonly string[]) => boolean
  readonly notes?: readonly string[]
}

/** Lays a table out for a terminal: text to the left, figures to the right, our rows in bold. */
export function layOut({ title, columns, rows, isOurs, notes = [] }: Table): string {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map(row => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('   ')
      .trimEnd()
  const rule = widths.map(width => '─'.repeat(width)).join('───')
  return [
    '',
    bold(title),
    '',
    line(columns),
    rule,
    ...rows.map(row => (isOurs?.(row) ? bold(line(row)) : line(row))),
    ...notes.map(note => `  ${note}`),
    '',
  ].join('\n')
}

/** The same in Markdown. */
export function inMarkdown({ columns, rows, isOurs }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns),
    `|${columns.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`,
    ...rows.map(row => line(isOurs?.(row) ? row.map(cell => `**${cell}**`) : row)),
  ].join('\n')
}

function bold(text: string): string {
  return `\u001b[1m${text}\u001b[22m`
}
