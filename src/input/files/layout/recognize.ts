/** Whether a file in a folder contains Kubernetes objects or other YAML or JSON. */
import { areIstiodValues } from '../../../resources/mesh/stated/statements.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { DEFAULT_LIMITS } from '../../../sources/limits.ts'
import { isMapping } from '../../../sources/mapping.ts'
import type { ParsedFile } from '../../../sources/parse.ts'
import { parseYaml } from '../../../sources/yaml/parser.ts'

/** The kind of a file: objects to read, a template, or something else. */
export type FoundKind = 'manifest' | 'template' | 'other'

/**
 * Without one of these words a file has no objects, not even with a misspelt key, and no Helm values that state how
 * Istio is installed.
 */
const WORDS = /apiversion|kind|meshConfig|pilot/i

/** Lines that only manifests have, even invalid ones. */
const API_VERSION_LINE = /^[\s{]*["']?apiVersion["']?\s*:/m
const KIND_LINE = /^[\s{]*["']?kind["']?\s*:/m

const TEMPLATE = /\{\{|\{%/

/** Keys of objects besides apiVersion and kind; one of those alone is not an object. */
const OBJECT_KEYS: ReadonlySet<string> = new Set(['metadata', 'spec', 'items'])

/** A file that fails this test need not be parsed. */
export const mayHoldObjects = (text: string): boolean => WORDS.test(text)

/** Whether a value is intended as an object: it has apiVersion and kind, or one of them and another key of objects. */
function isMeantAsObject(value: JsonValue): boolean {
  if (!isMapping(value)) return false
  const keys = new Set(Object.keys(value).map((key) => key.toLowerCase()))
  const [hasVersion, hasKind] = [keys.has('apiversion'), keys.has('kind')]
  return (hasVersion && hasKind) || ((hasVersion || hasKind) && [...OBJECT_KEYS].some((key) => keys.has(key)))
}

/** Whether a text is neither YAML nor a template. Tags of other programs, such as `!Ref`, are YAML. */
export function isBrokenYaml(text: string): boolean {
  if (TEMPLATE.test(text)) return false
  try {
    parseYaml(text, DEFAULT_LIMITS.depth)
    return false
  } catch {
    return true
  }
}

/**
 * Determines the kind of a file from its text and the result of parsing it.
 * @param parsed has errors for documents that cannot be read
 */
export function foundKind(text: string, { documents, problems }: ParsedFile): FoundKind {
  if (documents.some(({ value }) => isMeantAsObject(value) || areIstiodValues(value))) return 'manifest'
  if (!problems.some(({ severity }) => severity === 'error')) return documents.length === 0 ? 'manifest' : 'other'
  if (!API_VERSION_LINE.test(text) || !KIND_LINE.test(text)) return 'other'
  return TEMPLATE.test(text) ? 'template' : 'manifest'
}
