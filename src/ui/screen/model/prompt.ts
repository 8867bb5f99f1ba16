/** A line that the user types. */
import { clean } from '../../../formats/clean.ts'

export type PromptKind = 'filter' | 'command'

/** More than any name has. */
const LONGEST = 1_000

export class Prompt {
  readonly kind: PromptKind
  /** The text when it was opened. */
  readonly before: string
  text: string

  constructor(kind: PromptKind, text = '') {
    this.kind = kind
    this.before = text
    this.text = text
  }

  /** Adds what was typed or pasted, without line breaks. */
  type(input: string): void {
    this.text = (this.text + clean(input.replace(/\s/g, ' '))).slice(0, LONGEST)
  }

  erase(): void {
    this.text = [...this.text].slice(0, -1).join('')
  }

  eraseWord(): void {
    this.text = this.text.replace(/\S*\s*$/, '')
  }
}
