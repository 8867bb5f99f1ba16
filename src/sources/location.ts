import type { DocumentPlace, PathStep, Position } from './document.ts'
import { keyTextOf, locateInDocument, locateKey, sourceTextOf } from './positions.ts'

/**
 * Where a value came from: a document and a path into it, cheap to create and to carry. The line and column are
 * computed only when printed, by reading the document's text again.
 */
export class Location {
  readonly document: DocumentPlace
  readonly path: readonly PathStep[]

  constructor(document: DocumentPlace, path: readonly PathStep[] = []) {
    this.document = document
    this.path = path
  }

  // `concat` makes a list of the right size, a spread one of 17 items. There may be a hundred thousand locations.

  /** The location of a value inside this one. */
  child(...steps: PathStep[]): Location {
    return new Location(this.document, this.path.concat(steps))
  }

  /** The location of the key of a value inside this one. */
  key(...steps: PathStep[]): Location {
    return new KeyLocation(this.document, this.path.concat(steps))
  }

  /** Whether another location of the same document is this one or inside it. */
  contains({ path }: Location): boolean {
    return this.path.every((step, index) => path[index] === step)
  }

  /** The nearest position in the text: the value's, or that of its closest ancestor that is written. */
  position(): Position {
    return locateInDocument(this.document, this.path)
  }

  /** The scalar at this location as written, quotes included; undefined when there is none. */
  scalarText(): string | undefined {
    return sourceTextOf(this.document, this.path)
  }

  /** `file:line:column`. */
  toString(): string {
    const { file, line, column } = this.position()
    return `${file}:${line}:${column}`
  }
}

/** The location of a mapping's key, for problems with the key itself. */
class KeyLocation extends Location {
  override position(): Position {
    return locateKey(this.document, this.path)
  }

  override scalarText(): string | undefined {
    return keyTextOf(this.document, this.path)
  }
}
