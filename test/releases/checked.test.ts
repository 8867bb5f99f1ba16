import { describe, expect, it } from 'vitest'
import { CHECKED_RELEASES } from '../../src/releases/checked.ts'
import { unpackedArchive } from '../conformance/archives.ts'
import { countResources } from '../conformance/count.ts'
import { goldenReleases } from '../conformance/release-goldens.ts'

const GOLDENS = unpackedArchive('releases')

describe('the releases that vipctl says it was compared with', () => {
  it('are those that have golden files', () => {
    expect(CHECKED_RELEASES.map(({ version }) => version)).toEqual([...goldenReleases(GOLDENS), 'master'])
  })

  it.each(CHECKED_RELEASES)('have $resources resources of $version', ({ version, resources }) => {
    expect(countResources(GOLDENS, version)).toBe(resources)
  })
})
