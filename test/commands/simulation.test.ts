/** What the tests of Istio's own simulator and of istio-config-validator expect: fixtures/simulation/README.md. */
import { globSync } from 'tinyglobby'
import { describe, expect, it } from 'vitest'
import { vipctl } from './cli.ts'

const FOLDER = 'fixtures/simulation'
const suites = globSync(`${FOLDER}/**/*.vipctl-test.yaml`).sort()
const ofValidator = globSync(`${FOLDER}/validator/*_test.yml`).sort()

/** The lines that are not about a test that passed. */
const notPassed = (stdout: string): readonly string[] =>
  stdout.split('\n').filter((line) => !/^ {2}ok |^ {6}/.test(line))

describe("Istio's expectations", () => {
  it.each(suites)('%s holds', async (file) => {
    const { stdout, stderr, code } = await vipctl(['test', file, '-q'])
    expect(stderr).toBe('')
    expect(notPassed(stdout)).toEqual([file, '', expect.stringMatching(/^[1-9]\d* passed, 0 failed, 0 skipped$/), ''])
    expect(code).toBe(0)
  })
})

describe('the expectations of istio-config-validator', () => {
  it.each(ofValidator)('%s holds', async (file) => {
    const { stdout, stderr, code } = await vipctl(['test', file, '-q', '-f', `${FOLDER}/validator`])
    expect(stderr).toBe('')
    expect(notPassed(stdout)).toEqual([file, '', expect.stringMatching(/^[1-9]\d* passed, 0 failed, 0 skipped$/), ''])
    expect(code).toBe(0)
  })
})
