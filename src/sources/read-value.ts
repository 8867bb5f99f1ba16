import { type DocumentPlace, type JsonValue, placeOf, type SourceDocument, type SourceFile } from './document.ts'
import { parseDocuments } from './parse.ts'

/** The value of a document, read again from its text, because values are not kept once objects are decoded. */
export function readValue({ file, cluster, start, end }: DocumentPlace): JsonValue {
  if (file.value !== undefined) return file.value
  const [document] = parseDocuments({ name: file.name, text: file.text.slice(start, end) }, cluster).documents
  return document?.value ?? null
}

/** A document whose value was released after its objects were decoded; it is read again on demand. */
class ForgottenDocument implements SourceDocument {
  /** The one that locations have, too: there may be a hundred thousand documents. */
  readonly place: DocumentPlace
  readonly hasSurprises?: true

  constructor(document: SourceDocument) {
    this.place = placeOf(document)
    if (document.hasSurprises) this.hasSurprises = true
  }

  get file(): SourceFile {
    return this.place.file
  }

  get cluster(): string {
    return this.place.cluster
  }

  get start(): number {
    return this.place.start
  }

  get end(): number {
    return this.place.end
  }

  get value(): JsonValue {
    return readValue(this.place)
  }
}

/** The documents without their values, which take more memory than what is decoded from them. */
export function forgetValues(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  return documents.map((document) => new ForgottenDocument(document))
}

function readOnceMore(document: SourceDocument): SourceDocument {
  const { file, cluster, start, end, value, hasSurprises } = document
  const read = { file, cluster, start, end, value, place: placeOf(document) }
  return hasSurprises ? { ...read, hasSurprises } : read
}

/** Documents whose values were forgotten, each with its value, which is read once more. */
export function readAgain(documents: readonly SourceDocument[]): readonly SourceDocument[] {
  return documents.map(readOnceMore)
}
