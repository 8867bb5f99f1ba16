/** The editor of one file at a time: CodeMirror with YAML, and findings in the margin. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { type ChangeSpec, EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Level, PagePlace } from '../messages.ts'

/** A finding or a problem at a place of the file. */
export interface Mark {
  readonly level: Level
  readonly message: string
  /** The rule, or '' for a problem with the input. */
  readonly source: string
  readonly place: PagePlace
  readonly fix: { readonly title: string; readonly apply: () => void } | undefined
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.content, tags.attributeValue], color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--code-value)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--dim)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.meta, tags.brace, tags.squareBracket], color: 'var(--dim)' },
])

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: 'var(--code-size)', color: 'var(--code-text)', backgroundColor: 'var(--page)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--page)', color: 'var(--dim)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--line)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    borderColor: 'var(--border)',
    fontFamily: 'var(--sans)',
  },
  '.cm-tooltip-lint': { maxWidth: 'min(36rem, 90vw)' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)', font: 'inherit' },
  '.cm-diagnosticSource': { color: 'var(--dim)', opacity: '1' },
  '.cm-panel input, .cm-panel button, .cm-panel label': { font: 'inherit', color: 'inherit' },
  '.cm-searchMatch': { backgroundColor: 'var(--found)' },
})

/** A larger file is not coloured: its parser would compete with typing. */
const LARGEST_COLOURED = 1_000_000

const base = (changed: () => void): Extension => [
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  drawSelection(),
  history(),
  indentOnInput(),
  bracketMatching(),
  highlightSelectionMatches(),
  EditorState.tabSize.of(2),
  syntaxHighlighting(HIGHLIGHT),
  THEME,
  // Escape, then Tab, leaves the editor; the help of the page says so.
  keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, ...lintKeymap, indentWithTab]),
  EditorView.contentAttributes.of({ 'aria-label': 'Manifest, YAML', tabindex: '0' }),
  EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
]

/** Texts with the same line breaks as the file, which positions count. */
export const textOf = (state: EditorState): string => state.sliceDoc()

export class Editor {
  readonly #view: EditorView
  readonly #extensions: Extension

  /** @param changed is called after each change of the text */
  constructor(parent: HTMLElement, changed: () => void) {
    this.#extensions = base(changed)
    this.#view = new EditorView({ parent })
  }

  stateFor(text: string): EditorState {
    const language = text.length <= LARGEST_COLOURED ? [yaml()] : []
    return EditorState.create({ doc: text, extensions: [this.#extensions, language] })
  }

  get state(): EditorState {
    return this.#view.state
  }

  show(state: EditorState): void {
    this.#view.setState(state)
  }

  focus(): void {
    this.#view.focus()
  }

  change(changes: ChangeSpec): void {
    this.#view.dispatch({ changes, userEvent: 'input.fix' })
  }

  /** Puts the cursor at the beginning of a line. */
  reveal(line: number): void {
    const { doc } = this.#view.state
    const { from, text } = doc.line(Math.min(Math.max(1, line), doc.lines))
    const anchor = from + text.length - text.trimStart().length
    this.#view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
  }

  mark(marks: readonly Mark[]): void {
    const { doc } = this.#view.state
    const diagnostics = marks.flatMap(({ level, message, source, place, fix }): Diagnostic[] => {
      if (place.line > doc.lines) return []
      const line = doc.line(place.line)
      const from = Math.min(line.to, line.from + place.column - 1)
      const to = place.length === 0 ? line.to : Math.min(line.to, from + place.length)
      const actions = fix ? [{ name: `Fix: ${fix.title}`, apply: fix.apply }] : []
      return [{ from, to: Math.max(from, to), severity: level, message, source, actions }]
    })
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics))
  }
}
