/** The folders of the editor, and the files outside of them, which are checked alone. */
import { dirname } from 'node:path'
import { isInside } from '../../input/files/paths.ts'
import type { SourceFile } from '../../sources/document.ts'
import type { OpenProject, ProjectSettings } from './project.ts'
import { Workspace } from './workspace.ts'

export interface WorkspacesOptions {
  readonly openProject: OpenProject
  /** The texts of all open documents. */
  readonly texts: () => ReadonlyMap<string, SourceFile>
  readonly onStep: (text: string) => void
  /** Told about a workspace that is gone. */
  readonly onClose: (workspace: Workspace) => void
}

export class Workspaces {
  readonly #options: WorkspacesOptions
  #settings: ProjectSettings = {}
  readonly #folders = new Map<string, Workspace>()
  readonly #single = new Map<string, Workspace>()

  constructor(options: WorkspacesOptions) {
    this.#options = options
  }

  get all(): readonly Workspace[] {
    return [...this.#folders.values(), ...this.#single.values()]
  }

  get settings(): ProjectSettings {
    return this.#settings
  }

  /** Absolute. */
  get folders(): readonly string[] {
    return [...this.#folders.keys()]
  }

  /** The workspace that a file belongs to: of several folders around it, the innermost. @param path absolute */
  of(path: string): Workspace | undefined {
    const around = this.folders.filter((folder) => isInside(folder, path))
    const innermost = around.sort((a, b) => b.length - a.length)[0]
    return innermost === undefined ? this.#single.get(path) : this.#folders.get(innermost)
  }

  addFolder(folder: string): void {
    if (this.#folders.has(folder)) return
    this.#folders.set(folder, this.#workspace(folder, undefined))
    // Files that were alone before may be inside of it.
    for (const path of [...this.#single.keys()].filter((each) => isInside(folder, each)))
      this.#close(this.#single, path)
  }

  removeFolder(folder: string): void {
    this.#close(this.#folders, folder)
  }

  /** @param path absolute */
  openFile(path: string): void {
    if (this.of(path) === undefined) this.#single.set(path, this.#workspace(dirname(path), path))
  }

  closeFile(path: string): void {
    this.#close(this.#single, path)
  }

  /** Opens everything again with other settings. */
  configure(settings: ProjectSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return
    this.#settings = settings
    for (const folder of this.folders) {
      this.#close(this.#folders, folder)
      this.#folders.set(folder, this.#workspace(folder, undefined))
    }
    for (const path of [...this.#single.keys()]) {
      this.#close(this.#single, path)
      this.openFile(path)
    }
  }

  #workspace(folder: string, file: string | undefined): Workspace {
    const { openProject, texts, onStep } = this.#options
    const own = (): ReadonlyMap<string, SourceFile> => {
      const text = file === undefined ? undefined : texts().get(file)
      return file === undefined ? texts() : new Map(text ? [[file, text]] : [])
    }
    return new Workspace(openProject(folder, file, this.#settings), own, onStep)
  }

  #close(among: Map<string, Workspace>, key: string): void {
    const workspace = among.get(key)
    among.delete(key)
    if (workspace) this.#options.onClose(workspace)
  }
}
