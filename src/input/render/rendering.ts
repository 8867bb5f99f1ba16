/** Overlays and charts of folders, and the manifests that kustomize and helm make of them. */
import { join, resolve } from 'node:path'
import type { SourceFile, SourceProblem } from '../../sources/document.ts'
import { fieldAt } from '../../sources/mapping.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { discover } from '../files/discover.ts'
import { Exclusions } from '../files/layout/exclusions.ts'
import { CHART_FILE } from '../files/layout/helm.ts'
import { type Kustomization, rootsOf } from '../files/layout/kustomize.ts'
import { readRegular } from '../files/read.ts'
import { type InputRequest, STDIN } from '../request.ts'
import { helmTemplate, kustomizeBuilds } from './command-lines.ts'
import { firstOf } from './programs.ts'
import { PROGRAM_MISSING, renderedName } from './words.ts'

/** An overlay or chart to render. */
export interface Rendering {
  readonly tool: 'kustomize' | 'helm'
  /** The folder in the user's notation. */
  readonly name: string
  /** Absolute. */
  readonly path: string
}

/** What a rendering made. */
export interface Rendered {
  /** undefined when it failed. */
  readonly file: SourceFile | undefined
  readonly problems: readonly SourceProblem[]
}

/** Charts of this type have no manifests of their own. */
const LIBRARY = 'library'

/** No real Chart.yaml is this large. */
const LONGEST_CHART_FILE = 1_000_000

function isLibrary(path: string): boolean {
  try {
    const { documents } = parseDocuments(
      { name: CHART_FILE, text: readRegular(join(path, CHART_FILE), LONGEST_CHART_FILE).toString('utf8') },
      '',
    )
    return fieldAt(documents[0]?.value, 'type') === LIBRARY
  } catch {
    return false
  }
}

/** The overlays and charts in the paths of a request: those that no other is built from. */
export function renderingsIn({ mesh, cwd, recursive, exclude }: InputRequest): readonly Rendering[] {
  const paths = mesh.kind === 'files' ? mesh.paths.filter((path) => path !== STDIN) : []
  const exclusions = new Exclusions(exclude, cwd)
  const kustomizations = new Map<string, Kustomization>()
  const charts = new Map<string, string>()
  for (const path of paths) {
    const found = discover(path, { cwd, recursive, exclusions })
    for (const each of found.kustomizations ?? []) kustomizations.set(each.path, each)
    for (const name of found.charts ?? []) charts.set(resolve(cwd, name), name)
  }
  return [
    ...rootsOf([...kustomizations.values()]).map(({ name, path }) => ({ tool: 'kustomize', name, path }) as const),
    ...[...charts].filter(([path]) => !isLibrary(path)).map(([path, name]) => ({ tool: 'helm', name, path }) as const),
  ]
}

/** Renders an overlay or a chart. Never rejects: failures are problems. */
export async function render(
  { tool, name, path }: Rendering,
  { cwd, env, namespace }: Pick<InputRequest, 'cwd' | 'env' | 'namespace'>,
): Promise<Rendered> {
  const lines = tool === 'kustomize' ? kustomizeBuilds(path) : [helmTemplate(path, undefined, namespace)]
  const subject = { tool, at: { file: name }, missing: PROGRAM_MISSING[tool] }
  const { text, problems } = await firstOf(lines, subject, { cwd, env })
  return { file: text === undefined ? undefined : { name: renderedName(name), text }, problems }
}
