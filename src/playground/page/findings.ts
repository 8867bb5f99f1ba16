/** The list of findings, and what the chosen one is about. */
import type { LintAnswer, MeshAnswer, PageFinding, PageFix, PageProblem } from '../messages.ts'
import { el } from './dom.ts'
import { type GoTo, placeButton } from './lines.ts'

/** More than these are not drawn; the counts tell how many there are. */
const MOST_DRAWN = 300

export interface FindingsOptions {
  readonly goTo: GoTo
  readonly fix: (fix: PageFix) => void
}

const placeText = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file}:${line}`

/** How many findings there are, including those that are only counted. */
export const findingCount = ({ counts: { error, warning, info } }: LintAnswer): number => error + warning + info

/** `1 error, 2 warnings` */
function countsText({ counts: { error, warning, info } }: LintAnswer): string {
  const counted = (count: number, one: string, many: string): string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  const parts = [...counted(error, 'error', 'errors'), ...counted(warning, 'warning', 'warnings')]
  return [...parts, ...counted(info, 'note', 'notes')].join(', ') || 'no findings'
}

export class FindingsList {
  readonly element = el('div', { class: 'findings', tabindex: 0, role: 'region', 'aria-label': 'Findings' })
  readonly #options: FindingsOptions

  constructor(options: FindingsOptions) {
    this.#options = options
  }

  #place({ file, line }: { readonly file: string; readonly line: number }): HTMLElement {
    return placeButton(placeText({ file, line }), file, line, this.#options.goTo)
  }

  #finding(finding: PageFinding, fix: PageFix | undefined): HTMLElement {
    const { level, rule, message, object, place, related, notes, title, howToFix } = finding
    const button =
      fix && el('button', { type: 'button', class: 'fix', click: () => this.#options.fix(fix) }, `Fix: ${fix.title}`)
    return el(
      'li',
      { class: `finding ${level}` },
      el(
        'div',
        { class: 'finding-head' },
        el('span', { class: 'level' }, level),
        el('code', {}, rule),
        this.#place(place),
      ),
      el('p', { class: 'message' }, el('strong', {}, object), `: ${message}`),
      ...related.map((each) => el('p', { class: 'related' }, this.#place(each.place), ` ${each.message}`)),
      ...notes.map((note) => el('p', { class: 'note' }, note)),
      button,
      fix && el('details', {}, el('summary', {}, 'What the fix changes'), el('pre', {}, fix.change)),
      el('details', {}, el('summary', {}, 'About this rule'), el('p', {}, title), el('p', {}, howToFix)),
    )
  }

  #problem({ level, message, place }: PageProblem): HTMLElement {
    return el(
      'li',
      { class: `finding ${level}` },
      el('div', { class: 'finding-head' }, el('span', { class: 'level' }, level), place && this.#place(place)),
      el('p', { class: 'message' }, message),
    )
  }

  draw(mesh: MeshAnswer, lint: LintAnswer | undefined, fixes: readonly PageFix[]): void {
    const byFinding = new Map(fixes.map((fix) => [fix.finding, fix]))
    const findings = lint?.findings ?? []
    const drawn = findings.slice(0, MOST_DRAWN)
    const all = lint ? findingCount(lint) : 0
    const summary = lint ? countsText(lint) : 'checking…'
    const notModelled =
      mesh.notModelled.length > 0 ? `; not modelled, so not checked: ${mesh.notModelled.join(', ')}` : ''
    const more = all > drawn.length ? `, of which the first ${drawn.length} are shown` : ''
    this.element.replaceChildren(
      el('p', { class: 'summary' }, `${summary}${more}${notModelled}`),
      el(
        'ul',
        {},
        ...mesh.problems.map((problem) => this.#problem(problem)),
        ...drawn.map((finding, index) => this.#finding(finding, byFinding.get(index))),
      ),
    )
  }
}
