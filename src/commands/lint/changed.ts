/** `--changed-since`: the findings of the same input at a commit. */
import { UserError } from '../../common/errors.ts'
import type { LintFinding } from '../../index.ts'
import { atCommit } from '../../input/git/at-commit.ts'
import { type CommitWords, shownRef } from '../../input/git/words.ts'
import type { ViewRequest } from '../../input/request.ts'
import { quietSession, type Session } from '../session.ts'

const FLAG = '--changed-since'
const WORDS: CommitWords = { label: FLAG, of: (ref) => `${FLAG} ${shownRef(ref)}` }

/** How to lint the input at the commit. */
export interface BaseInput {
  readonly request: ViewRequest
  /** It prints nothing. */
  readonly session: Session
}

/**
 * Lints the same input at a commit.
 * @param lintBase reads and lints the input, and returns the findings
 * @returns the findings of the commit; empty when it does not have the input
 * @throws UserError when the commit does not exist, or when the input is not in files
 */
export async function findingsSince(
  ref: string,
  request: ViewRequest,
  session: Session,
  lintBase: (base: BaseInput) => Promise<readonly LintFinding[]>,
): Promise<readonly LintFinding[]> {
  const quiet = await quietSession(session)
  const use = (base: ViewRequest) => lintOrNothing(ref, { request: base, session: quiet }, session, lintBase)
  const findings = await atCommit(ref, request, session, use, WORDS)
  return findings ?? []
}

async function lintOrNothing(
  ref: string,
  base: BaseInput,
  session: Session,
  lintBase: (base: BaseInput) => Promise<readonly LintFinding[]>,
): Promise<readonly LintFinding[]> {
  try {
    const findings = await lintBase(base)
    if (base.session.failed) {
      await session.note(`${FLAG}: not all of ${ref} can be read: findings in the rest are treated as new`)
    }
    return findings
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    await session.note(`${FLAG}: ${ref} cannot be linted, so all findings are treated as new: ${error.message}`)
    return []
  }
}
