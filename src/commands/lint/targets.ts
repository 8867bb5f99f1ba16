/** The files that a report is written to. */
import { constants } from 'node:fs'
import { access, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { joinChunks } from '../../formats/chunks.ts'
import type { Session } from '../session.ts'
import type { OutputTarget } from './options.ts'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'there is no such folder'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system may only be read'],
  ['ENOSPC', 'no space is left there'],
])

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS.get(code ?? '') ?? message
}

const flagText = ({ format, file }: OutputTarget): string => `-o ${format}=${file}`

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/** A file that can be written: found out before anything is computed. */
async function checkFile(target: OutputTarget, path: string): Promise<void> {
  try {
    const info = await statOf(path)
    if (info?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    // What takes the place of a file is written beside it; devices and pipes are written to.
    await access(!info || info.isFile() ? dirname(path) : path, constants.W_OK)
  } catch (error) {
    throw new UserError(`${flagText(target)}: cannot be written: ${reasonOf(error)}`)
  }
}

/**
 * Checks that every target can be written, and none twice.
 * @throws UserError
 */
export async function checkTargets(targets: readonly OutputTarget[], { io }: Session): Promise<void> {
  const onStdout = targets.filter(({ file }) => file === undefined).map(({ format }) => format)
  if (onStdout.length > 1) {
    throw new UserError(
      `-o ${onStdout.join(' -o ')}: only one format goes to standard output`,
      `write the others into files: -o ${onStdout.at(-1)}=FILE`,
    )
  }
  const taken = new Set<string>()
  for (const target of targets) {
    if (target.file === undefined) continue
    const path = resolve(io.cwd, target.file)
    if (taken.has(path)) throw new UserError(`${flagText(target)}: the file is given twice`)
    taken.add(path)
    await checkFile(target, path)
  }
}

async function writeTo(path: string, chunks: Iterable<string>): Promise<void> {
  const info = await statOf(path)
  if (info && !info.isFile()) {
    await writeFile(path, joinChunks(chunks))
    return
  }
  const { writeAtomically } = await import('../atomic-write.ts')
  // A link stays one: what it leads to is replaced.
  await writeAtomically([{ path: info ? await realpath(path) : path, content: joinChunks(chunks) }])
}

/** Writes a file. One that cannot be written is reported, and hides nothing. */
export async function writeTarget(
  target: OutputTarget & { readonly file: string },
  chunks: Iterable<string>,
  session: Session,
): Promise<void> {
  try {
    await writeTo(resolve(session.io.cwd, target.file), chunks)
  } catch (error) {
    await session.error(`${flagText(target)}: cannot be written: ${reasonOf(error)}`)
  }
}
