/** Renders what the configuration names as a part of the input. */
import type { SourceDocument, SourceFile, SourceProblem } from '../../sources/document.ts'
import { FileVersions } from '../../sources/versions.ts'
import { fileState } from '../files/follow-files.ts'
import { type InputRequest, pathsOf, type RenderedInput, type RenderRequest } from '../request.ts'
import { refusalOf } from './checks.ts'
import { commandLines } from './command-lines.ts'
import { firstOf, type Printed, type Subject } from './programs.ts'
import { partsOf } from './sources.ts'
import { renderedFrom } from './state.ts'
import { PROGRAM_MISSING, renderedName } from './words.ts'

/** Programs that run at the same time. */
const AT_ONCE = 4

/** What an input printed, and what it was made of. */
interface Kept {
  readonly state: string
  readonly printed: Printed
  readonly file: SourceFile | undefined
}

/** What is kept for a request, so that a program runs again only if what it reads has changed. */
class Renderer {
  readonly #kept = new Map<RenderedInput, Kept>()
  readonly #versions = new FileVersions()

  async render(renders: RenderRequest, request: InputRequest): Promise<MadeDocuments> {
    const { inputs } = renders
    const made: Kept[] = []
    for (let start = 0; start < inputs.length; start += AT_ONCE) {
      const some = inputs.slice(start, start + AT_ONCE)
      made.push(...(await Promise.all(some.map((input) => this.#of(input, renders, request)))))
    }
    this.#versions.begin('')
    const documents: SourceDocument[] = []
    const problems: SourceProblem[] = []
    for (const [index, { printed, file }] of made.entries()) {
      for (const problem of printed.problems) problems.push(problem)
      const parsed = file && this.#versions.parse(file, '')
      for (const document of parsed?.documents ?? []) documents.push(document)
      for (const problem of parsed?.problems ?? []) problems.push(problem)
      const input = inputs[index]
      if (input && parsed?.documents.length === 0 && parsed.problems.length === 0) {
        const message = `${input.name}: what is rendered holds no objects`
        problems.push({ severity: 'warning', message, at: input.at.position() })
      }
    }
    return { documents, problems }
  }

  async #of(input: RenderedInput, renders: RenderRequest, request: InputRequest): Promise<Kept> {
    const state = stateOf(input, renders, request)
    const kept = this.#kept.get(input)
    if (kept?.state === state) return kept
    const printed = await print(input, renders, request)
    const { text } = printed
    const { name, namespace } = input
    const file = text === undefined ? undefined : { name: renderedName(name), text, ...(namespace && { namespace }) }
    const now = { state, printed, file }
    this.#kept.set(input, now)
    return now
  }
}

/** A command may read any file of the input. An editor tells which files change, and no program sees its texts. */
function stateOf(input: RenderedInput, renders: RenderRequest, request: InputRequest): string {
  const own = renderedFrom(input, renders)
  if (input.tool !== 'command' || request.keepsFiles) return own
  return `${own}\n${fileState({ ...request, renders: undefined, paths: pathsOf(request) })}`
}

function subjectOf(input: RenderedInput): Subject {
  const { tool } = input
  const at = input.at.position()
  if (tool !== 'command') return { tool, at, missing: PROGRAM_MISSING[tool] }
  const [program] = input.command
  if (!program.includes('/')) {
    const hint = `install it, or write the path of a program in the repository: ./${program}`
    return { tool: program, at, missing: `${program} is not on the PATH`, hint }
  }
  const where = `paths start at the folder of the configuration; a script also needs the program in its first line`
  return { tool: program, at, missing: `the program ${program} was not found`, hint: where }
}

async function print(input: RenderedInput, renders: RenderRequest, request: InputRequest): Promise<Printed> {
  const { cwd, env, namespace } = request
  const { folder } = input
  const refusal = refusalOf(input, renders, cwd)
  if (refusal) {
    const message = `cannot be rendered: ${refusal}`
    return { text: undefined, problems: [{ severity: 'error', message, at: input.at.position() }] }
  }
  return firstOf(commandLines(input, namespace), subjectOf(input), { cwd: folder, env })
}

const renderers = new WeakMap<RenderRequest, Renderer>()

/** Manifests that programs made. */
interface MadeDocuments {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
}

/** Renders the inputs of a request. Never rejects: failures are problems at the entries of the configuration. */
export async function renderInputs(request: InputRequest): Promise<MadeDocuments> {
  const { renders } = request
  if (!renders) return { documents: [], problems: [] }
  const renderer = renderers.get(renders) ?? new Renderer()
  renderers.set(renders, renderer)
  return renderer.render(renders, request)
}

/** Files and folders that are read as a part of what is rendered, and not by themselves. */
export interface Built {
  /** Absolute. */
  readonly files: ReadonlySet<string>
  /** Absolute. */
  readonly folders: ReadonlySet<string>
}

/** What the rendered inputs are built from. */
export function builtInto({ inputs }: RenderRequest): Built {
  const files = new Set<string>()
  const folders = new Set<string>()
  for (const input of inputs) {
    if (input.tool === 'helm') folders.add(input.path)
    if (input.tool !== 'kustomize') continue
    const parts = partsOf(input.path)
    for (const path of parts.files) files.add(path)
    for (const path of parts.folders) folders.add(path)
  }
  return { files, folders }
}
