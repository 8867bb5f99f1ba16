/** Writes edited manifests to a folder, in the layout of the input. */
import { copyFile, lstat, mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { editManifests } from '../../findings/edits/index.ts'
import type { ChangeSet } from '../../findings/fixes/index.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { SourceDocument, SourceFile } from '../../sources/document.ts'
import { STDIN_NAME } from '../request.ts'
import { isInside } from './paths.ts'

export interface EditRequest {
  readonly changes: ChangeSet
  readonly snapshot: Snapshot
  readonly documents: readonly SourceDocument[]
  readonly folder: string
}

export interface Written {
  /** The number of files written. */
  readonly files: number
  /** Their paths in the folder. */
  readonly changed: readonly string[]
}

/** A file to write: a copy of an input file, or a new text. */
interface Task {
  /** The path in the folder. */
  readonly path: string
  /** The source file; undefined for standard input and new files. */
  readonly source: string | undefined
  /** undefined for a copy. */
  readonly text: string | undefined
  readonly changed: boolean
}

const STDIN_FILE = 'stdin.yaml'

/** The deepest folder that holds all files. */
function commonFolder(paths: readonly string[]): string {
  const [first = sep, ...others] = paths.map(dirname)
  return others.reduce((common, folder) => {
    let shared = common
    while (relative(shared, folder).startsWith('..') && dirname(shared) !== shared) shared = dirname(shared)
    return shared
  }, first)
}

/** Files of the config cluster: only its objects are edited, and only they can be read from one folder again. */
function configFiles(documents: readonly SourceDocument[]): readonly SourceFile[] {
  return [...new Set(documents.filter(({ cluster }) => cluster === '').map(({ file }) => file))]
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let candidate = name
  for (let number = 2; taken.has(candidate); number++) candidate = name.replace(/(?=\.[^.]*$)/, `-${number}`)
  return candidate
}

function tasksOf({ changes, snapshot, documents }: EditRequest, cwd: string): Task[] {
  const { texts, added } = editManifests(changes, snapshot)
  if (texts.size === 0 && !added) return []
  const files = configFiles(documents)
  const sources = files.filter(({ name }) => name !== STDIN_NAME).map(({ name }) => resolve(cwd, name))
  const root = commonFolder(sources)
  const taken = new Set<string>()
  const tasks = files.map((file): Task => {
    const isStdin = file.name === STDIN_NAME
    const source = isStdin ? undefined : resolve(cwd, file.name)
    const path = freeName(source === undefined ? STDIN_FILE : relative(root, source), taken)
    taken.add(path)
    return { path, source, text: texts.get(file) ?? (isStdin ? file.text : undefined), changed: texts.has(file) }
  })
  if (added) tasks.push({ path: freeName(added.name, taken), source: undefined, text: added.text, changed: true })
  return tasks
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch {
    return false
  }
}

async function realOrSame(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return path
  }
}

/** Whether any part of a path below the folder is a link. */
async function crossesLink(folder: string, path: string): Promise<boolean> {
  let place = folder
  for (const part of path.split(sep)) {
    place = join(place, part)
    if (await isLink(place)) return true
  }
  return false
}

/** @throws UserError when a file would be written outside the folder, or over another file of the input */
async function checkTarget({ path, source }: Task, folder: string, inputs: ReadonlySet<string>): Promise<void> {
  const target = join(folder, path)
  if (!isInside(folder, target) || (await crossesLink(folder, path))) {
    throw new UserError(`--fix-out: ${path} would be written outside the folder`, 'it holds symbolic links')
  }
  const own = source === undefined ? undefined : await realOrSame(source)
  if (inputs.has(target) && target !== own) {
    throw new UserError(`--fix-out: ${path} would overwrite a file of the input`, 'give another folder')
  }
}

/**
 * Writes every file of the config cluster to the folder, at its path below the common folder of all of them; changed
 * files are edited, the others copied.
 * @throws UserError when the folder cannot be used, EditError when a document cannot be edited; nothing is written then
 */
export async function writeEdited(request: EditRequest, cwd: string): Promise<Written> {
  const tasks = tasksOf(request, cwd)
  if (tasks.length === 0) return { files: 0, changed: [] }
  try {
    const given = resolve(cwd, request.folder)
    await mkdir(given, { recursive: true })
    const folder = await realpath(given)
    const sources = tasks.map(({ source }) => source).filter((source) => source !== undefined)
    const inputs = new Set(await Promise.all(sources.map(realOrSame)))
    for (const task of tasks) await checkTarget(task, folder, inputs)
    for (const { path, source, text } of tasks) {
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      if (text !== undefined) await writeFile(target, text)
      else if (source !== undefined && (await realOrSame(source)) !== target) await copyFile(source, target)
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`--fix-out ${request.folder}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const changed = tasks.filter((task) => task.changed).map(({ path }) => path)
  return { files: tasks.length, changed }
}
