/** Writes changed manifests back to their files. */
import { access, constants, lstat, readFile, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { decodeText } from '../../sources/decode.ts'
import type { SourceFile } from '../../sources/document.ts'
import { STDIN_NAME } from '../request.ts'
import { isInside } from './paths.ts'
import { type FileContent, writeAtomically } from './write.ts'

const DRY_RUN = '--dry-run prints the changes instead'
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const PERMISSIONS = 0o7777
const ANY_WRITE = 0o222

const refuse = (name: string, why: string, hint = DRY_RUN): UserError => new UserError(`--fix: ${name} ${why}`, hint)

/** The real file of a name; a link may not lead out of the working directory. */
async function realFile(name: string, cwd: string): Promise<string> {
  const path = resolve(cwd, name)
  const real = await realpath(path)
  const folder = await realpath(cwd)
  const isLink = isInside(cwd, path) ? !isInside(folder, real) : (await lstat(path)).isSymbolicLink()
  if (isLink) throw refuse(name, `is a link that leads out of the working directory, to ${real}`)
  return real
}

/** The new content of a file, with its byte order mark kept. */
function contentOf(file: SourceFile, bytes: Buffer, text: string): Buffer {
  const decoded = decodeText(bytes)
  if (!('text' in decoded) || decoded.text !== file.text) {
    throw refuse(file.name, 'has changed since it was read', 'run it again')
  }
  const marked = bytes.subarray(0, UTF8_MARK.length).equals(UTF8_MARK)
  const after = Buffer.concat([...(marked ? [UTF8_MARK] : []), Buffer.from(text)])
  const before = Buffer.concat([...(marked ? [UTF8_MARK] : []), Buffer.from(file.text)])
  if (!before.equals(bytes)) throw refuse(file.name, 'is not UTF-8 text', 'save it as UTF-8')
  return after
}

async function contentFor(file: SourceFile, text: string, cwd: string): Promise<FileContent> {
  const { name } = file
  if (name === STDIN_NAME) throw refuse('standard input', 'cannot be changed')
  try {
    const path = await realFile(name, cwd)
    const info = await stat(path)
    if (!info.isFile()) throw refuse(name, 'is not a file')
    if ((info.mode & ANY_WRITE) === 0) throw refuse(name, 'may only be read')
    await access(path, constants.W_OK)
    return { path, content: contentOf(file, await readFile(path), text), mode: info.mode & PERMISSIONS }
  } catch (error) {
    if (error instanceof UserError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw refuse(name, 'is not a file: only manifests in files can be changed')
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw refuse(name, 'may only be read')
    throw refuse(name, `cannot be changed: ${message}`)
  }
}

/**
 * Writes the new texts of files, or none if one of them cannot be written.
 * @returns the names of the files
 * @throws UserError for something that is not a file, is not writable, is behind a link out of the working directory,
 * or has changed since it was read
 */
export async function writeFixed(texts: ReadonlyMap<SourceFile, string>, cwd: string): Promise<readonly string[]> {
  const contents: FileContent[] = []
  const names = new Map<string, string>()
  for (const [file, text] of texts) {
    const content = await contentFor(file, text, cwd)
    const other = names.get(content.path)
    if (other !== undefined) throw refuse(file.name, `is the same file as ${other}`, 'name it once in the input')
    names.set(content.path, file.name)
    contents.push(content)
  }
  try {
    await writeAtomically(contents)
  } catch (error) {
    throw new UserError(`--fix: cannot write: ${error instanceof Error ? error.message : String(error)}`, DRY_RUN)
  }
  return [...names.values()]
}
