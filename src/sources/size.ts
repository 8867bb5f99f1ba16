/** Whether a document is too large to be read. */
import { type Limits, withThousands } from './limits.ts'
import type { Slice } from './split.ts'

/** The most nodes a character can make: shorter documents cannot exceed the limit and need no counting. */
export const NODES_PER_CHARACTER = 2

/** What separates nodes: in flow style a comma, colon or bracket, in block style a colon, a dash or a question mark. */
const SEPARATOR = /[,[{]|:[\s"'[{]|[-?]\s/g

/** An upper bound of the nodes in a text, close for ordinary manifests. */
function estimateNodes(text: string): number {
  let nodes = 2
  SEPARATOR.lastIndex = 0
  while (SEPARATOR.test(text)) nodes += NODES_PER_CHARACTER
  return nodes
}

/** Why a document is too large; undefined when it is not. */
export function sizeRefusal(text: string, { start, end }: Slice, limits: Limits): string | undefined {
  const { documentLength, documentNodes } = limits
  if (end - start > documentLength) {
    return `the document is longer than the limit of ${withThousands(documentLength)} characters`
  }
  if ((end - start) * NODES_PER_CHARACTER <= documentNodes) return undefined
  if (estimateNodes(text.slice(start, end)) <= documentNodes) return undefined
  return `the document holds more than the limit of ${withThousands(documentNodes)} values`
}
