/** Small text files that hold no manifests. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'

const STDIN = '-'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
])

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS.get(code ?? '') ?? message
}

/**
 * @param path a file, or `-` for standard input
 * @throws UsageError when it cannot be read as UTF-8
 */
export async function readText(path: string, flag: string, { io }: Session): Promise<{ text: string; name: string }> {
  let bytes: Buffer
  try {
    bytes = path === STDIN ? await io.stdin() : await readFile(resolve(io.cwd, path))
  } catch (error) {
    throw new UsageError(`${flag} ${path}: ${reasonOf(error)}`)
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), name: path === STDIN ? '<stdin>' : path }
  } catch {
    throw new UsageError(`${flag} ${path}: not UTF-8 text`)
  }
}
