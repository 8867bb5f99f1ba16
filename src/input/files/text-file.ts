/** Small text files that are not manifests. */
import { resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { DEFAULT_LIMITS, withThousands } from '../../sources/limits.ts'
import { checkMemoryForText } from '../memory.ts'
import { type Place, STDIN, STDIN_NAME } from '../request.ts'
import { failureText } from './failure.ts'
import { readBytes, TooLargeError } from './read.ts'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
])

function reasonOf(error: unknown, limit: number): string {
  if (error instanceof TooLargeError) return `larger than the limit of ${withThousands(limit)} bytes`
  return REASONS.get((error as NodeJS.ErrnoException).code ?? '') ?? failureText(error)
}

/**
 * @param path a file, or `-` for standard input
 * @param flag the flag that named the file
 * @param limit in bytes
 * @throws UserError when the file is not readable, not UTF-8, or larger than the limit
 */
export async function readText(
  path: string,
  flag: string,
  { cwd, stdin }: Place,
  limit: number = DEFAULT_LIMITS.fileBytes,
): Promise<{ text: string; name: string }> {
  let bytes: Buffer
  try {
    bytes = path === STDIN ? await stdin() : readBytes(resolve(cwd, path), limit)
    if (bytes.length > limit) throw new TooLargeError()
  } catch (error) {
    throw new UserError(`${flag} ${path}: ${reasonOf(error, limit)}`)
  }
  checkMemoryForText(bytes.length)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), name: path === STDIN ? STDIN_NAME : path }
  } catch {
    throw new UserError(`${flag} ${path}: not UTF-8 text`)
  }
}
