/** A tree in lines, with branches drawn in front. */
import { type Line, type Span, styled } from './spans.ts'
import { wrapLine } from './wrap.ts'

export interface Tree {
  readonly span: Span
  readonly children: readonly Tree[]
}

const BRANCH = '├─ '
const LAST_BRANCH = '└─ '
const TRUNK = '│  '
const NOTHING = '   '

/** In front of the second and later lines of a text; below it are its children, if it has some. */
const hanging = (indent: string, { children }: Tree): Span =>
  styled('dim', `${indent}${children.length > 0 ? TRUNK : NOTHING}`)

function* childLines({ children }: Tree, indent: string, width: number | undefined): Iterable<Line> {
  for (const [index, child] of children.entries()) {
    const last = index === children.length - 1
    const below = indent + (last ? NOTHING : TRUNK)
    const branch = styled('dim', indent + (last ? LAST_BRANCH : BRANCH))
    yield* wrapLine([branch, child.span], width, hanging(below, child))
    yield* childLines(child, below, width)
  }
}

/** @param width that of the terminal; undefined for no wrapping */
export function* treeLines(tree: Tree, width?: number): Iterable<Line> {
  yield* wrapLine([tree.span], width, hanging('', tree))
  yield* childLines(tree, '', width)
}
