/** Messages about what folders contain besides manifests. */
import type { SourceProblem } from '../../../sources/document.ts'
import { namesText } from '../../words.ts'
import { type Kustomization, rootsOf } from './kustomize.ts'

/** What is in folders and not read as objects. */
export interface Layout {
  /** Folders with Helm charts, in the user's notation. */
  readonly charts: readonly string[]
  readonly kustomizations: readonly Kustomization[]
  /** Files without Kubernetes objects. */
  readonly others: readonly string[]
  /** Files with templates outside charts. */
  readonly templates: readonly string[]
}

/** Enough names to recognise the files. */
const NAMED = 3

const counted = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`)

const note = (message: string, hint?: string): SourceProblem =>
  hint === undefined ? { severity: 'note', message } : { severity: 'note', message, hint }

function* chartNotes(charts: readonly string[]): Iterable<SourceProblem> {
  const [first] = charts
  if (first === undefined) return
  const what = counted(charts.length, 'Helm chart', 'Helm charts')
  const passed = charts.length === 1 ? 'its templates are passed over' : 'their templates are passed over'
  yield note(
    `${what} (${namesText(charts, NAMED)}): ${passed}`,
    `\`helm template ${first} | vipctl lint -\` checks what it makes`,
  )
}

function* kustomizeNotes(kustomizations: readonly Kustomization[]): Iterable<SourceProblem> {
  const roots = rootsOf(kustomizations)
  const first = roots.at(-1)
  if (!first) return
  const what = counted(roots.length, 'kustomize folder is', 'kustomize folders are')
  yield note(
    `${what} not built (${namesText(
      roots.map(({ name }) => name),
      NAMED,
    )}): files that only change objects are passed over`,
    `\`kubectl kustomize ${first.name || '.'} | vipctl lint -\` checks what it makes`,
  )
}

function* fileNotes(files: readonly string[], one: string, many: string, verbose: boolean): Iterable<SourceProblem> {
  if (files.length === 0) return
  if (verbose) for (const file of files) yield { severity: 'note', message: one, at: { file } }
  else
    yield note(`${files.length === 1 ? `1 file ${one}` : `${files.length} files ${many}`} (${namesText(files, NAMED)})`)
}

/**
 * One note per kind of thing that is not read as objects.
 * @param verbose lists every file
 */
export function* layoutNotes(layout: Layout, verbose: boolean): Iterable<SourceProblem> {
  yield* chartNotes(layout.charts)
  yield* kustomizeNotes(layout.kustomizations)
  yield* fileNotes(
    layout.others,
    'holds no Kubernetes object and is passed over',
    'hold no Kubernetes objects and are passed over',
    verbose,
  )
  yield* fileNotes(layout.templates, 'is a template and is passed over', 'are templates and are passed over', verbose)
}
