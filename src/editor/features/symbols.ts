/** The outline of a document: its objects, and what their specs list. */
import {
  type DocumentSymbol,
  type SymbolInformation,
  SymbolKind,
  type WorkspaceSymbol,
} from 'vscode-languageserver/node'
import type { Entry, TextNode } from '../../findings/edits/tree.ts'
import { clean } from '../../formats/clean.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { SourceFile } from '../../sources/document.ts'
import { type DocumentTree, treesOf } from '../meaning/cursor.ts'
import { meshIndexOf } from '../meaning/mesh-index.ts'
import type { Positions, Span } from '../text/positions.ts'
import { Ranges, type Shown } from '../workspace/shown.ts'

/** More symbols of one file do not help. */
const MOST_SYMBOLS = 5_000
/** How many lists and mappings inside each other are shown. */
const DEEPEST = 4
/** Fields that say which item of a list this is. */
const LABELS = ['name', 'host', 'number', 'port', 'address', 'key'] as const

const valueOf = (node: TextNode | undefined, key: string): TextNode | undefined =>
  node?.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.value : undefined

class Outline {
  readonly #file: SourceFile
  readonly #positions: Positions
  #count = 0

  constructor(file: SourceFile, positions: Positions) {
    this.#file = file
    this.#positions = positions
  }

  /** The text of a scalar, without its quotes. */
  #text(tree: DocumentTree, node: TextNode | undefined): string {
    return node?.kind === 'scalar' ? tree.textOf(node).replace(/^(["'])(.*)\1$/s, '$2') : ''
  }

  objects(): DocumentSymbol[] {
    const out: DocumentSymbol[] = []
    for (const tree of treesOf(this.#file).all()) {
      if (this.#count >= MOST_SYMBOLS) break
      out.push(...this.#object(tree, tree.root, tree))
    }
    return out
  }

  /** @param whole the part of the text that belongs to the object */
  #object(tree: DocumentTree, node: TextNode, whole: Span): DocumentSymbol[] {
    const kind = this.#text(tree, valueOf(node, 'kind'))
    if (kind === '') return []
    const metadata = valueOf(node, 'metadata')
    const nameNode = valueOf(metadata, 'name')
    const namespace = this.#text(tree, valueOf(metadata, 'namespace'))
    const name = this.#text(tree, nameNode)
    const items = valueOf(node, 'items')
    const children =
      items?.kind === 'seq'
        ? items.entries.flatMap(({ value }) => this.#object(tree, value, tree.spanOf(value)))
        : this.#children(tree, valueOf(node, 'spec'), 0)
    const label = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
    const selection = nameNode ?? node
    return [this.#symbol(label.trim(), SymbolKind.Object, whole, tree.spanOf(selection), children)]
  }

  #children(tree: DocumentTree, node: TextNode | undefined, depth: number): DocumentSymbol[] {
    if (depth >= DEEPEST || (node?.kind !== 'map' && node?.kind !== 'seq')) return []
    return node.entries.flatMap((entry, index) => {
      if (this.#count >= MOST_SYMBOLS) return []
      return node.kind === 'map' ? this.#field(tree, entry, depth) : this.#item(tree, entry, index, depth)
    })
  }

  #field(tree: DocumentTree, { key, keyNode, value, start, end }: Entry, depth: number): DocumentSymbol[] {
    if (key === undefined || !keyNode || (value.kind !== 'map' && value.kind !== 'seq')) return []
    const kind = value.kind === 'seq' ? SymbolKind.Array : SymbolKind.Property
    const children = this.#children(tree, value, depth + 1)
    return [this.#symbol(key, kind, tree.spanOf({ start, end }), tree.spanOf(keyNode), children)]
  }

  #item(tree: DocumentTree, { value, start, end }: Entry, index: number, depth: number): DocumentSymbol[] {
    const destination = this.#text(tree, valueOf(valueOf(value, 'destination'), 'host'))
    const own = LABELS.map((each) => this.#text(tree, valueOf(value, each)))
    const labels = [...own, destination].filter((text) => text !== '')
    const label = value.kind === 'scalar' ? this.#text(tree, value) : labels.slice(0, 2).join(' ')
    const children = this.#children(tree, value, depth + 1)
    return [
      this.#symbol(
        label || `${index + 1}`,
        SymbolKind.Field,
        tree.spanOf({ start, end }),
        tree.spanOf(value),
        children,
      ),
    ]
  }

  #symbol(name: string, kind: SymbolKind, whole: Span, selected: Span, children: DocumentSymbol[]): DocumentSymbol {
    this.#count++
    // The protocol demands that the selection is inside of the whole, and a name that is not empty.
    const selection = { start: Math.max(whole.start, selected.start), end: Math.min(whole.end, selected.end) }
    return {
      name: clean(name) || '?',
      kind,
      range: this.#positions.rangeOf(this.#file, whole),
      selectionRange: this.#positions.rangeOf(this.#file, selection),
      ...(children.length > 0 && { children }),
    }
  }
}

/** The outline of a text; objects in documents that cannot be read are missing. */
export const documentSymbols = (file: SourceFile, positions: Positions): DocumentSymbol[] =>
  new Outline(file, positions).objects()

/** The same for an editor that shows no hierarchy. */
export const flatSymbols = (symbols: readonly DocumentSymbol[], uri: string): SymbolInformation[] =>
  symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range } },
    ...flatSymbols(children, uri),
  ])

/** More objects than this are found by a longer query. */
const MOST_FOUND = 500

/** The objects of a mesh whose description has the letters of a query, in their order. */
export function workspaceSymbols(snapshot: Snapshot, query: string, shown: Shown): readonly WorkspaceSymbol[] {
  const letters = [...query.toLowerCase()].filter((letter) => letter !== ' ')
  const has = (text: string): boolean => {
    let at = 0
    for (const letter of text.toLowerCase()) if (letter === letters[at]) at++
    return at >= letters.length
  }
  const found = meshIndexOf(snapshot)
    .resources.filter((resource) => has(describeResource(resource)))
    .slice(0, MOST_FOUND)
  const ranges = new Ranges(shown)
  return found.flatMap((resource) => {
    const [location] = ranges.at([resource.location.child('metadata', 'name')])
    return location ? [{ name: clean(describeResource(resource)), kind: SymbolKind.Object, location }] : []
  })
}
