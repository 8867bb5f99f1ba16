/** Edits one document of a manifest as text; the rest keeps its wording, comments and order. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml'
import { sameData } from '../../comparison/index.ts'
import type { JsonValue, PathStep } from '../../sources/document.ts'
import { parseDocuments } from '../../sources/index.ts'
import { valueAt } from '../../sources/mapping.ts'
import { type Edit, isRemoval } from '../fixes/change.ts'
import { removalsOf, withEdits } from '../fixes/edit.ts'
import { withoutValue } from './removal.ts'
import { needsQuotes, spliced } from './splice.ts'

/** A document that cannot be edited without losing something. */
export class EditError extends Error {
  override readonly name = 'EditError'
}

const CRLF = '\r\n'
/** Each edit in place parses the text again; with more edits than this the document is rewritten once. */
const MOST_IN_PLACE = 64

/**
 * YAML nodes for a value. Strings are quoted unless they are unambiguous; numbers are plain. The document is read with
 * strings only, so that `010` and times stay as written.
 */
function nodeOf(value: JsonValue): Scalar | YAMLMap | YAMLSeq {
  if (Array.isArray(value)) {
    const list = new YAMLSeq()
    list.items = value.map(nodeOf)
    list.flow = value.length === 0
    return list
  }
  if (typeof value === 'object' && value !== null) {
    const mapping = new YAMLMap()
    for (const [key, item] of Object.entries(value)) mapping.add({ key: new Scalar(key), value: nodeOf(item) })
    return mapping
  }
  const scalar = new Scalar(String(value))
  if (needsQuotes(value)) scalar.type = Scalar.QUOTE_DOUBLE
  return scalar
}

/** The value at a path may come from an alias or a merge key; it is then written out in place. */
function makeExplicit(document: Document, path: readonly PathStep[], value: JsonValue): void {
  for (let length = 1; length < path.length; length++) {
    const part = path.slice(0, length)
    const node = document.getIn(part, true)
    const wanted = valueAt(value, part)
    if (wanted === undefined || (isCollection(node) && !isAlias(node))) continue
    document.setIn(part, nodeOf(wanted))
  }
}

/** Keeps a value's comments with the new value. */
function setValue(document: Document, path: readonly PathStep[], value: JsonValue): void {
  const before = document.getIn(path, true)
  const node = nodeOf(value)
  if (isNode(before) && !isAlias(before)) {
    node.comment = before.comment ?? null
    node.commentBefore = before.commentBefore ?? null
    if (isCollection(before) && isCollection(node) && before.flow) node.flow = true
  }
  if (isScalar(before) && isScalar(node) && before.type !== 'PLAIN' && typeof value === 'string')
    node.type = before.type
  if (path.length === 0) document.contents = node
  else document.setIn(path, node)
}

interface Layout {
  readonly indent: number
  readonly indentSeq: boolean
}

/** The indentation of the first nested mapping, and whether the first list is indented. */
function layoutOf(document: Document, text: string): Layout {
  const columnOf = (offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1)
  let indent: number | undefined
  let indentSeq: boolean | undefined
  visit(document, {
    Pair(_, pair) {
      const { key, value } = pair
      if (!isScalar(key) || !key.range || !isCollection(value) || value.flow || !value.range) return
      const column = columnOf(value.range[0]) - columnOf(key.range[0])
      if (isMap(value) && column > 0) indent ??= column
      if (isSeq(value)) indentSeq ??= column > 0
    },
  })
  return { indent: indent ?? 2, indentSeq: indentSeq ?? true }
}

/** Rewrites the document: comments and order are kept, spaces may change. */
function editYaml(text: string, value: JsonValue, edits: readonly Edit[]): string {
  const document = parseDocument(text, { schema: 'failsafe', version: '1.1', uniqueKeys: false, strict: false })
  if (document.errors.length > 0) throw new EditError('the YAML is too unusual to be edited')
  const layout = layoutOf(document, text)
  for (const edit of edits) {
    makeExplicit(document, edit.path, value)
    if (!isRemoval(edit)) setValue(document, edit.path, edit.value)
  }
  for (const path of removalsOf(value, edits)) document.deleteIn(path)
  try {
    return document.toString({
      lineWidth: 0,
      indent: layout.indent,
      indentSeq: layout.indentSeq,
      flowCollectionPadding: true,
    })
  } catch {
    throw new EditError('an alias elsewhere in it refers to a part that is removed')
  }
}

function indentOfJson(text: string): string {
  return /^[[{]\r?\n([ \t]+)/.exec(text.trimStart())?.[1] ?? ''
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

/** A copy with plain objects, whatever the reader built. */
const plain = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value))

/** Whether a text, read again, has one document with exactly this value. */
function means(text: string, wanted: JsonValue): boolean {
  const [document, ...more] = parseDocuments({ name: '', text }, '').documents
  return more.length === 0 && document !== undefined && sameData(plain(document.value), plain(wanted))
}

/** Makes the edits in place; undefined when one of them cannot be. */
function spliceAll(text: string, value: JsonValue, edits: readonly Edit[], wanted: JsonValue): string | undefined {
  let edited: string | undefined = text
  for (const edit of edits) {
    if (!isRemoval(edit)) edited = spliced(edited, edit)
    if (edited === undefined) return undefined
  }
  for (const path of removalsOf(value, edits)) {
    edited = withoutValue(edited, path)
    if (edited === undefined) return undefined
  }
  return means(edited, wanted) ? edited : undefined
}

/**
 * @param text one document, including surrounding comments
 * @param value the value of the text
 * @returns the edited text, which has exactly the edited value when read again
 * @throws EditError when the text cannot be edited like that
 */
export function editDocument(text: string, value: JsonValue, edits: readonly Edit[]): string {
  const wanted = withEdits(value, edits)
  if (isJson(text)) {
    const end = text.endsWith('\n') ? '\n' : ''
    return `${JSON.stringify(plain(wanted), undefined, indentOfJson(text))}${end}`
  }
  const unix = text.replaceAll(CRLF, '\n')
  const inPlace = edits.length <= MOST_IN_PLACE
  const edited = (inPlace ? spliceAll(unix, value, edits, wanted) : undefined) ?? editYaml(unix, value, edits)
  if (!means(edited, wanted)) throw new EditError('editing its text would change more than intended')
  return text.includes(CRLF) ? edited.replaceAll('\n', CRLF) : edited
}
