/** The files of the page as tabs above the editor. */
import type { EditorState } from '@codemirror/state'
import { clean } from '../../formats/clean.ts'
import type { PageEdit, PageFile } from '../messages.ts'
import { arrowKeys, byId, el } from './dom.ts'
import { Editor, type Mark, textOf } from './editor.ts'

interface OpenFile {
  name: string
  /** That of the editor while another file is shown. */
  state: EditorState
}

const NEW_NAME = 'manifests.yaml'

/** A name without what would not be a file's name. */
const cleanName = (name: string): string => clean(name).trim().slice(0, 200) || NEW_NAME

export class Files {
  readonly #tabs = byId('files')
  readonly #editor: Editor
  readonly #changed: () => void
  #open: OpenFile[] = []
  #at = 0
  #marks: readonly Mark[] = []

  /** @param changed is called after a change of any file */
  constructor(changed: () => void) {
    this.#changed = changed
    this.#editor = new Editor(byId('editor'), changed)
    byId('add').addEventListener('click', () => {
      this.add([{ name: NEW_NAME, text: '' }])
      this.#editor.focus()
    })
    arrowKeys(this.#tabs)
  }

  get all(): readonly PageFile[] {
    this.#keep()
    return this.#open.map(({ name, state }) => ({ name, text: textOf(state) }))
  }

  get names(): readonly string[] {
    return this.#open.map(({ name }) => name)
  }

  /** Keeps the editor's state of the shown file. */
  #keep(): void {
    const file = this.#open[this.#at]
    if (file) file.state = this.#editor.state
  }

  /** Replaces all files. */
  set(files: readonly PageFile[]): void {
    this.#open = []
    this.#at = 0
    this.add(files.length > 0 ? files : [{ name: NEW_NAME, text: '' }], 0)
  }

  /**
   * Adds files, or replaces those of the same name.
   * @param show the position of the one to show among them
   */
  add(files: readonly PageFile[], show = files.length - 1): void {
    this.#keep()
    for (const [index, { name: given, text }] of files.entries()) {
      const name = text === '' ? this.#freeName(cleanName(given)) : cleanName(given)
      const state = this.#editor.stateFor(text)
      let at = this.#open.findIndex((file) => file.name === name)
      if (at < 0) at = this.#open.push({ name, state }) - 1
      else this.#open[at] = { name, state }
      if (index === show) this.#at = at
    }
    this.#showCurrent()
    this.#changed()
  }

  #freeName(name: string): string {
    if (!this.names.includes(name)) return name
    const [, stem = name, end = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? []
    for (let number = 2; ; number++) {
      const free = `${stem}-${number}${end}`
      if (!this.names.includes(free)) return free
    }
  }

  #showCurrent(): void {
    const file = this.#open[this.#at]
    if (file) this.#editor.show(file.state)
    this.#draw()
    this.#drawMarks()
  }

  #select(index: number): void {
    if (index === this.#at) return
    this.#keep()
    this.#at = index
    this.#showCurrent()
  }

  #close(index: number): void {
    this.#keep()
    this.#open.splice(index, 1)
    this.#at = Math.max(0, this.#at > index || this.#at === this.#open.length ? this.#at - 1 : this.#at)
    if (this.#open.length === 0) {
      this.set([])
      return
    }
    this.#showCurrent()
    this.#changed()
  }

  #rename(index: number, tab: HTMLElement): void {
    const file = this.#open[index]
    if (!file) return
    const input = el('input', { class: 'rename', value: file.name, 'aria-label': 'Name of the file' })
    const end = (): void => {
      const name = cleanName(input.value)
      const isFree = name === file.name || !this.names.includes(name)
      if (isFree) file.name = name
      this.#draw()
      if (isFree) this.#changed()
    }
    input.addEventListener('blur', end, { once: true })
    input.addEventListener('keydown', (event) => {
      event.stopPropagation()
      if (event.key === 'Escape') input.value = file.name
      if (event.key === 'Enter' || event.key === 'Escape') input.blur()
    })
    tab.replaceWith(input)
    input.select()
  }

  #draw(): void {
    const tabs = this.#open.map(({ name }, index) => {
      const selected = index === this.#at
      const tab = el(
        'button',
        {
          type: 'button',
          role: 'tab',
          class: 'file',
          'aria-selected': String(selected),
          'aria-controls': 'editor',
          tabindex: selected ? 0 : -1,
          title: `${name} (F2 renames, Delete closes)`,
          click: () => this.#select(index),
          dblclick: () => this.#rename(index, tab),
          keydown: ({ key }: KeyboardEvent) => {
            if (key === 'F2') this.#rename(index, tab)
            if (key === 'Delete') this.#close(index)
          },
        },
        name,
      )
      return tab
    })
    this.#tabs.replaceChildren(...tabs)
    const close = byId<HTMLButtonElement>('close')
    close.onclick = () => this.#close(this.#at)
    close.setAttribute('aria-label', `Close ${this.#open[this.#at]?.name ?? ''}`)
  }

  /** Shows a line of a file; the focus stays where it is. */
  reveal(name: string, line: number): void {
    const index = this.names.indexOf(name)
    if (index < 0) return
    this.#select(index)
    this.#editor.reveal(line)
  }

  /** The same, and types there from now on. */
  goTo(name: string, line: number): void {
    this.reveal(name, line)
    this.#editor.focus()
  }

  /** Marks places in all files. */
  mark(marks: readonly Mark[]): void {
    this.#marks = marks
    this.#drawMarks()
  }

  #drawMarks(): void {
    const name = this.#open[this.#at]?.name
    this.#editor.mark(this.#marks.filter(({ place }) => place.file === name))
  }

  /** Edits the texts, so that undo takes it back. */
  edit(edits: readonly PageEdit[]): void {
    for (const { file, parts } of edits) {
      const index = this.names.indexOf(file)
      if (index < 0) continue
      this.#select(index)
      this.#editor.change(parts.map(({ from, to, insert }) => ({ from, to, insert })))
    }
  }
}
