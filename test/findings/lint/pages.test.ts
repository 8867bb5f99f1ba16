import { describe, expect, it } from 'vitest'
import { type DnsCaptureMode, RULE_IDS } from '../../../src/findings/lint/index.ts'
import { examplesOf, INDEX, indexPage, pageExamples, pageHead, pagePath, readPage } from './pages.ts'
import { findingsOf } from './support.ts'

it('lists every rule in docs/rules/README.md (npm run pages writes it)', async () => {
  await expect(indexPage(RULE_IDS)).toMatchFileSnapshot(INDEX)
})

describe.each(RULE_IDS)('docs/rules/%s.md', (id) => {
  const page = readPage(id)
  const examples = examplesOf(page)

  it('says what the catalogue says (npm run pages writes it)', async () => {
    await expect(pageHead(id) + pageExamples(page)).toMatchFileSnapshot(pagePath(id))
  })

  it('has a bad and a good example', () => {
    expect(examples.map(({ section }) => section)).toEqual(expect.arrayContaining(['Bad', 'Good']))
  })

  it.each(examples)('is found in the bad example alone: $section', ({ section, flags, manifests, remotes }) => {
    const version = flags.get('istio-version')
    const fromVersion = flags.get('from-version')
    const setting = flags.get('istiod-env')?.split('=')
    const found = findingsOf(id, manifests, {
      remotes,
      capture: (flags.get('dns-capture') ?? 'mesh') as DnsCaptureMode,
      ...(version !== undefined && { version }),
      ...(fromVersion !== undefined && { fromVersion }),
      ...(setting && { env: { [setting[0] ?? '']: setting[1] ?? '' } }),
    })
    if (section === 'Bad') expect(found.length).toBeGreaterThan(0)
    else expect(found.map(({ message }) => message)).toEqual([])
  })
})
