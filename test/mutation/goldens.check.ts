/** The cases made by hand, compared with their golden files. Only `npm run mutate` runs this; `.ci/run` compares all. */
import { describe, expect, it } from 'vitest'
import { COMPARED_KINDS } from '../../src/comparison/index.ts'
import { readCase } from '../conformance/cases.ts'
import { computeInProcess } from '../conformance/compute.ts'
import { Scorer, scoreCase } from '../conformance/scorer.ts'
import { allCases } from '../conformance/sets.ts'

describe('golden files', () => {
  it.each(allCases(/^(?!fuzz-)/))('of $name', ({ folder, name }) => {
    const scorer = new Scorer(new Set(COMPARED_KINDS), 0)
    const meshCase = readCase(folder, name)
    scoreCase(scorer, meshCase, computeInProcess(meshCase))
    for (const { matched, total } of scorer.tallies.values()) expect(matched).toBe(total)
  })
})
