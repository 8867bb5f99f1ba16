/** Sorts long lists in slices. */
import type { Row } from '../../protocol.ts'

export interface Sorting {
  readonly column: number
  readonly isDescending: boolean
}

const NUMBER = /^\d{1,15}$/

/** Numbers by value, addresses part by part, everything else by its characters; empty cells come last. */
function compareCells(a: string, b: string): number {
  if (a === b) return 0
  if (a === '' || a === '-') return 1
  if (b === '' || b === '-') return -1
  if (NUMBER.test(a) && NUMBER.test(b)) return Number(a) - Number(b)
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)]
  for (let index = 0; index < left.length && index < right.length; index++) {
    const [one = '', other = ''] = [left[index], right[index]]
    if (one === other) continue
    // Every second part is a number.
    if (index % 2 === 1) return one.length === other.length ? (one < other ? -1 : 1) : Number(one) - Number(other)
    return one < other ? -1 : 1
  }
  return left.length - right.length
}

/** Rows that are sorted without a pause. */
const RUN = 256

/**
 * A stable sort that yields between short steps.
 * @returns a new list
 */
export function* sortRows(rows: readonly Row[], { column, isDescending }: Sorting): Generator<void, readonly Row[]> {
  const sign = isDescending ? -1 : 1
  const compare = (a: Row, b: Row): number => sign * compareCells(a.cells[column] ?? '', b.cells[column] ?? '')
  let runs: Row[][] = []
  for (let at = 0; at < rows.length; at += RUN) {
    runs.push(rows.slice(at, at + RUN).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const next: Row[][] = []
    for (let index = 0; index < runs.length; index += 2) {
      const [left, right] = [runs[index] ?? [], runs[index + 1]]
      next.push(right ? yield* merge(left, right, compare) : left)
    }
    runs = next
  }
  return runs[0] ?? []
}

function* merge(
  left: readonly Row[],
  right: readonly Row[],
  compare: (a: Row, b: Row) => number,
): Generator<void, Row[]> {
  const out: Row[] = []
  let [i, j] = [0, 0]
  while (i < left.length && j < right.length) {
    out.push(compare(left[i] as Row, right[j] as Row) <= 0 ? (left[i++] as Row) : (right[j++] as Row))
    if (out.length % RUN === 0) yield
  }
  while (i < left.length) out.push(left[i++] as Row)
  while (j < right.length) out.push(right[j++] as Row)
  return out
}
