/** What the editor offers to do about findings. */
import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from 'vscode-languageserver/node'
import { oncePer } from '../../common/once.ts'
import type { Change } from '../../findings/fixes/change.ts'
import { IGNORE_ANNOTATION } from '../../findings/lint/ignores.ts'
import { makeFixes } from '../../findings/lint/make-fixes.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import { clean } from '../../formats/clean.ts'
import { describeResource } from '../../kinds/resource.ts'
import { type ShownFinding, shownFindings } from '../diagnostics/render.ts'
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
  /** Of all environments. */
  readonly meshes: readonly Checked[]
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

function ignoreAction(
  finding: LintFinding,
  diagnostic: Diagnostic,
  checked: Checked,
  { shown, support }: ActionContext,
): CodeAction[] {
  const edit = workspaceEdit([ignoring(finding)], checked.loaded.snapshot, shown, support)
  if (!edit) return []
  const title = clean(`Ignore ${finding.rule} for ${describeResource(finding.resource)}`)
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit }]
}

async function quickFixes(
  finding: LintFinding,
  diagnostic: Diagnostic,
  checked: Checked,
  { meshes, shown, support }: ActionContext,
  isCancelled: () => boolean,
): Promise<CodeAction[]> {
  const where = meshes.length > 1 ? ` (proven in ${checked.environment})` : ''
  const actions: CodeAction[] = []
  for (const { title, changes } of await proofsOf(checked).of(finding, isCancelled)) {
    const edit = workspaceEdit(changes, checked.loaded.snapshot, shown, support)
    if (!edit) continue
    const isPreferred = actions.length === 0
    actions.push({
      title: `${upperFirst(clean(title))}${where}`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred,
      edit,
    })
  }
  return actions
}

/**
 * One action that makes the safe fixes of all findings in a document. With several environments there is none, as in
 * `lint --env all`: a fix is proven in one of them.
 */
function fixAll(path: string, { meshes, shown, support }: ActionContext): CodeAction[] {
  const [checked] = meshes
  if (!checked || meshes.length > 1) return []
  const { snapshot } = checked.loaded
  const { fixed } = makeFixes(findingsIn(checked, shown, path), snapshot, checked.basis)
  const changes = fixed.flatMap(({ fix }) => fix?.changes ?? [])
  const edit = changes.length === 0 ? undefined : workspaceEdit([...new Set(changes)], snapshot, shown, support)
  return edit ? [{ title: 'Make all safe fixes of vipctl', kind: FIX_ALL, edit }] : []
}

const asksFor = (kind: string, only: readonly string[] | undefined): boolean =>
  only?.some((each) => kind === each || kind.startsWith(`${each}.`)) ?? kind === CodeActionKind.QuickFix

/** The findings of a document. @param path absolute */
const findingsIn = ({ findings }: Checked, { project }: Shown, path: string): readonly LintFinding[] =>
  findings.filter(({ location }) => project.pathOf(location.document.file.name) === path)

/** Findings of one mesh whose diagnostics are in a range of a document. */
function* findingsAt(
  { path, range }: Pick<ActionRequest, 'path' | 'range'>,
  checked: Checked,
  { shown, version }: Pick<ActionContext, 'shown' | 'version'>,
): Iterable<ShownFinding> {
  const here = findingsIn(checked, shown, path)
  for (const each of shownFindings(here, checked, shown, version)) {
    if (overlaps(each.diagnostic.range, range)) yield each
  }
}

/** Whether there may be actions for a range of a document. Takes no time, unlike the actions. */
export function mayHaveActions(
  request: Omit<ActionRequest, 'isCancelled'>,
  context: Omit<ActionContext, 'support'>,
): boolean {
  const { path, only } = request
  const { meshes, shown } = context
  if (asksFor(FIX_ALL, only) && meshes.some((checked) => findingsIn(checked, shown, path).length > 0)) return true
  if (!asksFor(CodeActionKind.QuickFix, only)) return false
  return meshes.some((checked) => [...findingsAt(request, checked, context)].length > 0)
}

/** The actions for a range of a document; an empty list if the request is cancelled. */
export async function codeActions(request: ActionRequest, context: ActionContext): Promise<readonly CodeAction[]> {
  const { path, only, isCancelled } = request
  const all = asksFor(FIX_ALL, only) ? fixAll(path, context) : []
  if (!asksFor(CodeActionKind.QuickFix, only)) return all
  const fixes: CodeAction[] = []
  const ignores: CodeAction[] = []
  // A finding of several environments is the same diagnostic, and is fixed in the first one.
  const known = new Set<string>()
  for (const checked of context.meshes) {
    for (const { finding, diagnostic } of findingsAt(request, checked, context)) {
      const key = JSON.stringify(diagnostic)
      if (known.has(key)) continue
      known.add(key)
      fixes.push(...(await quickFixes(finding, diagnostic, checked, context, isCancelled)))
      if (isCancelled()) return []
      ignores.push(...ignoreAction(finding, diagnostic, checked, context))
    }
  }
  return [...all, ...fixes, ...ignores]
}
