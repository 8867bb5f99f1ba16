/** Failed tests as workflow commands, which GitHub Actions shows as annotations. */
import { data, property } from '../results/github.ts'
import type { TestCase } from './test-case.ts'

/** @param fromTop converts a file's path to one from the top of the checkout, which annotations need */
export function* githubTestChunks(cases: readonly TestCase[], fromTop: (file: string) => string): Iterable<string> {
  for (const { status, name, place, lines } of cases) {
    if (status !== 'failed') continue
    const { file, line, column } = place
    yield `::error file=${property(fromTop(file))},line=${line},col=${column},title=${property(name)}::${data(lines)}\n`
  }
}
