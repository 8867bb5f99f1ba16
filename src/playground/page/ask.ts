/** The panels that ask something: a name, or where a request ends. */

import type { Line } from '../../formats/spans.ts'
import type { TraceAnswer } from '../messages.ts'
import { failureText } from './client.ts'
import { el, later } from './dom.ts'
import { columnsOf, type GoTo, linesElement } from './lines.ts'
import { pictureOf } from './picture.ts'

/** How long after a key the answer is asked for. */
const DELAY = 120

interface Surroundings {
  readonly goTo: GoTo
  /** Names of files that lead to the editor. */
  readonly files: () => readonly string[]
  /** Something was typed. */
  readonly typed: () => void
}

export interface DnsOptions extends Surroundings {
  readonly dig: (question: string, width: number) => Promise<readonly Line[]>
}

const field = (id: string, label: string, placeholder: string, input: () => void): HTMLInputElement =>
  el('input', {
    id,
    class: 'question',
    'aria-label': label,
    placeholder,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    input,
  })

export class DnsPanel {
  readonly input: HTMLInputElement
  readonly element: HTMLElement
  readonly #answer = el('div', { class: 'answer', tabindex: 0, role: 'region', 'aria-label': 'DNS answer' })
  readonly #options: DnsOptions
  #version = 0

  constructor(options: DnsOptions) {
    this.#options = options
    const ask = later(DELAY, () => void this.refresh())
    this.input = field('dns', 'Name, and type if not A', 'orders.example.com AAAA, or an address', () => {
      options.typed()
      ask()
    })
    const hint = 'Add +search to try it with the search domains, as an application does.'
    this.element = el('div', { class: 'ask' }, this.input, el('p', { class: 'hint' }, hint), this.#answer)
  }

  async refresh(): Promise<void> {
    const version = ++this.#version
    if (this.input.value.trim() === '') return this.#answer.replaceChildren()
    const shown = await this.#shown()
    if (version === this.#version) this.#answer.replaceChildren(shown)
  }

  async #shown(): Promise<HTMLElement> {
    try {
      const lines = await this.#options.dig(this.input.value, columnsOf(this.#answer))
      return linesElement(lines, this.#options.files(), this.#options.goTo)
    } catch (error) {
      return el('p', { class: 'failure' }, failureText(error))
    }
  }
}

export interface TraceOptions extends Surroundings {
  readonly trace: (target: string, headers: string, width: number) => Promise<TraceAnswer>
}

export class TracePanel {
  readonly target: HTMLInputElement
  readonly headers: HTMLInputElement
  readonly element: HTMLElement
  readonly #answer = el('div', { class: 'answer', tabindex: 0, role: 'region', 'aria-label': 'Trace' })
  readonly #options: TraceOptions
  #version = 0

  constructor(options: TraceOptions) {
    this.#options = options
    const ask = later(DELAY, () => void this.refresh())
    const typed = (): void => {
      options.typed()
      ask()
    }
    this.target = field('trace', 'Where the request goes', 'http://reviews:9080/v2, or HOST:PORT', typed)
    this.headers = field('headers', 'Headers of the request', 'headers: end-user: jason; x-canary: yes', typed)
    this.element = el('div', { class: 'ask' }, this.target, this.headers, this.#answer)
  }

  async refresh(): Promise<void> {
    const version = ++this.#version
    const target = this.target.value
    if (target.trim() === '') return this.#answer.replaceChildren()
    const isNewest = (): boolean => version === this.#version
    try {
      const { lines, graph } = await this.#options.trace(target, this.headers.value, columnsOf(this.#answer))
      if (!isNewest()) return
      const frame = el('div', { class: 'picture-frame' })
      this.#answer.replaceChildren(linesElement(lines, this.#options.files(), this.#options.goTo), frame)
      frame.replaceChildren(await pictureOf(graph, `The path of a request to ${target}`))
    } catch (error) {
      if (isNewest()) this.#answer.replaceChildren(el('p', { class: 'failure' }, failureText(error)))
    }
  }
}
