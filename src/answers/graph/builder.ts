/** Builds graphs whose long lists are folded. */
import type { Arrow, Box, Graph, Tone } from '../../formats/graph/model.ts'
import { withThousands } from '../../sources/limits.ts'

export class GraphBuilder implements Graph {
  readonly boxes: Box[] = []
  readonly arrows: Arrow[] = []

  /** @returns the ID of the box, for arrows */
  box(text: readonly string[], tone?: Tone): string {
    const id = `b${this.boxes.length + 1}`
    this.boxes.push({ id, text, ...(tone && { tone }) })
    return id
  }

  arrow(from: string, to: string, { label = '', tone }: { readonly label?: string; readonly tone?: Tone } = {}): void {
    this.arrows.push({ from, to, label, ...(tone && { tone }) })
  }
}

/** The items that are drawn, and the number of those that are not; a list with one more than `most` is not folded. */
export function foldedItems<T>(
  items: readonly T[],
  most: number,
): { readonly shown: readonly T[]; readonly more: number } {
  if (items.length <= most + 1) return { shown: items, more: 0 }
  return { shown: items.slice(0, most), more: items.length - most }
}

/** `1 listener`, `12 listeners` */
export const counted = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${withThousands(count)} ${count === 1 ? noun : nouns}`
