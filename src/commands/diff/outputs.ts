/** The formats of a difference. */
import type { DifferenceAnswer } from '../../answers/difference/answer.ts'
import { differenceMessage } from '../../answers/difference/message.ts'
import { differenceLines } from '../../answers/difference/text.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { ExactOutput } from '../guarded.ts'
import { pathFromTop } from '../lint/addresses.ts'
import type { Session } from '../session.ts'
import type { DiffOptions } from './options.ts'

/** Where GitHub Actions has checked out the repository. */
const WORKSPACE = 'GITHUB_WORKSPACE'

/** The text of an answer in the format of the options. */
export async function outputOf(
  answer: DifferenceAnswer,
  { output: format = 'text', failOn = new Set() }: DiffOptions,
  session: Session,
): Promise<Iterable<string>> {
  if (format === 'markdown') {
    const { differenceMarkdown } = await import('../../answers/difference/markdown.ts')
    return differenceMarkdown(answer)
  }
  if (format === 'github') {
    const { differenceAnnotations } = await import('../../answers/difference/annotations.ts')
    const { githubText } = await import('../../formats/results/github.ts')
    const { cwd, env } = session.io
    const fromTop = (file: string): string => pathFromTop(file, { cwd, workspace: env[WORKSPACE] || cwd })
    return new ExactOutput(githubText({ results: differenceAnnotations(answer, failOn), failures: [] }, fromTop))
  }
  const forms: Forms = {
    lines: (width, tables) => differenceLines(answer, width, tables),
    draws: true,
    message: () => differenceMessage(answer),
  }
  return formatOutput(format, forms, session.target)
}
