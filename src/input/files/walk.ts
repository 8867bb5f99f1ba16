/** Searches folders for manifests. */
import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { SourceProblem } from '../../sources/document.ts'
import { failureText } from './failure.ts'
import type { FolderRules } from './layout/exclusions.ts'
import { belongsToChart, isChart, VALUES_FILE } from './layout/helm.ts'
import { isKustomizationFile, type Kustomization, readKustomization } from './layout/kustomize.ts'
import { type Entry, entriesOf, filePath, shownName, specialKind } from './names.ts'

/** A file to read. */
export interface FoundFile {
  /** The name in messages. */
  readonly name: string
  /** Absolute; bytes that are not UTF-8 are lone surrogates. */
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

const LINK_HINT = 'Name it to read what it leads to.'

const isHidden = (name: string): boolean => name.startsWith('.')

export const isManifest = (name: string): boolean => MANIFEST.test(name)

export const isVisibleManifest = (name: string): boolean => !isHidden(name) && isManifest(name)

/** Sorts by the bytes of names, like ls and Go. */
export function byBytes<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(nameOf(item)) }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item)
}

/** A path inside a folder, in the user's notation. */
export function joinName(folder: string, given: string): string {
  const name = shownName(given)
  return folder === '.' || folder === '' ? name : folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

export const fileProblem = (file: string, message: string, hint?: string): SourceProblem =>
  hint === undefined ? { severity: 'error', message, at: { file } } : { severity: 'error', message, at: { file }, hint }

/** A note about something that is passed over. */
export const passedOver = (file: string, what: string, hint?: string): SourceProblem => ({
  ...fileProblem(file, `is ${what}, which is passed over`, hint),
  severity: 'note',
})

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
  #entered = 0
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
    if (this.#entered >= this.#mostFolders) return
    this.#entered++
    const entries = byBytes(entriesOf(path), ({ name }) => name)
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

  #attempt(entry: Entry, path: string, name: string, folder: Entered): void {
    if (entry.kind === 'file' && !isManifest(entry.name)) return
    try {
      this.#visit(entry, path, name, folder)
    } catch (error) {
      const isFolder = entry.kind === 'folder'
      if ((isManifest(name) || isFolder) && !folder.rules?.excludes(path, isFolder))
        this.problems.push(fileProblem(name, `cannot be read: ${failureText(error)}`))
    }
  }

  #visit(entry: Entry, path: string, name: string, folder: Entered): void {
    const info = statSync(filePath(path))
    const isFolder = info.isDirectory()
    const own = basename(path)
    const isWanted = isFolder ? this.#options.recursive && own !== SKIPPED_FOLDER : isManifest(name)
    if (!isWanted) return
    if (folder.rules?.excludes(path, isFolder) || this.#notObjects.has(path)) this.hasLeftOut = true
    else if (folder.isChart && belongsToChart(own, isFolder)) {
      this.hasLeftOut = true
      if (own === VALUES_FILE) this.files.push({ name, path, size: info.size, explicit: false, isValues: true })
    } else if (isFolder && entry.kind === 'link') this.problems.push(passedOver(name, 'a link to a folder', LINK_HINT))
    else if (isFolder) this.#walk(path, name, folder.rules)
    else if (!info.isFile()) this.problems.push(passedOver(name, specialKind(info)))
    else this.files.push({ name, path, size: info.size, explicit: false })
  }
}
