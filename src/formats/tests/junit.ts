/** Results of tests as JUnit XML, in the subset that Jenkins, GitLab and Maven Surefire read. */
import { groupBy } from '../../common/collections.ts'
import { xml } from '../markup/xml.ts'
import { placeText } from '../results/result.ts'
import type { TestCase } from './test-case.ts'

const count = (cases: readonly TestCase[], status: TestCase['status']): number =>
  cases.filter((each) => each.status === status).length

function* caseChunks({ suite, name, status, place, lines }: TestCase): Iterable<string> {
  const head = `    <testcase name="${xml(name)}" classname="${xml(suite)}" time="0"`
  const [first = ''] = lines
  if (status === 'passed') yield `${head}/>\n`
  else if (status === 'skipped') yield `${head}>\n      <skipped message="${xml(first)}"/>\n    </testcase>\n`
  else {
    const text = [placeText(place), ...lines].map(xml).join('\n')
    yield `${head}>\n      <failure message="${xml(first)}" type="failure">${text}</failure>\n    </testcase>\n`
  }
}

const counts = (cases: readonly TestCase[]): string =>
  `tests="${cases.length}" failures="${count(cases, 'failed')}" errors="0" skipped="${count(cases, 'skipped')}" time="0"`

export function* junitTestChunks(cases: readonly TestCase[]): Iterable<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="vipctl test" ${counts(cases)}>\n`
  for (const [suite, own] of groupBy(cases, (each) => each.suite)) {
    yield `  <testsuite name="${xml(suite)}" ${counts(own)}>\n`
    for (const each of own) yield* caseChunks(each)
    yield '  </testsuite>\n'
  }
  yield '</testsuites>\n'
}
