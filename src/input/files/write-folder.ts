/** Writes edited manifests to a folder, in the layout of the input. */
import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { editManifests } from '../../findings/edits/index.ts'
import type { ChangeSet } from '../../findings/fixes/index.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { SourceDocument, SourceFile } from '../../sources/document.ts'
import { STDIN_NAME } from '../request.ts'
import { isInside } from './paths.ts'
import { type FileContent, WriteError, writeAtomically, writeFailure } from './write.ts'
import { encodedLike } from './write-back.ts'

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
  /** The file in the input; undefined for standard input and new files. */
  readonly source: string | undefined
  /** undefined for a new file. */
  readonly file: SourceFile | undefined
  /** undefined for a copy. */
  readonly text: string | undefined
  readonly changed: boolean
}

const FLAG = '--fix-out'
const STDIN_FILE = 'stdin.yaml'
const PERMISSIONS = 0o777

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
    return { path, source, file, text: texts.get(file) ?? (isStdin ? file.text : undefined), changed: texts.has(file) }
  })
  if (added)
    tasks.push({
      path: freeName(added.name, taken),
      source: undefined,
      file: undefined,
      text: added.text,
      changed: true,
    })
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

/** What to write for a task; undefined for a copy of a file to itself. */
async function contentOf({ path, source, file, text }: Task, folder: string): Promise<FileContent | undefined> {
  const target = { path: join(folder, path), makesFolder: true }
  if (source === undefined || file === undefined) return { ...target, content: text ?? '' }
  const isItself = (await realOrSame(source)) === target.path
  const mode = (await stat(source)).mode & PERMISSIONS
  if (text === undefined) return isItself ? undefined : { ...target, content: { copyOf: source }, mode }
  const { content, expected } = encodedLike(file, await readFile(source), text, FLAG)
  return { ...target, content, mode, ...(isItself && { expected }) }
}

/**
 * Writes every file of the config cluster to the folder, at its path below the common folder of all of them; changed
 * files are edited, the others copied. All are written or none.
 * @throws UserError when the folder cannot be used, EditError when a document cannot be edited; nothing is written then
 */
export async function writeEdited(request: EditRequest, cwd: string): Promise<Written> {
  const tasks = tasksOf(request, cwd)
  if (tasks.length === 0) return { files: 0, changed: [] }
  try {
    const folder = await realOrSame(resolve(cwd, request.folder))
    const sources = tasks.map(({ source }) => source).filter((source) => source !== undefined)
    const inputs = new Set(await Promise.all(sources.map(realOrSame)))
    for (const task of tasks) await checkTarget(task, folder, inputs)
    const contents = await Promise.all(tasks.map((task) => contentOf(task, folder)))
    await writeAtomically(contents.filter((content) => content !== undefined))
  } catch (error) {
    if (error instanceof UserError) throw error
    if (!(error instanceof WriteError)) throw new UserError(`${FLAG} ${request.folder}: ${writeFailure(error)}`)
    throw new UserError(`${FLAG}: ${relative(cwd, error.path)} cannot be written: ${error.message}`)
  }
  const changed = tasks.filter((task) => task.changed).map(({ path }) => path)
  return { files: tasks.length, changed }
}
