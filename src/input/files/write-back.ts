/** Writes changed manifests back to their files. */
import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { decodeText, encodeText } from '../../sources/decode.ts'
import type { SourceFile } from '../../sources/document.ts'
import { STDIN_NAME } from '../request.ts'
import { fixedPart, isInside } from './paths.ts'
import { repositoryOf } from './repository.ts'
import { type FileContent, WriteError, writeAtomically } from './write.ts'

/** Which files may be written. */
export interface WriteScope {
  readonly cwd: string
  /** The paths and patterns that the user named. */
  readonly named: readonly string[]
  /** The folder of the configuration, which may name other files; undefined without one. */
  readonly configured: string | undefined
}

const DRY_RUN = '--dry-run prints the changes instead'

const FLAG = '--fix'

const refuse = (name: string, why: string, hint = DRY_RUN): UserError => new UserError(`${FLAG}: ${name} ${why}`, hint)

/** The real file of a name; a link may not lead out of the working directory. */
async function realFile(name: string, cwd: string): Promise<string> {
  const path = resolve(cwd, name)
  const real = await realpath(path)
  const folder = await realpath(cwd)
  const isLink = isInside(cwd, path) ? !isInside(folder, real) : (await lstat(path)).isSymbolicLink()
  if (isLink) throw refuse(name, `is a link that leads out of the working directory, to ${real}`)
  return real
}

/**
 * The bytes of a file and of its new text, in the same encoding.
 * @throws UserError when the bytes are not those that were read
 */
export function encodedLike(
  { name, text: before }: SourceFile,
  bytes: Buffer,
  text: string,
  flag = FLAG,
): Pick<FileContent, 'expected'> & { readonly content: Uint8Array } {
  const decoded = decodeText(bytes)
  if (!('text' in decoded) || decoded.text !== before) {
    throw new UserError(`${flag}: ${name} has changed since it was read`, 'run it again')
  }
  const { encoding } = decoded
  if (!bytes.equals(encodeText(before, encoding))) {
    throw new UserError(`${flag}: ${name} has halves of characters, which would be lost`, 'save it as UTF-8')
  }
  return { content: encodeText(text, encoding), expected: bytes }
}

/** A repository may be someone else's, so its configuration must not lead to files outside of it. */
async function checkScope(name: string, real: string, { cwd, named, configured }: WriteScope): Promise<void> {
  if (configured === undefined) return
  const folders = [cwd, repositoryOf(configured), ...named.map((path) => resolve(cwd, fixedPart(path)))]
  for (const folder of folders) {
    const top = await realpath(folder).catch(() => folder)
    if (isInside(top, real)) return
  }
  throw refuse(name, 'is outside of the repository of the configuration that names it', 'name it on the command line')
}

async function contentFor(file: SourceFile, text: string, scope: WriteScope): Promise<FileContent> {
  const { name } = file
  const { cwd } = scope
  if (name === STDIN_NAME) throw refuse('standard input', 'cannot be changed')
  try {
    const path = await realFile(name, cwd)
    await checkScope(name, path, scope)
    if (!(await stat(path)).isFile()) throw refuse(name, 'is not a file')
    return { path, ...encodedLike(file, await readFile(path), text) }
  } catch (error) {
    if (error instanceof UserError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw refuse(name, 'is not a file: only manifests in files can be changed')
    throw refuse(name, `cannot be changed: ${message}`)
  }
}

/**
 * Writes the new texts of files, or none if one of them cannot be written.
 * @returns the names of the files
 * @throws UserError for something that is not a file, is not writable, is behind a link out of the working directory, is
 * outside of the scope, or has changed since it was read
 */
export async function writeFixed(
  texts: ReadonlyMap<SourceFile, string>,
  scope: WriteScope,
): Promise<readonly string[]> {
  const contents: FileContent[] = []
  const names = new Map<string, string>()
  for (const [file, text] of texts) {
    const content = await contentFor(file, text, scope)
    const other = names.get(content.path)
    if (other !== undefined) throw refuse(file.name, `is the same file as ${other}`, 'name it once in the input')
    names.set(content.path, file.name)
    contents.push(content)
  }
  try {
    await writeAtomically(contents)
  } catch (error) {
    if (!(error instanceof WriteError)) throw error
    const name = names.get(error.path) ?? relative(scope.cwd, error.path)
    throw refuse(name, `cannot be written: ${error.message}`)
  }
  return [...names.values()]
}
