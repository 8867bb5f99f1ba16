/** The results of `verify` as Markdown, for an issue or a merge request: one table, and the resources folded away. */
import { counted } from '../../formats/counted.ts'
import {
  type ExplainedFinding,
  findingsOf,
  isEqual,
  isVerified,
  type Verified,
  type VerifiedProxy,
} from '../../verification/index.ts'
import { markdownText } from '../markdown.ts'
import {
  differenceWords,
  explanationWords,
  kindWord,
  noteWords,
  objectsWords,
  summaryWords,
  verdictWords,
} from './words.ts'

/** A comment has a limit of 65,536 characters, and people read less. */
const MOST_FINDINGS = 50
const MOST_DIFFERENCES = 5

function resultOf(verified: Verified): string {
  if (!isVerified(verified)) return `not compared: ${verified.error.message}`
  return isEqual(verified) ? 'equal' : 'different'
}

function* findingLines(finding: ExplainedFinding): Iterable<string> {
  const { kind, name, refusal, differences, explanations, origins } = finding
  yield `- ${kindWord(kind)} **${markdownText(name)}** ${verdictWords(finding)}\n`
  if (refusal) yield `  - Envoy says: ${markdownText(refusal.reason)}\n`
  for (const each of differences.slice(0, MOST_DIFFERENCES)) yield `  - ${markdownText(differenceWords(each))}\n`
  const others = differences.length - MOST_DIFFERENCES
  if (others > 0) yield `  - and ${counted(others, 'other difference')}\n`
  for (const each of explanations) yield `  - ${markdownText(explanationWords(each))}\n`
  if (origins.length > 0) yield `  - from ${markdownText(objectsWords(origins))}\n`
}

function* proxyLines(verified: VerifiedProxy): Iterable<string> {
  const findings = findingsOf(verified)
  if (findings.length === 0) return
  yield `\n<details><summary>${markdownText(verified.name)}: ${markdownText(summaryWords(verified))}</summary>\n\n`
  for (const finding of findings.slice(0, MOST_FINDINGS)) yield* findingLines(finding)
  const others = findings.length - MOST_FINDINGS
  if (others > 0) yield `- and ${counted(others, 'other resource')}\n`
  for (const note of noteWords(verified)) yield `\n${markdownText(note)}\n`
  yield '\n</details>\n'
}

/** The pieces of the document. */
export function* verifyMarkdown(all: readonly Verified[]): Iterable<string> {
  yield '## vipctl verify\n\n| proxy | result | resources |\n|---|---|---|\n'
  for (const verified of all) {
    const words = isVerified(verified) ? summaryWords(verified) : ''
    yield `| ${markdownText(verified.name)} | ${markdownText(resultOf(verified))} | ${markdownText(words)} |\n`
  }
  for (const verified of all) if (isVerified(verified)) yield* proxyLines(verified)
}
