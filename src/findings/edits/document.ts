/** Edits one document of a manifest as text: only the bytes that an edit must touch change. */
import { once } from '../../common/once.ts'
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

/** Whether a text, read again, has one document with exactly this value. */
function means(text: string, wanted: JsonValue): boolean {
  const [document, ...more] = parseDocuments({ name: '', text }, '').documents
  return more.length === 0 && document !== undefined && sameData(document.value, wanted)
}

function treeOrRefuse(text: string, json: boolean): TextNode {
  try {
    return treeOf(text, json)
  } catch {
    throw new EditError('the YAML is too unusual to be edited')
  }
}

/** A document that can be edited several times. */
export class EditableDocument {
  readonly #text: string
  readonly #value: JsonValue
  readonly #unix: UnixText
  readonly #isJson: boolean
  readonly #tree: () => TextNode

  /**
   * @param text one document, including surrounding comments
   * @param value the value of the text
   * @param lineEnd for new lines in a text that has only one line
   */
  constructor(text: string, value: JsonValue, lineEnd: string) {
    this.#text = text
    this.#value = value
    this.#unix = new UnixText(text, lineEnd)
    this.#isJson = isJson(text)
    this.#tree = once(() => treeOrRefuse(this.#unix.text, this.#isJson))
  }

  /**
   * @returns the parts of the text to replace, in text order; the result has exactly the edited value when read again
   * @throws EditError when the text cannot be edited like that
   */
  edit(edits: readonly Edit[]): readonly ReplacedPart[] {
    const splicer = new Splicer(this.#unix.text, this.#isJson)
    splicer.edit(this.#tree(), this.#value, edits)
    const parts = inTextOrder(splicer.parts.map((part) => this.#unix.original(part)))
    if (means(withParts(this.#text, parts), withEdits(this.#value, edits))) return parts
    const hasAliases = /[*&]/.test(this.#text)
    throw new EditError(hasAliases ? 'an alias may refer to a part that changes' : 'more than intended would change')
  }
}
