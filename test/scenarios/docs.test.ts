import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pageNames, pagePath, readPage, replayed, scenarioNames } from './pages.ts'

it('every scenario has a page, and the index leads to it', () => {
  expect(pageNames()).toEqual(scenarioNames())
  const index = readFileSync(pagePath('index'), 'utf8')
  for (const name of pageNames()) expect(index).toContain(`(${name}.md)`)
})

describe.each(pageNames())('page %s', (name) => {
  it('shows commands', () => {
    expect(readPage(name)).toContain('\n$ vipctl ')
  })

  // `vitest -u` writes the commands' current output to the pages: review it.
  it('shows what its commands print', async () => {
    await expect(await replayed(name)).toMatchFileSnapshot(pagePath(name))
  })

  it('leads to files that exist', () => {
    const links = [...readPage(name).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? '')
    expect(links.length).toBeGreaterThan(0)
    const here = pathToFileURL(pagePath(name))
    expect(links.filter((link) => !existsSync(new URL(link, here)))).toEqual([])
  })
})
