/** The results of `verify` for people: one line per proxy, and below it every resource that is not as computed. */
import { counted } from '../../formats/counted.ts'
import { type Line, type Style, styled, textOf, withText } from '../../formats/spans.ts'
import type { Tables } from '../../formats/table.ts'
import { wrapLine } from '../../formats/wrap.ts'
import {
  type ExplainedFinding,
  findingsOf,
  isEqual,
  isVerified,
  type MessageDifference,
  type Verified,
  type VerifiedProxy,
} from '../../verification/index.ts'
import {
  differenceWords,
  explanationWords,
  kindWord,
  noteWords,
  objectsWords,
  proxyWords,
  summaryWords,
  valuesWords,
  verdictWords,
} from './words.ts'

/** Longer lists end with their number; `-o json` has everything. */
const MOST_DIFFERENCES = 10
const MOST_FINDINGS = 100

const INDENT = '  '

/** Where the text is printed. */
interface Page {
  /** Of the terminal; undefined for lines of any length. */
  readonly width: number | undefined
  readonly tables: Tables
}

const DIFFERENCE_HEADERS = ['DIFFERENCE', 'COMPUTED', 'THE PROXY HAS'] as const

const VERDICT_STYLES: Readonly<Record<ExplainedFinding['verdict'], Style>> = {
  missing: 'error',
  extra: 'warning',
  differs: 'error',
  refused: 'error',
}

/** The values side by side where tables are drawn, otherwise a line for each. */
function* differenceLines(differences: readonly MessageDifference[], page: Page): Iterable<Line> {
  if (!page.tables.drawn || differences.length === 0) {
    for (const difference of differences) yield [INDENT + differenceWords(difference)]
    return
  }
  const rows = differences.map((difference): Line => [difference.path, ...valuesWords(difference)])
  yield* page.tables.columns(DIFFERENCE_HEADERS, rows, page.width)
}

function* findingLines(finding: ExplainedFinding, page: Page): Iterable<Line> {
  const { kind, name, verdict, differences, refusal, origins, explanations } = finding
  yield [`${kindWord(kind)} `, styled('name', name), ' ', styled(VERDICT_STYLES[verdict], verdictWords(finding))]
  if (refusal) yield [`${INDENT}Envoy says: ${refusal.reason}`]
  yield* differenceLines(differences.slice(0, MOST_DIFFERENCES), page)
  const others = differences.length - MOST_DIFFERENCES
  if (others > 0) yield [`${INDENT}and ${counted(others, 'other difference')} (-o json lists them)`]
  for (const explanation of explanations) yield [INDENT, styled('warning', explanationWords(explanation))]
  if (origins.length > 0) yield [styled('dim', `${INDENT}from ${objectsWords(origins)}`)]
}

function* proxyLines(verified: VerifiedProxy, page: Page): Iterable<Line> {
  const findings = findingsOf(verified)
  const isSame = findings.length === 0
  yield [
    styled('heading', verified.name),
    ' ',
    styled(isSame ? 'good' : 'error', isSame ? 'EQUAL' : 'DIFFERENT'),
    `: ${summaryWords(verified)}`,
  ]
  yield [styled('dim', `${INDENT}${proxyWords(verified)}`)]
  for (const note of noteWords(verified)) yield [styled('dim', `${INDENT}${note}`)]
  for (const finding of findings.slice(0, MOST_FINDINGS)) {
    yield []
    yield* findingLines(finding, page)
  }
  const others = findings.length - MOST_FINDINGS
  if (others > 0) yield* [[], [`and ${counted(others, 'other resource')} (-o json lists them)`]]
}

function* unverifiedLines({ name, error }: Exclude<Verified, VerifiedProxy>): Iterable<Line> {
  yield [styled('heading', name), ' ', styled('error', 'NOT COMPARED'), `: ${error.message}`]
}

/** `2 of 3 proxies are as computed, 1 is not` */
function totalLine(all: readonly Verified[]): Line {
  const equal = all.filter(isEqual).length
  const failed = all.filter((each) => !isVerified(each)).length
  const different = all.length - equal - failed
  const parts = [
    `${equal} of ${counted(all.length, 'proxy', 'proxies')} ${equal === 1 ? 'is' : 'are'} as computed`,
    ...(different > 0 ? [`${different} ${different === 1 ? 'is' : 'are'} not`] : []),
    ...(failed > 0 ? [`${failed} could not be compared`] : []),
  ]
  return [styled('heading', parts.join(', '))]
}

function* allLines(all: readonly Verified[], page: Page): Iterable<Line> {
  for (const [index, verified] of all.entries()) {
    if (index > 0) yield []
    yield* isVerified(verified) ? proxyLines(verified, page) : unverifiedLines(verified)
  }
  if (all.length > 1) yield* [[], totalLine(all)]
}

/** A line below another is wrapped next to its indentation, so that a long first word does not leave an empty line. */
function* wrapped(line: Line, width: number | undefined): Iterable<Line> {
  const [first = '', ...others] = line
  const isIndented = textOf(first).startsWith(INDENT)
  if (!isIndented) yield* wrapLine(line, width, INDENT)
  else {
    const inner: Line = [withText(first, textOf(first).slice(INDENT.length)), ...others]
    for (const each of wrapLine(inner, width === undefined ? width : width - INDENT.length, INDENT))
      yield [INDENT, ...each]
  }
}

/** @param width that of the terminal; undefined for lines of any length */
export function* verifyLines(all: readonly Verified[], width: number | undefined, tables: Tables): Iterable<Line> {
  for (const line of allLines(all, { width, tables })) yield* wrapped(line, width)
}
