/** Questions as users write them. */
import { quoted, UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { nameProblem } from '../../dns/question-name.ts'
import { parseRecordType, RECORD_TYPES } from '../../dns/record-types.ts'
import type { Question } from './message.ts'

export const DEFAULT_TYPE = 'A'

/** What is wrong with a word that is not a record type. */
export function typeProblem(text: string): string {
  const close = nearest(text, RECORD_TYPES)
  return `unknown record type ${quoted(text)}${close ? ` (did you mean ${close}?)` : ''}`
}

/**
 * The question of a line of a batch, `NAME [TYPE]`; text after `#` is ignored.
 * @returns undefined for a line without a name
 * @throws UserError
 */
export function parseQuestion(line: string): Question | undefined {
  const content = line.replace(/(^|\s)#.*$/, '').trim()
  if (content === '') return undefined
  const [name = '', type = DEFAULT_TYPE, ...more] = content.split(/\s+/)
  if (more.length > 0) throw new UserError('more than NAME [TYPE]')
  const problem = nameProblem(name)
  if (problem) throw new UserError(problem)
  const known = parseRecordType(type)
  if (known === undefined) throw new UserError(typeProblem(type))
  return { name, type: known }
}
