import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replayedText } from './pages.ts'

const PAGE = fileURLToPath(new URL('../../docs/questions.md', import.meta.url))
const FIXTURE = fileURLToPath(new URL('../../fixtures/questions/', import.meta.url))

const page = readFileSync(PAGE, 'utf8')

describe('docs/questions.md', () => {
  it('answers each question with one command', () => {
    const [, ...questions] = page.split(/^### /m)
    expect(questions.length).toBeGreaterThanOrEqual(20)
    for (const question of questions) {
      const [title = ''] = question.split('\n')
      expect(title).toMatch(/\?$/)
      expect(question.match(/^\$ vipctl /gm) ?? [], title).toHaveLength(1)
    }
  })

  // `vitest -u` writes the commands' current output to the page: review it.
  it('shows what its commands print', async () => {
    await expect(await replayedText(page, FIXTURE)).toMatchFileSnapshot(PAGE)
  })
})
