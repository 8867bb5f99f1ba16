/**
 * Columns as Go's text/tabwriter prints them: each as wide as its longest cell plus padding, except the last. Cells are
 * cleaned before they are measured.
 */
import { clean } from './clean.ts'

const ASCII = /^[\x20-\x7e]*$/

/** tabwriter counts code points, whatever their width. */
const lengthOf = (cell: string): number => (ASCII.test(cell) ? cell.length : [...cell].length)

function widthsOf(lines: readonly (readonly string[])[], padding: number): number[] {
  const widths: number[] = []
  for (const cells of lines) {
    for (const [index, cell] of cells.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell) + padding)
    }
  }
  return widths
}

/**
 * @param lines the header and the rows, all with the same number of cells
 * @param padding spaces after the longest cell of a column
 */
export function* columnLines(lines: Iterable<readonly string[]>, padding: number): Iterable<string> {
  const cleaned = [...lines].map((cells) => cells.map(clean))
  const widths = widthsOf(cleaned, padding)
  for (const cells of cleaned) {
    const last = cells.length - 1
    const padded = cells.map((cell, index) =>
      index === last ? cell : cell + ' '.repeat((widths[index] ?? 0) - lengthOf(cell)),
    )
    yield `${padded.join('')}\n`
  }
}
