import { resolve } from 'node:path'
import { oncePer } from '../../common/once.ts'
import { areIstiodValues } from '../../resources/mesh/stated/statements.ts'
import { decodeText, type Encoding } from '../../sources/decode.ts'
import type { SourceDocument, SourceFile, SourceProblem } from '../../sources/document.ts'
import { type Limits, withDefaults, withThousands } from '../../sources/limits.ts'
import { type ParsedFile, parseDocuments } from '../../sources/parse.ts'
import type { FileVersions } from '../../sources/versions.ts'
import { checkMemory, checkMemoryForText, limitsInMemory } from '../memory.ts'
import { STDIN, STDIN_NAME } from '../request.ts'
import { failureText } from './failure.ts'
import type { Exclusions } from './layout/exclusions.ts'
import type { Kustomization } from './layout/kustomize.ts'
import type { Layout } from './layout/layout.ts'
import { type FoundKind, foundKind, mayHoldObjects } from './layout/recognize.ts'
import { readBytes, readRegular, readStdin, TooLargeError } from './read.ts'
import { StoredFiles } from './stored.ts'
import type { FoundFile } from './walk.ts'

/** An input: a file, folder or glob pattern, or standard input. */
export interface SourceInput {
  readonly kind: 'path' | 'stdin'
  readonly path: string
  /** '' for the config cluster, else the ID of a remote cluster. */
  readonly cluster: string
}

export interface LoadOptions {
  readonly inputs: readonly SourceInput[]
  /** Whether folders are read with their subfolders. */
  readonly recursive: boolean
  /** What to exclude; nothing when absent. */
  readonly exclusions?: Exclusions | undefined
  /** Whether charts and overlays are rendered and read elsewhere, so that they are left out without a note. */
  readonly skipsBuilt?: boolean | undefined
  /** Files and folders that are left out without a note, because they are read as a part of what is rendered. */
  readonly built?: { readonly files: ReadonlySet<string>; readonly folders: ReadonlySet<string> } | undefined
  /** Files to take instead of what is stored under their names. */
  readonly edited?: ReadonlyMap<string, SourceFile> | undefined
  /** What an earlier call with the same inputs read of the file system, to be read again only where it changed. */
  readonly stored?: StoredFiles<Promise<Content>> | undefined
  /** The folder that paths are relative to; the process's own by default. */
  readonly cwd?: string
  /** Reads standard input; the process's own by default. */
  readonly stdin?: () => Promise<Buffer>
  readonly limits?: Partial<Limits>
  /** Earlier versions of the files. */
  readonly versions?: FileVersions | undefined
  /** Called with the known size of the input before any of it is parsed, and when more is known. */
  readonly onSize?: (bytes: number) => void
  /** Called before each file with the bytes read so far, the known total, and the file's name. */
  readonly onProgress?: (doneBytes: number, totalBytes: number, file: string) => void
}

export interface LoadedSources {
  /** In the order of the inputs, then of file names, then of the text. */
  readonly documents: SourceDocument[]
  readonly problems: SourceProblem[]
  /** The number of files read, including standard input. */
  readonly files: number
  readonly bytes: number
  /** What was found that has no objects. */
  readonly layout: Layout
}

/** A file of one cluster, or standard input, which has no path. */
interface Task {
  readonly cluster: string
  readonly name: string
  readonly path: string | undefined
  readonly size: number
  readonly explicit: boolean
  readonly isValues?: true
}

/** A file that cannot be used, and why. */
interface Unread {
  readonly problem: SourceProblem
}

/** What a file holds; no text if it is neither text nor meant as a manifest. */
export type Content = Unread | { readonly bytes: number; readonly file: SourceFile | undefined }

/** For a file, and for a folder whose files are all empty. */
const NO_OBJECTS = 'holds no objects'

/** Asked again of files that stay the same when an input is read again. */
const seemsToHoldObjects = oncePer(({ text }: SourceFile) => mayHoldObjects(text))
const kinds = new WeakMap<ParsedFile, FoundKind>()

function kindOf(text: string, parsed: ParsedFile): FoundKind {
  const kind = kinds.get(parsed) ?? foundKind(text, parsed)
  kinds.set(parsed, kind)
  return kind
}

const isStdin = (input: SourceInput): boolean => input.kind === 'stdin' || input.path === STDIN

class Loader {
  readonly #options: LoadOptions
  readonly #stored: StoredFiles<Promise<Content>>
  readonly #limits: Limits
  readonly #documents: SourceDocument[] = []
  readonly #problems: SourceProblem[] = []
  readonly #seen = new Set<string>()
  readonly #charts: string[] = []
  readonly #kustomizations: Kustomization[] = []
  readonly #others: string[] = []
  readonly #templates: string[] = []
  #files = 0
  #bytes = 0

  constructor(options: LoadOptions) {
    this.#options = options
    this.#stored = options.stored ?? new StoredFiles()
    this.#limits = withDefaults({ ...limitsInMemory(), ...options.limits })
  }

  async run(): Promise<LoadedSources> {
    const { versions } = this.#options
    for (const cluster of new Set(this.#options.inputs.map((input) => input.cluster))) versions?.begin(cluster)
    const byInput: { readonly path: string; readonly tasks: readonly Task[] }[] = []
    for (const input of this.#options.inputs) byInput.push({ path: input.path, tasks: this.#tasksOf(input) })
    const total = byInput.flatMap(({ tasks }) => tasks).reduce((sum, { size }) => sum + size, 0)
    this.#options.onSize?.(total)
    for (const { path, tasks } of byInput) {
      const before = this.#found()
      for (const task of tasks) {
        this.#options.onProgress?.(this.#bytes, total, task.name)
        await this.#load(task)
      }
      const isEmpty = tasks.length > 0 && this.#found() === before
      if (isEmpty) this.#problems.push({ severity: 'error', message: NO_OBJECTS, at: { file: path } })
    }
    const layout = {
      charts: this.#charts,
      kustomizations: this.#kustomizations,
      others: this.#others,
      templates: this.#templates,
    }
    return { documents: this.#documents, problems: this.#problems, files: this.#files, bytes: this.#bytes, layout }
  }

  /** How much has been found: objects, and what is reported instead. */
  #found(): number {
    return [this.#documents, this.#problems, this.#charts, this.#kustomizations, this.#others, this.#templates].reduce(
      (sum, list) => sum + list.length,
      0,
    )
  }

  #tasksOf(input: SourceInput): Task[] {
    if (isStdin(input)) return this.#onceOnly(input.cluster, STDIN) ? [stdinTask(input.cluster)] : []
    const { cwd = process.cwd(), recursive, exclusions, skipsBuilt, built } = this.#options
    const {
      files,
      problems,
      charts = [],
      kustomizations = [],
    } = this.#stored.discover(input.path, { cwd, recursive, exclusions, skipsBuilt })
    for (const problem of problems) this.#problems.push(problem)
    if (!skipsBuilt) {
      this.#charts.push(...charts.filter((name) => !built?.folders.has(resolve(cwd, name))))
      this.#kustomizations.push(...kustomizations.filter(({ path }) => !built?.folders.has(path)))
    }
    const own = built ? files.filter(({ path }) => !built.files.has(path)) : files
    const unseen = own.filter((file) => this.#onceOnly(input.cluster, this.#stored.identityOf(file.path)))
    return unseen.map((file) => fileTask(input.cluster, file))
  }

  /** Whether the cluster has not read this file yet: a file that is named twice is read once. */
  #onceOnly(cluster: string, identity: string): boolean {
    const key = `${cluster}\0${identity}`
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  async #load(task: Task): Promise<void> {
    const edited = this.#options.edited?.get(task.name)
    if (edited) {
      this.#files++
      this.#parse(task, edited)
      return
    }
    const read = () => this.#contentOf(task)
    const content = await (task.path === undefined ? read() : this.#stored.contentOf(task.path, read))
    if ('bytes' in content) {
      this.#files++
      this.#bytes += content.bytes
    }
    if (task.path === undefined) this.#options.onSize?.(this.#bytes)
    if ('problem' in content) this.#problems.push(content.problem)
    else if (content.file) this.#parse(task, content.file)
    else this.#others.push(task.name)
  }

  async #contentOf(task: Task): Promise<Content> {
    const read = await this.#read(task)
    if ('problem' in read) return read
    const { length } = read
    checkMemoryForText(length)
    const decoded = decodeText(read)
    if ('text' in decoded) return { bytes: length, file: sourceFile(task.name, decoded) }
    if (!task.explicit && !mayHoldObjects(read.toString('latin1'))) return { bytes: length, file: undefined }
    const { problem, line, column, hint } = decoded
    return {
      bytes: length,
      problem: { severity: 'error', message: problem, at: { file: task.name, line, column }, hint },
    }
  }

  async #read({ name, path, explicit }: Task): Promise<Buffer | Unread> {
    const limit = this.#limits.fileBytes
    try {
      if (path !== undefined) return explicit ? readBytes(path, limit) : readRegular(path, limit)
      const bytes = await (this.#options.stdin ?? (() => readStdin(limit)))()
      if (bytes.length > limit) throw new TooLargeError()
      return bytes
    } catch (error) {
      return { problem: unreadable(name, error, limit) }
    }
  }

  #parse({ cluster, explicit, isValues }: Task, file: SourceFile): void {
    const { name, text } = file
    if (isValues) {
      const { documents } = parseDocuments(file, cluster, this.#limits)
      this.#documents.push(...documents.filter(({ value }) => areIstiodValues(value)))
      return
    }
    if (!explicit && text !== '' && !seemsToHoldObjects(file)) {
      this.#others.push(name)
      return
    }
    const versions = this.#options.versions
    const parsed = versions?.parse(file, cluster, this.#limits) ?? parseDocuments(file, cluster, this.#limits)
    const kind = explicit ? 'manifest' : kindOf(text, parsed)
    if (kind === 'other') this.#others.push(name)
    else if (kind === 'template') this.#templates.push(name)
    else this.#take(name, explicit, parsed)
    checkMemory()
  }

  #take(name: string, explicit: boolean, { documents, problems }: ParsedFile): void {
    for (const document of documents) this.#documents.push(document)
    for (const problem of problems) this.#problems.push(problem)
    if (explicit && documents.length === 0 && problems.length === 0) {
      this.#problems.push({ severity: 'error', message: NO_OBJECTS, at: { file: name } })
    }
  }
}

const sourceFile = (name: string, { text, encoding }: { text: string; encoding: Encoding }): SourceFile =>
  encoding === 'utf-8' ? { name, text } : { name, text, encoding }

const stdinTask = (cluster: string): Task => ({ cluster, name: STDIN_NAME, path: undefined, size: 0, explicit: true })

const fileTask = (cluster: string, file: FoundFile): Task => ({ cluster, ...file })

function unreadable(name: string, error: unknown, limit: number): SourceProblem {
  const at = { file: name }
  if (!(error instanceof TooLargeError)) {
    return { severity: 'error', message: `cannot be read: ${failureText(error)}`, at }
  }
  const message = `is larger than the limit of ${withThousands(limit)} bytes`
  return { severity: 'error', message, at, hint: 'Split the file.' }
}

/**
 * Reads manifests from files, folders, glob patterns and standard input. An input that cannot be read becomes a problem
 * without affecting the others.
 * @throws UserError when there is not enough memory, and errors of the callbacks in the options
 */
export async function loadSources(options: LoadOptions): Promise<LoadedSources> {
  return new Loader(options).run()
}
