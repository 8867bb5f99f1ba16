/** Input problems as lines for stderr. */
import type { ProblemSeverity, SourceProblem } from '../sources/document.ts'
import { type Line, type Style, styled } from './spans.ts'

/** At most this many messages that differ only in names and numbers are printed; the rest is counted. */
const MOST_OF_A_KIND = 20

const STYLES: Readonly<Record<ProblemSeverity, Style>> = { error: 'error', warning: 'warning', note: 'name' }

/** `FILE:LINE:COLUMN: `, `FILE: `, or ''. */
function placeText(at: SourceProblem['at']): string {
  if (!at) return ''
  return 'line' in at ? `${at.file}:${at.line}:${at.column}: ` : `${at.file}: `
}

/** A message without its quoted texts, names and numbers. */
function kindOfMessage({ severity, message }: SourceProblem): string {
  return `${severity} ${message.replace(/"(?:[^"\\]|\\.)*"|\b[A-Z]\w+ \S+\/\S+|\d+/g, '_')}`
}

export function* messageLines(
  severity: ProblemSeverity,
  message: string,
  hint: string | undefined,
  place = '',
): Iterable<Line> {
  yield [styled(STYLES[severity], `${severity}:`), ` ${place}${message}`]
  if (hint) yield [`  hint: ${hint}`]
}

interface Counted {
  shown: number
  /** The number of others, which may include repetitions. */
  hidden: number
  readonly sample: SourceProblem
}

/**
 * Each distinct problem, in order. Positions are computed only for printed problems.
 * @param most how many similar ones are printed
 */
export function* problemLines(problems: Iterable<SourceProblem>, most: number = MOST_OF_A_KIND): Iterable<Line> {
  const seen = new Set<string>()
  const kinds = new Map<string, Counted>()
  for (const problem of problems) {
    const kind = kindOfMessage(problem)
    const counted = kinds.get(kind) ?? { shown: 0, hidden: 0, sample: problem }
    kinds.set(kind, counted)
    if (counted.shown >= most) {
      counted.hidden++
      continue
    }
    const place = placeText(problem.at)
    const key = `${problem.severity} ${place}${problem.message}`
    if (seen.has(key)) continue
    seen.add(key)
    counted.shown++
    yield* messageLines(problem.severity, problem.message, problem.hint, place)
  }
  for (const { hidden, sample } of kinds.values()) {
    if (hidden === 0) continue
    const { severity, message } = sample
    yield* messageLines(severity, `${hidden} more like: ${message}`, '--verbose prints all of them')
  }
}
