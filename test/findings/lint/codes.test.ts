import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULE_IDS, ruleEntry } from '../../../src/findings/lint/index.ts'
import type { RuleEntry } from '../../../src/findings/lint/rule.ts'

const PAGE = readFileSync(new URL('../../../docs/lint-and-analyze.md', import.meta.url), 'utf8')
const TABLES = PAGE.slice(PAGE.indexOf('## Every code'), PAGE.indexOf('## How to read'))
const ROW = /^\| `((?:IST|KIA)\d{4})` \| [^|]+ \| ([^|]+) \|$/gm
const rows = new Map([...TABLES.matchAll(ROW)].map(([, code = '', answer = '']) => [code, answer]))

const isNamed = (rule: string, answer: string): boolean =>
  answer.includes(`(rules/${rule}.md)`) || (rule.startsWith('invalid-') && answer.includes('`invalid-*`'))

describe('the table of all codes', () => {
  it('names each rule at the codes that it answers to', () => {
    const missing = RULE_IDS.flatMap((rule) => {
      const { answersTo }: RuleEntry = ruleEntry(rule)
      return answersTo.filter((code) => !isNamed(rule, rows.get(code) ?? '')).map((code) => `${code} ${rule}`)
    })
    expect(missing).toEqual([])
  })

  it('names only rules that there are, and says why there is none', () => {
    for (const [code, answer] of rows) {
      for (const [, rule = ''] of answer.matchAll(/\(rules\/([^)]+)\.md\)/g)) expect(RULE_IDS).toContain(rule)
      if (!/rules\/|`invalid-\*`/.test(answer)) expect(answer, code).toMatch(/^none: [\w`]/)
    }
    expect(rows.size).toBeGreaterThan(100)
  })
})
