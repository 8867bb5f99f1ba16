/** `vipctl test --watch`: runs suites again after each change of their files. */
import { UserError } from '../../common/errors.ts'
import { once } from '../../common/once.ts'
import { type Line, renderLines, styled } from '../../formats/spans.ts'
import { Burst } from '../../input/burst.ts'
import { type FollowedFiles, followFiles } from '../../input/files/follow-files.ts'
import { type Outcome, Session } from '../session.ts'
import type { TestOptions } from './options.ts'

/** Takes the files that a run reads, before they are read. */
export type Follow = (files: FollowedFiles) => void

type Run = (session: Session, follow: Follow) => Promise<Outcome>

/** @throws UserError for what cannot be watched, or written more than once */
export function checkTestWatch({ watch, useKube, output = 'text' }: TestOptions): void {
  if (!watch) return
  if (useKube) throw new UserError('--watch watches files, not a cluster', 'leave out -k')
  if (output !== 'text' && output !== 'json') {
    throw new UserError(`-o ${output} is a report of one run, which --watch repeats`, 'use -o text or -o json')
  }
}

/** A file that is wrong now may be right after the next change. */
async function outcomeOf(run: Run, session: Session, follow: Follow): Promise<Outcome> {
  try {
    return await run(session, follow)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    await session.error(error.message, error.hint)
    return { output: [] }
  }
}

/** Separates a run from the one before. */
const stampLines = (): readonly Line[] => [[], [styled('dim', `# ${new Date().toISOString()}`)]]

/** Runs once, and returns when one of the files that were read has changed. */
async function runUntilChange(run: Run, session: Session, burst: Burst, head: readonly Line[]): Promise<void> {
  const controller = new AbortController()
  const following: Promise<void>[] = []
  const follow: Follow = (files) => {
    following.push(
      followFiles(
        () => files,
        () => burst.add(),
        controller.signal,
      ),
    )
  }
  try {
    const { output } = await outcomeOf(run, session, follow)
    await session.write(renderLines(head, session.paint))
    await session.write(output)
    await burst.over()
  } finally {
    controller.abort()
    await Promise.all(following)
  }
}

/**
 * Runs until the user interrupts, which is not a failure. From the second run on, a line with the time comes first.
 * @param run one run, which reports the files that it is about to read
 */
export async function watchTests(
  run: Run,
  output: TestOptions['output'],
  { io: given, options, program }: Session,
): Promise<Outcome> {
  // Standard input can be read only once.
  const io = { ...given, stdin: once(given.stdin) }
  const burst = new Burst()
  let isOver = false
  const forget = io.onInterrupt?.(() => {
    isOver = true
    burst.end()
  })
  try {
    for (let runs = 0; !isOver; runs++) {
      const session = await Session.open(io, options, program)
      await runUntilChange(run, session, burst, runs > 0 && output !== 'json' ? stampLines() : [])
    }
  } finally {
    forget?.()
  }
  return { output: [] }
}
