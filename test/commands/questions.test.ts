import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, vipctl } from './cli.ts'

/** Rows of `| question | \`command\` | \`answer\` |`. */
const ROW = /^\| (.*) \| `vipctl (.*)` \| `(.*)` \|$/gm

const rows = [...readFileSync(join(ROOT, 'docs/questions.md'), 'utf8').matchAll(ROW)].map(
  ([, question = '', command = '', answer = '']) => ({ question, command, answer }),
)

/** Lines are broken between words, with a margin. */
const unwrapped = (text: string): string => text.replace(/\s+/g, ' ')

describe('the page of questions', () => {
  it('has twenty', () => {
    expect(rows).toHaveLength(20)
  })

  it.each(rows)('answers: $question', async ({ command, answer }) => {
    const { stdout, code } = await vipctl(command)
    expect(unwrapped(stdout)).toContain(answer)
    expect(code).toBeLessThan(2)
  })
})
