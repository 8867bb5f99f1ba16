/** Edits one document of a manifest as text: only the bytes that an edit must touch change. */
import { sameData } from '../../comparison/index.ts'
import type { JsonValue } from '../../sources/document.ts'
import { parseDocuments } from '../../sources/index.ts'
import type { Edit } from '../fixes/change.ts'
import { withEdits } from '../fixes/edit.ts'
import { EditError } from './edit-error.ts'
import { UnixText } from './lines.ts'
import { inTextOrder, type ReplacedPart, withParts } from './part.ts'
import { Splicer } from './splicer.ts'
import { type TextNode, treeOf } from './tree.ts'

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

function treeOrRefuse(text: string, json: boolean): TextNode {
  try {
    return treeOf(text, json)
  } catch {
    throw new EditError('the YAML is too unusual to be edited')
  }
}

/**
 * @param text one document, including surrounding comments
 * @param value the value of the text
 * @param lineEnd for new lines in a text that has only one line
 * @returns the parts of the text to replace, in text order; the result has exactly the edited value when read again
 * @throws EditError when the text cannot be edited like that
 */
export function editDocument(
  text: string,
  value: JsonValue,
  edits: readonly Edit[],
  lineEnd = '\n',
): readonly ReplacedPart[] {
  const unix = new UnixText(text, lineEnd)
  const json = isJson(text)
  const splicer = new Splicer(unix.text, json)
  splicer.edit(treeOrRefuse(unix.text, json), value, edits)
  const parts = inTextOrder(splicer.parts.map((part) => unix.original(part)))
  if (means(withParts(text, parts), withEdits(value, edits))) return parts
  const why = /[*&]/.test(text) ? 'an alias may refer to a part that changes' : 'more than intended would change'
  throw new EditError(why)
}
