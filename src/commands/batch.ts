/** Files of `--batch`: one question per line. */
import { UserError } from '../common/errors.ts'
import type { SourceProblem } from '../index.ts'
import { readText } from '../input/files/text-file.ts'
import type { Session } from './session.ts'

/**
 * Reads a file line by line. A line that cannot be parsed is reported with its number and left out.
 * @param parse returns undefined for a line without a question, and throws UserError for one that is wrong
 */
export async function readBatch<T>(
  path: string,
  session: Session,
  parse: (line: string) => T | undefined,
): Promise<readonly T[]> {
  const { text, name: file } = await readText(path, '--batch', session.io)
  const parsed: T[] = []
  const problems: SourceProblem[] = []
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  for (const [index, line] of lines.entries()) {
    try {
      const value = parse(line)
      if (value !== undefined) parsed.push(value)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { message, hint } = error
      const at = { file, line: index + 1, column: 1 }
      problems.push({ severity: 'error', message, at, ...(hint !== undefined && { hint }) })
    }
  }
  await session.report(problems)
  return parsed
}
