/** Overlays and charts of folders, and the manifests that kustomize and helm make of them. */
import { basename, join, resolve } from 'node:path'
import type { SourceFile, SourceProblem } from '../../sources/document.ts'
import { fieldAt } from '../../sources/mapping.ts'
import { parseDocuments } from '../../sources/parse.ts'
import { discover } from '../files/discover.ts'
import { Exclusions } from '../files/layout/exclusions.ts'
import { CHART_FILE } from '../files/layout/helm.ts'
import { type Kustomization, rootsOf } from '../files/layout/kustomize.ts'
import { readRegular } from '../files/read.ts'
import { type InputRequest, STDIN } from '../request.ts'
import { type Ran, runTool } from '../tool.ts'

/** Limits of a program that renders manifests. */
const MOST_MS = 60_000
const MOST_BYTES = 64_000_000

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

/** A program with its arguments, and how messages name it. */
interface Command {
  readonly program: string
  readonly args: readonly string[]
}

const RELEASE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,50}[a-z0-9])?$/

/** The commands for a rendering, best first. Paths are absolute, so none is read as an option. */
function commandsFor({ tool, path }: Rendering, namespace: string | undefined): readonly Command[] {
  if (tool === 'kustomize') {
    return [
      { program: 'kustomize', args: ['build', path] },
      { program: 'kubectl', args: ['kustomize', path] },
    ]
  }
  const name = RELEASE_NAME.test(basename(path)) ? [basename(path)] : []
  const own = namespace === undefined ? [] : [`--namespace=${namespace}`]
  return [{ program: 'helm', args: ['template', ...name, path, ...own] }]
}

const MISSING: Readonly<Record<Rendering['tool'], string>> = {
  kustomize: 'neither kustomize nor kubectl is on the PATH',
  helm: 'helm is not on the PATH',
}

/** At most this many lines of a program's messages are reported. */
const MOST_LINES = 5

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')

function failed({ name, tool }: Rendering, reason: string, stderr: string): Rendered {
  const [first = '', ...others] = linesOf(stderr)
  const message = `cannot be rendered: ${tool} ${reason}${first === '' ? '' : `: ${first.slice(0, 500)}`}`
  const hint = others.slice(0, MOST_LINES).join(' ').slice(0, 1000)
  return { file: undefined, problems: [{ severity: 'error', message, at: { file: name }, ...(hint && { hint }) }] }
}

/** The name of rendered manifests in messages. */
const renderedName = (name: string): string => `${name} (rendered)`

function done({ name, tool }: Rendering, stdout: string, stderr: string): Rendered {
  const problems = linesOf(stderr)
    .slice(0, MOST_LINES)
    .map(
      (line): SourceProblem => ({ severity: 'warning', message: `${tool}: ${line.slice(0, 500)}`, at: { file: name } }),
    )
  return { file: { name: renderedName(name), text: stdout }, problems }
}

/** Renders an overlay or a chart. Never rejects: failures are problems. */
export async function render(
  rendering: Rendering,
  { cwd, env, namespace }: Pick<InputRequest, 'cwd' | 'env' | 'namespace'>,
): Promise<Rendered> {
  for (const { program, args } of commandsFor(rendering, namespace)) {
    const ran: Ran = await runTool(program, args, { cwd, env, mostMs: MOST_MS, mostBytes: MOST_BYTES })
    if (ran.end === 'done') return done(rendering, ran.stdout, ran.stderr)
    if (ran.end === 'failed') return failed(rendering, ran.reason, ran.stderr)
  }
  const message = `cannot be rendered: ${MISSING[rendering.tool]}`
  return { file: undefined, problems: [{ severity: 'error', message, at: { file: rendering.name } }] }
}
