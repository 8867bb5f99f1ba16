/** What the editor offers to do about findings. */
import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from 'vscode-languageserver/node'
import { oncePer } from '../../common/once.ts'
import type { Change } from '../../findings/fixes/change.ts'
import { IGNORE_ANNOTATION } from '../../findings/lint/ignores.ts'
import { makeFixes } from '../../findings/lint/make-fixes.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import { clean } from '../../formats/clean.ts'
import { describeResource } from '../../kinds/resource.ts'
import { shownFindings } from '../diagnostics/render.ts'
import type { Checked } from '../workspace/project.ts'
import type { Shown } from '../workspace/shown.ts'
import { type EditSupport, workspaceEdit } from './edits.ts'
import { Proofs } from './proofs.ts'

/** All safe fixes of a document, as editors make them when it is saved. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.vipctl`

export interface ActionRequest {
  /** Of the document. Absolute. */
  readonly path: string
  readonly range: Range
  /** Kinds that the editor asks for; undefined for those that it shows beside a line. */
  readonly only: readonly string[] | undefined
  readonly isCancelled: () => boolean
}

export interface ActionContext {
  readonly checked: Checked
  readonly shown: Shown
  readonly version: string
  readonly support: EditSupport
}

const proofsOf = oncePer(({ loaded, basis }: Checked) => new Proofs(loaded.snapshot, basis))

const overlaps = (a: Range, b: Range): boolean => !isBefore(a.end, b.start) && !isBefore(b.end, a.start)

const isBefore = (a: Range['start'], b: Range['start']): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character)

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** An annotation that hides all findings of the rule about the object. */
function ignoring({ rule, resource }: LintFinding): Change {
  const stated = resource.meta.annotations.get(IGNORE_ANNOTATION)
  const value = stated === undefined ? rule : `${stated}, ${rule}`
  return { kind: 'edit', resource, edits: [{ path: ['metadata', 'annotations', IGNORE_ANNOTATION], value }] }
}

function ignoreAction(finding: LintFinding, diagnostic: Diagnostic, context: ActionContext): CodeAction[] {
  const { checked, shown, support } = context
  const edit = workspaceEdit([ignoring(finding)], checked.loaded.snapshot, shown, support)
  if (!edit) return []
  const title = clean(`Ignore ${finding.rule} for ${describeResource(finding.resource)}`)
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit }]
}

async function quickFixes(
  finding: LintFinding,
  diagnostic: Diagnostic,
  context: ActionContext,
  isCancelled: () => boolean,
): Promise<CodeAction[]> {
  const { checked, shown, support } = context
  const actions: CodeAction[] = []
  for (const { title, changes } of await proofsOf(checked).of(finding, isCancelled)) {
    const edit = workspaceEdit(changes, checked.loaded.snapshot, shown, support)
    if (!edit) continue
    const isPreferred = actions.length === 0
    actions.push({
      title: upperFirst(clean(title)),
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred,
      edit,
    })
  }
  return actions
}

/** One action that makes the safe fixes of all findings in a document. */
function fixAll(findings: readonly LintFinding[], { checked, shown, support }: ActionContext): CodeAction[] {
  const { snapshot } = checked.loaded
  const { fixed } = makeFixes(findings, snapshot, checked.basis)
  const changes = fixed.flatMap(({ fix }) => fix?.changes ?? [])
  const edit = changes.length === 0 ? undefined : workspaceEdit([...new Set(changes)], snapshot, shown, support)
  return edit ? [{ title: 'Make all safe fixes of vipctl', kind: FIX_ALL, edit }] : []
}

const asksFor = (kind: string, only: readonly string[] | undefined): boolean =>
  only?.some((each) => kind === each || kind.startsWith(`${each}.`)) ?? kind === CodeActionKind.QuickFix

/** The findings of a document. @param path absolute */
const findingsIn = ({ findings }: Checked, { project }: Shown, path: string): readonly LintFinding[] =>
  findings.filter(({ location }) => project.pathOf(location.document.file.name) === path)

/** Whether there may be actions for a range of a document. Takes no time, unlike the actions. */
export function mayHaveActions(
  { path, range, only }: Omit<ActionRequest, 'isCancelled'>,
  { checked, shown, version }: Omit<ActionContext, 'support'>,
): boolean {
  const here = findingsIn(checked, shown, path)
  if (here.length === 0 || asksFor(FIX_ALL, only)) return here.length > 0
  if (!asksFor(CodeActionKind.QuickFix, only)) return false
  const all = shownFindings(here, checked.namespaces, shown, version)
  return [...all].some(({ diagnostic }) => overlaps(diagnostic.range, range))
}

/** The actions for a range of a document; an empty list if the request is cancelled. */
export async function codeActions(request: ActionRequest, context: ActionContext): Promise<readonly CodeAction[]> {
  const { path, range, only, isCancelled } = request
  const { checked, shown, version } = context
  const here = findingsIn(checked, shown, path)
  const all = asksFor(FIX_ALL, only) ? fixAll(here, context) : []
  if (!asksFor(CodeActionKind.QuickFix, only)) return all
  const fixes: CodeAction[] = []
  const ignores: CodeAction[] = []
  for (const { finding, diagnostic } of shownFindings(here, checked.namespaces, shown, version)) {
    if (!overlaps(diagnostic.range, range)) continue
    fixes.push(...(await quickFixes(finding, diagnostic, context, isCancelled)))
    if (isCancelled()) return []
    ignores.push(...ignoreAction(finding, diagnostic, context))
  }
  return [...all, ...fixes, ...ignores]
}
