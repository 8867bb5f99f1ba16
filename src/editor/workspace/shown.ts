/** Places of a project as an editor shows them. */
import type { Location as EditorLocation, Range } from 'vscode-languageserver/node'
import { Places } from '../../answers/lint/report.ts'
import { oncePer } from '../../common/once.ts'
import type { Place } from '../../formats/results/result.ts'
import type { SourceFile } from '../../sources/document.ts'
import { offsetOf } from '../../sources/lines.ts'
import type { Location } from '../../sources/location.ts'
import { movedBy } from '../text/moved.ts'
import type { OpenDocument } from '../text/open-document.ts'
import type { Positions } from '../text/positions.ts'
import type { Project } from './project.ts'

/** What is needed to show places of a project in an editor. */
export interface Shown {
  readonly project: Project
  readonly positions: Positions
  /** The open document with a path. */
  readonly open: (path: string) => OpenDocument | undefined
  /** The address of a file, as the editor writes it. */
  readonly uriOf: (path: string) => string
}

/** Ranges of one moment: texts of open documents must not change meanwhile. */
export class Ranges {
  readonly #shown: Shown
  readonly #moves = oncePer((file: SourceFile) => {
    const open = this.#shown.open(this.pathOf(file))
    return movedBy(file.text, open ? open.file.text : file.text)
  })

  constructor(shown: Shown) {
    this.#shown = shown
  }

  /** Absolute. */
  pathOf({ name }: SourceFile): string {
    return this.#shown.project.pathOf(name)
  }

  /**
   * Where a place is in the text that the editor shows; undefined if that part is being edited.
   * @param file the text that the place is in
   */
  of(file: SourceFile, { line, column, length }: Place): Range | undefined {
    const start = offsetOf(file, line, column)
    const span = this.#moves(file)({ start, end: start + length })
    return span && this.#shown.positions.rangeOf(this.#shown.open(this.pathOf(file))?.file ?? file, span)
  }

  /** Several locations, without those that are being edited, each once. */
  at(locations: readonly Location[]): readonly EditorLocation[] {
    const places = new Places()
    places.locate(locations)
    const out = new Map<string, EditorLocation>()
    for (const location of locations) {
      const { file } = location.document
      const range = this.of(file, places.of(location))
      const found = range && { uri: this.#shown.uriOf(this.pathOf(file)), range }
      if (found) out.set(JSON.stringify(found), found)
    }
    return [...out.values()]
  }
}
