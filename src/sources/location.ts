import type { DocumentPlace, PathStep, Position } from './document.ts'
import { keyTextOf, locateInDocument, locateKey, sourceTextOf } from './positions.ts'

/**
 * Where a value came from. Cheap to make and to carry: a document and a path into it; the line and column are found
 * by reading the document's text again, and only when somebody prints them.
 */
export class Location {
  readonly document: DocumentPlace
  readonly path: readonly PathStep[]

  constructor(document: DocumentPlace, path: readonly PathStep[] = []) {
    this.document = document
    this.path = path
  }

  /** The place of a value inside this one. */
  child(...steps: PathStep[]): Location {
    return new Location(this.document, [...this.path, ...steps])
  }

  /** The place of the key of a value inside this one. */
  key(...steps: PathStep[]): Location {
    return new KeyLocation(this.document, [...this.path, ...steps])
  }

  /** The nearest place that the text has: of the value, or of the last ancestor that is written. */
  position(): Position {
    return locateInDocument(this.document, this.path)
  }

  /** The scalar there as it is written, quotes included; undefined where there is none. */
  scalarText(): string | undefined {
    return sourceTextOf(this.document, this.path)
  }

  /** `file:line:column`. */
  toString(): string {
    const { file, line, column } = this.position()
    return `${file}:${line}:${column}`
  }
}

/** The place of a mapping's key, for what is wrong with the key itself. */
class KeyLocation extends Location {
  override position(): Position {
    return locateKey(this.document, this.path)
  }

  override scalarText(): string | undefined {
    return keyTextOf(this.document, this.path)
  }
}
