import type { DocumentPlace, JsonValue, SourceDocument, SourceFile } from './document.ts'
import { parseDocuments } from './parse.ts'

/** The value of a document, read again from its text, because values are not kept once objects are decoded. */
export function readValue({ file, cluster, start, end }: DocumentPlace): JsonValue {
  if (file.value !== undefined) return file.value
  const [document] = parseDocuments({ name: file.name, text: file.text.slice(start, end) }, cluster).documents
  return document?.value ?? null
}

/** A document whose value was released after its objects were decoded; it is read again on demand. */
class ForgottenDocument implements SourceDocument {
  readonly file: SourceFile
  readonly cluster: string
  readonly start: number
  readonly end: number
  readonly hasSurprises?: true

  constructor({ file, cluster, start, end, hasSurprises }: SourceDocument) {
    this.file = file
    this.cluster = cluster
    this.start = start
    this.end = end
    if (hasSurprises) this.hasSurprises = hasSurprises
  }

  get value(): JsonValue {
    return readValue(this)
  }
}

/** The documents without their values, which take more memory than what is decoded from them. */
export function forgetValues(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  return documents.map((document) => new ForgottenDocument(document))
}

/** Documents whose values were forgotten, each with its value, which is read once more. */
export function readAgain(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  return documents.map((document) => ({ ...document, value: document.value }))
}
