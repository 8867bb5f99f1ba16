/** What is at an offset of a text: the document, and the path of the value in it. */
import { oncePer } from '../../common/once.ts'
import { UnixText } from '../../findings/edits/lines.ts'
import { type TextNode, treeOf } from '../../findings/edits/tree.ts'
import type { PathStep, SourceFile } from '../../sources/document.ts'
import { holdsDocument, splitDocuments } from '../../sources/split.ts'
import type { Span } from '../text/positions.ts'

/** The value or key at an offset. */
export interface Cursor {
  /** Of the whole value that the path leads to, without anchors and tags. */
  readonly span: Span
  readonly path: readonly PathStep[]
  /** The offset is in the key, not in the value. */
  readonly isKey: boolean
}

/** One document of a text, with its nodes. */
export class DocumentTree {
  /** Where it begins in the text. */
  readonly start: number
  readonly end: number
  readonly #unix: UnixText
  readonly root: TextNode

  /** @throws when the text is not YAML */
  constructor(text: string, { start, end }: Span) {
    this.start = start
    this.end = end
    this.#unix = new UnixText(text.slice(start, end), '\n')
    this.root = treeOf(this.#unix.text, isJson(this.#unix.text))
  }

  /** A part of the tree's text in the whole text. */
  spanOf(part: Span): Span {
    const { start, end } = this.#unix.original({ ...part, text: '' })
    return { start: this.start + start, end: this.start + end }
  }

  /** The text of a node, quotes included. */
  textOf({ start, end }: Span): string {
    return this.#unix.text.slice(start, end)
  }

  /** @param offset in the whole text */
  at(offset: number, text: string): Cursor {
    const inside = text.slice(this.start, offset).replace(/\r\n?/g, '\n').length
    const path: PathStep[] = []
    let node = this.root
    for (let next = step(node, inside); next; next = step(node, inside)) {
      path.push(next.key)
      if (next.isKey) return { span: this.spanOf(next.node), path, isKey: true }
      node = next.node
    }
    return { span: this.spanOf(node), path, isKey: false }
  }
}

function isJson(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The entry of a collection at an offset. */
function step(
  node: TextNode,
  offset: number,
): { readonly key: PathStep; readonly node: TextNode; readonly isKey: boolean } | undefined {
  if (node.kind !== 'map' && node.kind !== 'seq') return undefined
  const index = node.entries.findLastIndex(({ start }) => start <= offset)
  const entry = node.entries[index]
  if (!entry || offset > entry.end) return undefined
  if (node.kind === 'seq') return { key: index, node: entry.value, isKey: false }
  const { keyNode, key } = entry
  if (key === undefined) return undefined
  const isKey = keyNode !== undefined && offset <= keyNode.end
  return { key, node: isKey ? keyNode : entry.value, isKey }
}

/** The documents of one text. A tree is made when it is first needed, because a file may have thousands. */
class Trees {
  readonly #file: SourceFile
  readonly #slices: readonly Span[]
  readonly #trees = new Map<number, DocumentTree | undefined>()

  constructor(file: SourceFile) {
    this.#file = file
    this.#slices = splitDocuments(file.text).filter((slice) => holdsDocument(file.text, slice))
  }

  /** The document at an offset; undefined between documents, and in one that is not YAML, such as a half-typed one. */
  at(offset: number): DocumentTree | undefined {
    const slice = this.#slices.findLast(({ start }) => start <= offset)
    return slice && offset <= slice.end ? this.#treeOf(slice) : undefined
  }

  /** All that are YAML. */
  *all(): Iterable<DocumentTree> {
    for (const slice of this.#slices) {
      const tree = this.#treeOf(slice)
      if (tree) yield tree
    }
  }

  #treeOf(slice: Span): DocumentTree | undefined {
    if (!this.#trees.has(slice.start)) this.#trees.set(slice.start, treeOrNothing(this.#file, slice))
    return this.#trees.get(slice.start)
  }
}

function treeOrNothing(file: SourceFile, slice: Span): DocumentTree | undefined {
  try {
    return new DocumentTree(file.text, slice)
  } catch {
    return undefined
  }
}

export const treesOf = oncePer((file: SourceFile) => new Trees(file))
