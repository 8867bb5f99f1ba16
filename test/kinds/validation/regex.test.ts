import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { regexProblem } from '../../../src/kinds/validation/values/re2.ts'

const FIXTURE = new URL('../../../fixtures/regex/verdicts.txt.br', import.meta.url)
const lines = brotliDecompressSync(readFileSync(FIXTURE)).toString('utf8').trimEnd().split('\n')

const verdictOf = (pattern: string): string => (regexProblem(pattern) === undefined ? '+' : '-')

describe('the syntax of regular expressions', () => {
  it('is judged as by Go, for thousands of patterns', () => {
    const others = lines.filter((line) => verdictOf(JSON.parse(line.slice(1))) !== line[0])
    expect(others).toEqual([])
  })

  it('is compared on as many right patterns as wrong ones, or nearly', () => {
    const right = lines.filter((line) => line.startsWith('+')).length
    expect(Math.min(right, lines.length - right)).toBeGreaterThan(lines.length / 3)
  })
})
