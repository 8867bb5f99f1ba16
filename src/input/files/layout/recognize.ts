/** Whether a file that was found in a folder holds Kubernetes objects, or something else that is YAML or JSON. */
import type { JsonValue } from '../../../sources/document.ts'
import { isMapping } from '../../../sources/mapping.ts'
import type { ParsedFile } from '../../../sources/parse.ts'

/** What a found file is: objects that are read, a template of them, or something else. */
export type FoundKind = 'manifest' | 'template' | 'other'

/** Without one of these words, no document of a file is an object, not even one with a misspelt key. */
const WORDS = /apiversion|kind/i

/** Lines that only manifests have, whatever else is wrong with them. */
const API_VERSION_LINE = /^[\s{]*["']?apiVersion["']?\s*:/m
const KIND_LINE = /^[\s{]*["']?kind["']?\s*:/m

const TEMPLATE = /\{\{|\{%/

/** Keys that objects have besides apiVersion and kind; one of those alone makes no object. */
const OBJECT_KEYS: ReadonlySet<string> = new Set(['metadata', 'spec', 'items'])

/** A file that cannot hold an object need not be parsed. */
export const mayHoldObjects = (text: string): boolean => WORDS.test(text)

/** Whether somebody meant a value as an object: it has apiVersion and kind, or one of them and what objects have. */
function isMeantAsObject(value: JsonValue): boolean {
  if (!isMapping(value)) return false
  const keys = new Set(Object.keys(value).map((key) => key.toLowerCase()))
  const [hasVersion, hasKind] = [keys.has('apiversion'), keys.has('kind')]
  return (hasVersion && hasKind) || ((hasVersion || hasKind) && [...OBJECT_KEYS].some((key) => keys.has(key)))
}

/**
 * What a file is, after its text and what came of parsing it.
 * @param parsed with errors for documents that cannot be read
 */
export function foundKind(text: string, { documents, problems }: ParsedFile): FoundKind {
  if (documents.some(({ value }) => isMeantAsObject(value))) return 'manifest'
  if (!problems.some(({ severity }) => severity === 'error')) return documents.length === 0 ? 'manifest' : 'other'
  if (!API_VERSION_LINE.test(text) || !KIND_LINE.test(text)) return 'other'
  return TEMPLATE.test(text) ? 'template' : 'manifest'
}
