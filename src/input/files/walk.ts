/** Searches folders for manifests. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { SourceProblem } from '../../sources/document.ts'
import type { FolderRules } from './layout/exclusions.ts'
import { belongsToChart, isChart, VALUES_FILE } from './layout/helm.ts'
import { isKustomizationFile, type Kustomization, readKustomization } from './layout/kustomize.ts'

/** A file to read. */
export interface FoundFile {
  /** The name in messages. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** In bytes; 0 if unknown, such as for a pipe. */
  readonly size: number
  /** Whether the user named the file itself, rather than its folder. */
  readonly explicit: boolean
  /** Values of a Helm chart, which are read only if they state how Istio is installed. */
  readonly isValues?: true
}

const MANIFEST = /\.(?:yaml|yml|json)$/i
export const EXTENSIONS = '.yaml, .yml or .json'
export const SKIPPED_FOLDER = 'node_modules'

const isHidden = (name: string): boolean => name.startsWith('.')

export const isManifest = (name: string): boolean => MANIFEST.test(name)

export const isVisibleManifest = (name: string): boolean => !isHidden(name) && isManifest(name)

/** Sorts by the bytes of names, like ls and Go. */
export function byBytes<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(nameOf(item)) }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item)
}

/** The reason why a file operation failed, without Node's code and path. */
export function failureText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ELOOP: 'the symbolic links form a loop',
    ENOENT: 'no such file or folder',
    ENOTDIR: 'a part of the path is not a folder',
    ENAMETOOLONG: 'the name is too long',
    EISDIR: 'it is a folder',
  }
  return (code !== undefined && known[code]) || message
}

/** A path inside a folder, in the user's notation. */
export function joinName(folder: string, name: string): string {
  return folder === '.' || folder === '' ? name : folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

export const fileProblem = (file: string, message: string, hint?: string): SourceProblem =>
  hint === undefined ? { severity: 'error', message, at: { file } } : { severity: 'error', message, at: { file }, hint }

/** Options for walking folders. */
export interface WalkOptions {
  readonly recursive: boolean
  /** The exclusions in the first folder; none when absent. */
  readonly rules?: FolderRules | undefined
  readonly mostFolders?: number
  /** Whether to leave out what kustomizations are built from, because their results are read instead. */
  readonly skipsBuilt?: boolean | undefined
}

/** A folder during the walk. */
interface Entered {
  readonly rules: FolderRules | undefined
  readonly isChart: boolean
}

/** One walk through a folder. */
export class FolderWalk {
  readonly files: FoundFile[] = []
  readonly problems: SourceProblem[] = []
  /** Names of folders with Helm charts. */
  readonly charts: string[] = []
  readonly kustomizations: Kustomization[] = []
  /** Whether a manifest or folder was excluded. */
  hasLeftOut = false
  readonly #options: WalkOptions
  readonly #mostFolders: number
  readonly #entered = new Set<string>()
  /** Absolute paths of files that kustomizations use and that are not objects. */
  readonly #notObjects = new Set<string>()

  constructor(options: WalkOptions) {
    this.#options = options
    this.#mostFolders = options.mostFolders ?? Number.POSITIVE_INFINITY
  }

  /**
   * @param path absolute
   * @param name the path as the user wrote it
   */
  walk(path: string, name: string): void {
    this.#walk(path, name, this.#options.rules)
  }

  #walk(path: string, name: string, above: FolderRules | undefined): void {
    // Links may lead to the same folder again, even from inside it.
    const real = realpathSync(path)
    if (this.#entered.has(real) || this.#entered.size >= this.#mostFolders) return
    this.#entered.add(real)
    const entries = byBytes(readdirSync(path, { withFileTypes: true }), ({ name }) => name)
    const names = new Set(entries.map((entry) => entry.name))
    const folder = { rules: above?.inside(path), isChart: isChart(names) }
    if (folder.isChart) this.charts.push(name)
    if (this.#isComponent(path, name, names, folder)) return
    for (const entry of entries) {
      if (!isHidden(entry.name)) this.#attempt(entry, resolve(path, entry.name), joinName(name, entry.name), folder)
    }
  }

  /** Records a folder's kustomization. A component contains only parts of overlays. */
  #isComponent(path: string, name: string, names: ReadonlySet<string>, { rules }: Entered): boolean {
    const file = [...names].find(isKustomizationFile)
    if (file === undefined || rules?.excludes(resolve(path, file), false)) return false
    const kustomization = readKustomization(path, name, file)
    if (!kustomization) return false
    this.kustomizations.push(kustomization)
    this.#notObjects.add(resolve(path, file))
    for (const each of kustomization.notObjects) this.#notObjects.add(each)
    if (this.#options.skipsBuilt) for (const each of kustomization.uses) this.#notObjects.add(each)
    return kustomization.isComponent
  }

  #attempt(entry: Dirent, path: string, name: string, folder: Entered): void {
    if (entry.isFile() && !isManifest(entry.name)) return
    try {
      this.#visit(path, name, folder)
    } catch (error) {
      if ((isManifest(name) || entry.isDirectory()) && !folder.rules?.excludes(path, entry.isDirectory()))
        this.problems.push(fileProblem(name, `cannot be read: ${failureText(error)}`))
    }
  }

  #visit(path: string, name: string, folder: Entered): void {
    const info = statSync(path)
    const isFolder = info.isDirectory()
    const own = basename(path)
    const isWanted = isFolder ? this.#options.recursive && own !== SKIPPED_FOLDER : isManifest(name)
    if (!isWanted) return
    if (folder.rules?.excludes(path, isFolder) || this.#notObjects.has(path)) this.hasLeftOut = true
    else if (folder.isChart && belongsToChart(own, isFolder)) {
      this.hasLeftOut = true
      if (own === VALUES_FILE) this.files.push({ name, path, size: info.size, explicit: false, isValues: true })
    } else if (isFolder) this.#walk(path, name, folder.rules)
    else this.files.push({ name, path, size: info.size, explicit: false })
  }
}
