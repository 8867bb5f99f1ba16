import type { DocumentPlace, JsonValue } from './document.ts'
import { parseDocuments } from './parse.ts'

/** The value of a document, read again from its text: nobody keeps it once the objects in it are decoded. */
export function readValue({ file, cluster, start, end }: DocumentPlace): JsonValue {
  const [document] = parseDocuments({ name: file.name, text: file.text.slice(start, end) }, cluster).documents
  return document?.value ?? null
}
