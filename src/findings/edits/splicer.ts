/** Finds the parts of a document's text that edits of its value replace; everything else stays as it is. */
import { append, groupBy } from '../../common/collections.ts'
import { commonEnd, commonStart } from '../../common/common-ends.ts'
import { sameData } from '../../comparison/index.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { fieldAt, isMapping } from '../../sources/mapping.ts'
import { type Edit, isRemoval } from '../fixes/change.ts'
import { withEdits } from '../fixes/edit.ts'
import { type EntryChanges, EntryEditor } from './collections.ts'
import { EditError } from './edit-error.ts'
import type { ReplacedPart } from './part.ts'
import { replacedScalar } from './scalar-text.ts'
import { type Collection, type Entry, holdsComments, type TextNode } from './tree.ts'
import { ValueWriter } from './values.ts'

/** Edits of one value, with paths from it. */
type Edits = readonly Edit[]

const inner = ({ path, ...edit }: Edit): Edit => ({ ...edit, path: path.slice(1) }) as Edit

function byFirstStep(edits: Edits): ReadonlyMap<PathStep, Edits> {
  const groups = new Map<PathStep, Edit[]>()
  for (const edit of edits) append(groups, edit.path[0] as PathStep, inner(edit))
  return groups
}

const isRemoved = (edits: Edits): boolean => edits.some((edit) => isRemoval(edit) && edit.path.length === 0)

/** The value after edits that do not remove it; undefined when they are only removals inside of something absent. */
function editedValue(before: JsonValue | undefined, edits: Edits): JsonValue | undefined {
  if (before === undefined && edits.every(isRemoval)) return undefined
  return withEdits(before ?? null, edits)
}

interface Changes extends EntryChanges {
  readonly removed: Set<number>
  readonly added: Map<string, JsonValue>
}

const noChanges = (): Changes => ({ removed: new Set(), added: new Map(), inserted: undefined })

const isEmptyOf = (kind: Collection['kind'], value: JsonValue): boolean =>
  kind === 'map' ? isMapping(value) && Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0

export class Splicer {
  readonly parts: ReplacedPart[] = []
  readonly #text: string
  readonly #writer: ValueWriter
  readonly #entries: EntryEditor

  constructor(text: string, isJson: boolean) {
    this.#text = text
    this.#writer = new ValueWriter(isJson)
    this.#entries = new EntryEditor(text, this.#writer)
  }

  /**
   * @param entry the one whose value the node is; undefined for the root
   * @throws EditError
   */
  edit(node: TextNode, before: JsonValue, edits: Edits, entry?: Entry): void {
    const isWhole = edits.some(({ path }) => path.length === 0)
    if (!isWhole && node.kind === 'map' && isMapping(before)) this.#editMap(node, before, edits, entry)
    else if (!isWhole && node.kind === 'seq' && Array.isArray(before)) this.#editSequence(node, before, edits, entry)
    else this.#change(node, before, withEdits(before, edits), entry)
  }

  #editMap(node: Collection, before: { readonly [key: string]: JsonValue }, edits: Edits, entry?: Entry): void {
    const changes = noChanges()
    const indexes = groupBy(node.entries.keys(), (index) => node.entries[index]?.key)
    for (const [step, inside] of byFirstStep(edits)) {
      const key = String(step)
      const places = indexes.get(key) ?? []
      const own = node.entries[places.at(-1) ?? -1]
      const value = fieldAt(before, key)
      if (isRemoved(inside)) {
        // A repeated key is removed everywhere.
        if (value !== undefined) for (const index of places) changes.removed.add(index)
      } else if (own && value !== undefined) this.edit(own.value, value, inside, own)
      else {
        const wanted = editedValue(value, inside)
        if (wanted !== undefined) changes.added.set(key, wanted)
      }
    }
    this.#apply(node, changes, entry)
  }

  #editSequence(node: Collection, before: readonly JsonValue[], edits: Edits, entry?: Entry): void {
    const changes = noChanges()
    const appended: JsonValue[] = []
    for (const [step, inside] of byFirstStep(edits)) {
      const index = Number(step)
      const own = node.entries[index]
      if (isRemoved(inside)) {
        if (own) changes.removed.add(index)
      } else if (own) this.edit(own.value, before[index] as JsonValue, inside, own)
      else if (index === node.entries.length) appended.push(withEdits(null, inside))
      else throw new EditError('the list has no such item')
    }
    const after = node.entries.length - 1
    this.#apply(node, { ...changes, inserted: appended.length > 0 ? { after, items: appended } : undefined }, entry)
  }

  /** Gives a node another value, and touches only what differs. */
  #change(node: TextNode, before: JsonValue, wanted: JsonValue, entry?: Entry): void {
    if (sameData(before, wanted)) return
    if (node.kind === 'map' && isMapping(before) && isMapping(wanted)) this.#changeMap(node, before, wanted, entry)
    else if (node.kind === 'seq' && Array.isArray(before) && Array.isArray(wanted)) {
      this.#changeSequence(node, before, wanted, entry)
    } else this.#replace(node, before, wanted, entry)
  }

  #changeMap(
    node: Collection,
    before: { readonly [key: string]: JsonValue },
    wanted: { readonly [key: string]: JsonValue },
    entry?: Entry,
  ): void {
    const edits = [
      ...Object.keys(before).flatMap((key): Edit[] =>
        Object.hasOwn(wanted, key) ? [] : [{ path: [key], remove: true }],
      ),
      ...Object.entries(wanted).flatMap(([key, value]): Edit[] =>
        sameData(fieldAt(before, key), value) ? [] : [{ path: [key], value }],
      ),
    ]
    this.#editMap(node, before, edits, entry)
  }

  /** Items that are equal at the start and at the end stay. */
  #changeSequence(node: Collection, before: readonly JsonValue[], wanted: readonly JsonValue[], entry?: Entry): void {
    const start = commonStart(before, wanted, sameData)
    const end = commonEnd(before, wanted, start, sameData)
    const changes = noChanges()
    const [last, lastWanted] = [before.length - end, wanted.length - end]
    const common = Math.min(last, lastWanted)
    for (let index = start; index < common; index++) {
      const own = node.entries[index] as Entry
      this.#change(own.value, before[index] as JsonValue, wanted[index] as JsonValue, own)
    }
    for (let index = common; index < last; index++) changes.removed.add(index)
    const items = wanted.slice(common, lastWanted)
    this.#apply(node, { ...changes, inserted: items.length > 0 ? { after: common - 1, items } : undefined }, entry)
  }

  #apply(node: Collection, changes: EntryChanges, entry: Entry | undefined): void {
    const { removed, added, inserted } = changes
    if (removed.size === 0 && added.size === 0 && !inserted) return
    const isEmptied = removed.size === node.entries.length
    if (!isEmptied) this.parts.push(...this.#entries.change(node, changes))
    else this.#rewrite(node, node.kind === 'map' ? Object.fromEntries(added) : [...(inserted?.items ?? [])], entry)
  }

  /** Writes another value in place of all of a collection's entries. */
  #rewrite(node: Collection, value: JsonValue, entry: Entry | undefined): void {
    const { start, end } = node
    const all = { removed: new Set(node.entries.keys()), added: new Map(), inserted: undefined }
    const isBelow = !node.flow && entry?.colon !== undefined && this.#text.slice(entry.colon, start).includes('\n')
    if (isBelow) {
      const text = ` ${this.#writer.inline(value)}`
      this.parts.push({ start: entry.colon, end: entry.colon, text }, ...this.#entries.change(node, all))
    } else if (!holdsComments(this.#text, node)) {
      const ended = this.#text[end - 1] === '\n' ? '\n' : ''
      this.parts.push({ start, end, text: this.#writer.inline(value) + ended })
    } else if (node.flow && isEmptyOf(node.kind, value)) this.parts.push(...this.#entries.change(node, all))
    else throw new EditError('comments in the value would be lost')
  }

  #replace(node: TextNode, before: JsonValue, wanted: JsonValue, entry: Entry | undefined): void {
    const { start, end } = node
    switch (node.kind) {
      case 'scalar':
        this.parts.push(...replacedScalar(this.#text, node, { before, wanted }, this.#writer))
        return
      case 'alias':
        this.parts.push({ start, end, text: this.#writer.inline(wanted) })
        return
      case 'empty':
        this.parts.push({ start, end, text: ` ${this.#writer.inline(wanted)}` })
        return
      default:
        this.#rewrite(node, wanted, entry)
    }
  }
}
