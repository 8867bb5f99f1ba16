/** The files that a report is written to. */
import { resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { joinChunks } from '../../formats/chunks.ts'
import { checkWritable, writeFailure, writeOutput } from '../../input/files/write.ts'
import type { Session } from '../session.ts'
import type { OutputTarget } from './options.ts'

const flagText = ({ format, file }: OutputTarget): string => `-o ${format}=${file}`

/** @throws UserError when the file cannot be written */
async function checkFile(target: OutputTarget, path: string): Promise<void> {
  try {
    await checkWritable(path)
  } catch (error) {
    throw new UserError(`${flagText(target)}: cannot be written: ${writeFailure(error)}`)
  }
}

/**
 * Checks that every target can be written, and that none is used twice.
 * @throws UserError
 */
export async function checkTargets(targets: readonly OutputTarget[], { io }: Session): Promise<void> {
  const onStdout = targets.filter(({ file }) => file === undefined).map(({ format }) => format)
  if (onStdout.length > 1) {
    throw new UserError(
      `-o ${onStdout.join(' -o ')}: only one format goes to standard output`,
      `write the others to files: -o ${onStdout.at(-1)}=FILE`,
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

/** Writes a file. A failure is reported without affecting the others. */
export async function writeTarget(
  target: OutputTarget & { readonly file: string },
  chunks: Iterable<string>,
  session: Session,
): Promise<void> {
  try {
    await writeOutput(resolve(session.io.cwd, target.file), joinChunks(chunks))
  } catch (error) {
    await session.error(`${flagText(target)}: cannot be written: ${writeFailure(error)}`)
  }
}
