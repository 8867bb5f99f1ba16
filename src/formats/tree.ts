/** A tree in lines, with branches drawn in front. */
import { type Line, type Span, styled } from './spans.ts'

export interface Tree {
  readonly span: Span
  readonly children: readonly Tree[]
}

const BRANCH = '├─ '
const LAST_BRANCH = '└─ '
const TRUNK = '│  '
const NOTHING = '   '

function* childLines({ children }: Tree, indent: string): Iterable<Line> {
  for (const [index, child] of children.entries()) {
    const last = index === children.length - 1
    yield [styled('dim', indent + (last ? LAST_BRANCH : BRANCH)), child.span]
    yield* childLines(child, indent + (last ? NOTHING : TRUNK))
  }
}

export function* treeLines(tree: Tree): Iterable<Line> {
  yield [tree.span]
  yield* childLines(tree, '')
}
