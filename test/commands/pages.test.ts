import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replayedText } from '../scenarios/pages.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = `${ROOT}docs/commands/`

/**
 * Their examples need a cluster or a mesh that the page only describes, or do not end, or the page shortens the output.
 */
const NOT_REPLAYED = new Set(['proxies.md', 'proxy-status.md', 'serve.md', 'snapshot.md', 'releases.md'])

const withExamples = readdirSync(FOLDER).filter(
  (name) => !NOT_REPLAYED.has(name) && readFileSync(FOLDER + name, 'utf8').includes('\n$ vipctl '),
)

/** `vipctl version` prints the Node that runs it; the page has the one of its author. */
const NODE = /^node {4}\S+$/m

describe.each(withExamples)('docs/commands/%s', (name) => {
  // `vitest -u` writes the commands' current output to the page: review it.
  it('shows what its commands print', async () => {
    const page = readFileSync(FOLDER + name, 'utf8')
    const replayed = await replayedText(page, ROOT)
    await expect(replayed.replace(NODE, (line) => NODE.exec(page)?.[0] ?? line)).toMatchFileSnapshot(FOLDER + name)
  })
})
