/** Results of tests as TAP 14 (testanything.org). */
import { clean } from '../clean.ts'
import { jsonText } from '../json.ts'
import { placeText } from '../results/result.ts'
import type { TestCase } from './test-case.ts'

/** A description must not look like a directive. */
const described = (text: string): string => clean(text).replace(/[\\#]/g, (char) => `\\${char}`)

/** YAML's double quotes are JSON's. */
function diagnostics({ place, lines }: TestCase): string {
  const list = lines.map((line) => `    - ${jsonText(line)}\n`).join('')
  return `  ---\n  at: ${jsonText(placeText(place))}\n  problems:\n${list}  ...\n`
}

export function* tapChunks(cases: readonly TestCase[]): Iterable<string> {
  yield `TAP version 14\n1..${cases.length}\n`
  for (const [index, each] of cases.entries()) {
    const { status, name, suite, lines } = each
    const skip = status === 'skipped' ? ` # SKIP ${described(lines[0] ?? '')}`.trimEnd() : ''
    yield `${status === 'failed' ? 'not ok' : 'ok'} ${index + 1} - ${described(`${suite}: ${name}`)}${skip}\n`
    if (status === 'failed') yield diagnostics(each)
  }
}
