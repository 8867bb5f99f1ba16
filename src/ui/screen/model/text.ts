/** Text about one thing, which the user scrolls. */
import type { Line } from '../../../formats/spans.ts'
import type { FilePlace, Form, Link, Page, ViewId } from '../../protocol.ts'

/** What the text shows, so that it can be asked for again after a change. */
export interface Source {
  readonly view: ViewId
  readonly key: string
  readonly form: Form
}

export class TextPage {
  title: string
  lines: readonly Line[]
  links: readonly Link[]
  place: FilePlace | undefined
  readonly source: Source | undefined
  #top = 0

  constructor({ title, lines, links, place }: Page, source?: Source) {
    this.title = title
    this.lines = lines
    this.links = links
    this.place = place
    this.source = source
  }

  /** The text of the same thing after a change. */
  replace({ title, lines, links, place }: Page): void {
    this.title = title
    this.lines = lines
    this.links = links
    this.place = place
  }

  scroll(by: number): void {
    this.#top += by
  }

  scrollTo(end: 'first' | 'last'): void {
    this.#top = end === 'first' ? 0 : this.lines.length
  }

  window(height: number): readonly Line[] {
    this.#top = Math.max(0, Math.min(this.#top, this.lines.length - height))
    return this.lines.slice(this.#top, this.#top + height)
  }
}
