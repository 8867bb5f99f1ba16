import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { lintMessage } from '../../../src/answers/lint/message.ts'
import { type LintReport, Places } from '../../../src/answers/lint/report.ts'
import { gitlabReport, junitReport, resultsOf } from '../../../src/answers/lint/results.ts'
import { sarifRun } from '../../../src/answers/lint/sarif.ts'
import { stepSummary } from '../../../src/answers/lint/step-summary.ts'
import { summaryText } from '../../../src/answers/lint/words.ts'
import { type Folders, fileAddress, pathFromTop } from '../../../src/commands/lint/addresses.ts'
import { ruleEntry } from '../../../src/findings/lint/index.ts'
import { formatData } from '../../../src/formats/data.ts'
import { githubText } from '../../../src/formats/results/github.ts'
import { gitlabMessages } from '../../../src/formats/results/gitlab.ts'
import { junitText } from '../../../src/formats/results/junit.ts'
import { SARIF_LEVELS, sarifMessage } from '../../../src/formats/results/sarif.ts'
import { packageVersion } from '../../../src/own-program.ts'
import { LATEST, MASTER } from '../../../src/releases/version.ts'
import { ROOT } from '../../commands/cli.ts'
import { sarifValidator } from '../../support/sarif.ts'
import { emptyReport, finding, HOSTILE, shop, shopReport, type World, worldOf } from './report.ts'

const golden = (name: string): string => `../../../fixtures/lint/golden/${name}`

const joined = (chunks: Iterable<string>): string => [...chunks].join('')

const junitOf = (report: LintReport): string => joined(junitText(junitReport(report)))

const githubOf = (report: LintReport, folders: Folders): string =>
  joined(githubText({ results: resultsOf(report), failures: report.failures }, (file) => pathFromTop(file, folders)))

const jsonOf = async (report: LintReport): Promise<string> => joined(await formatData('json', lintMessage(report)))

describe('json', () => {
  it('has findings with their places, and a summary', async () => {
    await expect(await jsonOf(shopReport())).toMatchFileSnapshot(golden('report.json'))
  })

  it('is the same data as YAML', async () => {
    const yaml = joined(await formatData('yaml', lintMessage(shopReport())))
    expect(parse(yaml)).toEqual(JSON.parse(await jsonOf(shopReport())))
    await expect(yaml).toMatchFileSnapshot(golden('report.yaml'))
  })

  it('has an empty list without findings', async () => {
    expect(JSON.parse(await jsonOf(emptyReport()))).toEqual({
      istio: { version: '1.31.0', from: 'assumed' },
      findings: [],
      summary: { error: 0, warning: 0, info: 0 },
      notChecked: {},
      errors: [],
    })
  })
})

describe('sarif', () => {
  async function sarifOf(report: LintReport, world: World = shop(), successful = true): Promise<string> {
    const addressOf = (file: string) => fileAddress(file, '/work/mesh')
    const run = sarifRun(report, { snapshot: world.snapshot, addressOf, successful })
    return joined(await formatData('json', sarifMessage(run), SARIF_LEVELS)).replaceAll(packageVersion(), 'VERSION')
  }

  interface Rule {
    readonly id: string
    readonly shortDescription: object
  }

  interface Log {
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly Rule[]; readonly properties: object } }
      readonly invocations: readonly { readonly executionSuccessful: boolean }[]
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly locations: readonly {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string }
          }
        }[]
        readonly partialFingerprints: Readonly<Record<string, string>>
        readonly suppressions?: readonly object[]
        readonly fixes?: readonly {
          readonly artifactChanges: readonly {
            readonly replacements: readonly {
              readonly deletedRegion: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>
              readonly insertedContent: { readonly text: string }
            }[]
          }[]
        }[]
      }[]
    }[]
  }

  async function runOf(report: LintReport, world?: World) {
    const [run] = (JSON.parse(await sarifOf(report, world)) as Log).runs
    if (!run) throw new Error('no run')
    return run
  }

  it('has results with rules, places, fixes and fingerprints', async () => {
    const world = shop()
    // The texts of the rules come from the catalogue.
    const log = JSON.parse(await sarifOf(shopReport(world), world)) as Log
    for (const rule of log.runs[0]?.tool.driver.rules ?? []) {
      Object.assign(rule, { shortDescription: '...', fullDescription: '...', help: '...' })
    }
    await expect(`${JSON.stringify(log, undefined, 2)}\n`).toMatchFileSnapshot(golden('report.sarif'))
  })

  it('describes its rules by the catalogue', async () => {
    const [rule] = (await runOf(shopReport())).tool.driver.rules
    const { title, description, severity } = ruleEntry('protocol-unset')
    expect(severity).toBe('info')
    expect(rule).toMatchObject({
      id: 'protocol-unset',
      shortDescription: { text: title },
      fullDescription: { text: description },
      helpUri: expect.stringMatching(/docs\/rules\/protocol-unset\.md$/),
      defaultConfiguration: { level: 'note' },
    })
  })

  it('is valid against the schema, with findings and without', async () => {
    const validate = sarifValidator()
    const world = shop()
    for (const report of [shopReport(world), emptyReport()]) {
      validate(JSON.parse(await sarifOf(report, world)))
      expect(validate.errors).toBeNull()
    }
    expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false)
  })

  it('names the release of istiod, and where its version is from', async () => {
    const of = async (release: LintReport['scope']['release']) => {
      const report = { ...emptyReport(), scope: { ...emptyReport().scope, release } }
      return (await runOf(report)).tool.driver.properties
    }
    expect(await of({ version: LATEST, origin: { kind: 'assumed' } })).toEqual({
      istio: { version: '1.31.0', from: 'assumed' },
    })
    expect(await of({ version: MASTER, origin: { kind: 'asked' } })).toEqual({
      istio: { version: 'master', from: 'option' },
    })
  })

  it('refers from results to their rules', async () => {
    const { results, tool } = await runOf(shopReport())
    expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
      results.map(({ ruleId }) => ruleId),
    )
  })

  it('says of ignored findings who ignores them, and of no other one', async () => {
    const { results } = await runOf(shopReport())
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      [],
      [],
      [],
      [{ kind: 'external', justification: 'its pods are being moved' }],
    ])
    const { results: alone } = await runOf({ ...shopReport(), ignored: [], places: new Places() })
    expect(alone.every((result) => !('suppressions' in result))).toBe(true)
  })

  it('has fingerprints that lines and files do not change, one for each finding', async () => {
    const world = shop()
    const before = (await runOf(shopReport(world), world)).results.map(({ partialFingerprints }) => partialFingerprints)
    const files = ['cache.yaml', 'databases.yaml', 'frontend.yaml', 'reports.yaml']
    const moved = worldOf(
      Object.fromEntries(
        files.map((name) => [
          `moved/${name}`,
          `# moved\n\n${readFileSync(join(ROOT, 'fixtures/lint/shop', name), 'utf8')}`,
        ]),
      ),
    )
    const after = (await runOf(shopReport(moved), moved)).results.map(({ partialFingerprints }) => partialFingerprints)
    expect(after).toEqual(before)
    expect(new Set(before.map((fingerprint) => JSON.stringify(fingerprint))).size).toBe(4)
  })

  it('has fixes that carried out in the text make what the fix says', async () => {
    const world = shop()
    const { results } = await runOf(shopReport(world), world)
    const [replacement] = results[0]?.fixes?.[0]?.artifactChanges[0]?.replacements ?? []
    if (!replacement) throw new Error('no replacement')
    const text = readFileSync(join(ROOT, 'fixtures/lint/shop/databases.yaml'), 'utf8')
    const starts = [...text.matchAll(/^/gm)].map(({ index }) => index)
    const offset = (line: number, column: number) => (starts[line - 1] ?? 0) + column - 1
    const { startLine, startColumn, endLine, endColumn } = replacement.deletedRegion
    const fixed =
      text.slice(0, offset(startLine, startColumn)) +
      replacement.insertedContent.text +
      text.slice(offset(endLine, endColumn))
    expect(fixed).toBe(text.replace('[203.0.113.10]  # copied', '[198.51.100.7]  # copied'))
  })

  it('encodes paths, and has absolute ones for what lies outside of the working directory', async () => {
    const manifest = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 1}]}\n'
    const urisOf = async (name: string) => {
      const world = worldOf({ [name]: manifest })
      const findings = [finding('protocol-unset', world.object('Service', 's'), ['spec'])]
      const { results } = await runOf({ ...shopReport(), findings, ignored: [], places: new Places() }, world)
      return results[0]?.locations[0]?.physicalLocation.artifactLocation
    }
    expect(await urisOf('my mesh/é#1.yaml')).toEqual({ uri: 'my%20mesh/%C3%A9%231.yaml', uriBaseId: '%SRCROOT%' })
    expect(await urisOf('../other/a.yaml')).toEqual({ uri: 'file:///work/other/a.yaml' })
    expect(await urisOf('<stdin>')).toEqual({ uri: '%3Cstdin%3E', uriBaseId: '%SRCROOT%' })
  })

  it('says when something was wrong with the input', async () => {
    const log = JSON.parse(await sarifOf(emptyReport(), shop(), false)) as Log
    expect(log.runs[0]?.invocations[0]?.executionSuccessful).toBe(false)
  })
})

describe('junit', () => {
  interface Case {
    readonly name: string
    readonly classname: string
    readonly failure?: { readonly message: string; readonly type: string; readonly '#text': string }
    readonly skipped?: { readonly message: string }
  }

  interface Suite {
    readonly name: string
    readonly tests: number
    readonly failures: number
    readonly errors: number
    readonly skipped: number
    readonly testcase: readonly Case[]
  }

  interface Suites {
    readonly tests: number
    readonly failures: number
    readonly testsuite: readonly Suite[]
  }

  const ARRAYS = new Set(['testsuite', 'testcase'])

  function suitesOf(report: LintReport): Suites {
    const text = junitOf(report)
    expect(XMLValidator.validate(text)).toBe(true)
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseAttributeValue: true,
      isArray: (name) => ARRAYS.has(name),
    })
    return (parser.parse(text) as { testsuites: Suites }).testsuites
  }

  it('has a suite for each file and a case for each finding', async () => {
    await expect(junitOf(shopReport())).toMatchFileSnapshot(golden('report.junit.xml'))
  })

  it('names the release of istiod in every suite, and where its version is from', () => {
    const text = junitOf({ ...shopReport(), findings: [], places: new Places() })
    const properties =
      '<properties><property name="istio.version" value="1.31.0"/><property name="istio.from" value="assumed"/></properties>'
    expect(text.replaceAll(/\n */g, '').split(properties)).toHaveLength(5)
  })

  it('counts what it holds', () => {
    const { tests, failures, testsuite } = suitesOf(shopReport())
    expect(testsuite.map(({ name }) => name).sort()).toEqual([
      'cache.yaml',
      'databases.yaml',
      'frontend.yaml',
      'reports.yaml',
    ])
    for (const suite of testsuite) {
      expect(suite.tests).toBe(suite.testcase.length)
      expect(suite.failures).toBe(suite.testcase.filter(({ failure }) => failure !== undefined).length)
      expect(suite.skipped).toBe(suite.testcase.filter(({ skipped }) => skipped !== undefined).length)
      expect(suite.errors).toBe(0)
    }
    expect(tests).toBe(testsuite.flatMap(({ testcase }) => testcase).length)
    expect(failures).toBe(1)
  })

  it('fails for what fails the run alone, and passes for files without findings', () => {
    const cases = suitesOf(shopReport()).testsuite.flatMap(({ testcase }) => testcase)
    expect(cases.map(({ failure, skipped }) => (failure ? 'failure' : skipped ? 'skipped' : 'passed'))).toEqual([
      'failure',
      'skipped',
      'skipped',
      'passed',
    ])
    const all = suitesOf({ ...shopReport(), failing: new Set(['error', 'warning', 'info']) })
    expect(all.failures).toBe(3)
  })

  it('has only the elements and attributes that readers know', () => {
    const text = junitOf(shopReport())
    const known = new Map([
      ['testsuites', ['name', 'tests', 'failures', 'errors', 'time']],
      ['testsuite', ['name', 'tests', 'failures', 'errors', 'skipped', 'time']],
      ['properties', []],
      ['property', ['name', 'value']],
      ['testcase', ['name', 'classname', 'time']],
      ['failure', ['message', 'type']],
      ['skipped', ['message']],
      ['error', ['message', 'type']],
    ])
    for (const [, element = '', attributes = ''] of text.matchAll(/<([a-z]+)((?: [a-z]+="[^"]*")*)\/?>/g)) {
      const names = [...attributes.matchAll(/ ([a-z]+)="/g)].map(([, name]) => name)
      expect(known.get(element)).toEqual(names)
    }
  })

  it('gives equal findings of one object names of their own', () => {
    const cache = shop().object('ServiceEntry', 'cache')
    const findings = [0, 1, 2].map(() => finding('tcp-catch-all', cache, ['spec']))
    const names = suitesOf({ ...shopReport(), findings, places: new Places() }).testsuite.flatMap(({ testcase }) =>
      testcase.map(({ name }) => name),
    )
    expect(new Set(names.filter((name) => name.startsWith('tcp-'))).size).toBe(3)
  })

  it('holds what XML cannot hold in a form that can be read', () => {
    const cache = shop().object('ServiceEntry', 'cache')
    const message = `${HOSTILE} \u0000 \ud800 \uffff ]]>`
    const report = {
      ...shopReport(),
      findings: [finding('tcp-catch-all', cache, ['spec'], { message })],
      places: new Places(),
    }
    const [failed] = suitesOf(report).testsuite.flatMap(({ testcase }) => testcase)
    expect(failed?.failure?.['#text']).toContain('\\x1b[31m')
    const text = junitOf({ ...report, places: new Places() })
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cs}|\uffff/u)
  })
})

/** Errors of the input: with a position, with a file, and without a place. */
const FAILURES: LintReport['failures'] = [
  { message: `a { ${HOSTILE}`, hint: 'close it', file: 'a b.yaml', position: { file: 'a b.yaml', line: 3, column: 5 } },
  { message: 'does not exist', hint: undefined, file: 'gone.yaml', position: undefined },
  { message: '--changed-since: there is no commit x', hint: undefined, file: undefined, position: undefined },
]
const FAILED = (): LintReport => ({ ...emptyReport(), failures: FAILURES })

describe('errors of the input', () => {
  it('are in JSON with their places', async () => {
    expect(JSON.parse(await jsonOf(FAILED())).errors).toEqual([
      { message: `a { ${HOSTILE}`, hint: 'close it', location: { file: 'a b.yaml', line: 3, column: 5 } },
      { message: 'does not exist', location: { file: 'gone.yaml' } },
      { message: '--changed-since: there is no commit x', location: null },
    ])
  })

  it('are notifications in SARIF', async () => {
    const addressOf = (file: string) => fileAddress(file, '/work/mesh')
    const run = sarifRun(FAILED(), { snapshot: shop().snapshot, addressOf, successful: false })
    const log = JSON.parse(joined(await formatData('json', sarifMessage(run), SARIF_LEVELS)))
    expect(sarifValidator()(log)).toBe(true)
    const [{ executionSuccessful, toolExecutionNotifications }] = log.runs[0].invocations
    expect(executionSuccessful).toBe(false)
    expect(toolExecutionNotifications).toMatchObject([
      {
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'a%20b.yaml' },
              region: { startLine: 3, startColumn: 5 },
            },
          },
        ],
      },
      { locations: [{ physicalLocation: { artifactLocation: { uri: 'gone.yaml' } } }] },
      { message: { text: '--changed-since: there is no commit x' } },
    ])
  })

  it('are errors in JUnit', () => {
    const text = junitOf(FAILED())
    expect(XMLValidator.validate(text)).toBe(true)
    expect(text).toContain('errors="3"')
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(text)
    const [input] = testsuites.testsuite
    expect(input.testcase.map(({ classname }: { classname: string }) => classname)).toEqual([
      'a b.yaml',
      'gone.yaml',
      'input',
    ])
    expect(input.testcase[1].error).toEqual({
      message: 'does not exist',
      type: 'input-error',
      '#text': 'gone.yaml: does not exist',
    })
  })

  it('are annotations of GitHub, before the findings', () => {
    expect(githubOf(FAILED(), { cwd: '/repo/mesh', workspace: '/repo' }).split('\n')).toEqual([
      expect.stringMatching(/^::error file=mesh\/a b\.yaml,line=3,col=5,title=input-error::a \{ .* \(close it\)$/),
      '::error file=mesh/gone.yaml,title=input-error::does not exist',
      '::error title=input-error::--changed-since: there is no commit x',
      '',
    ])
  })

  it('are blockers in Code Quality', () => {
    const messages = [...gitlabMessages(gitlabReport(FAILED()), (file) => `mesh/${file}`)]
    expect(messages).toMatchObject([
      { check_name: 'input-error', severity: 'blocker', location: { path: 'mesh/a b.yaml', lines: { begin: 3 } } },
      { location: { path: 'mesh/gone.yaml', lines: { begin: 1 } } },
      { location: { path: '.', lines: { begin: 1 } } },
    ])
  })

  it('are in the summary of text', () => {
    expect(summaryText(FAILED())).toBe(
      '3 errors of the input; no findings: 7 objects in 4 files, seen by proxies in 2 namespaces',
    )
  })
})

describe('gitlab', () => {
  it('has what Code Quality reads, with a fingerprint for each finding', async () => {
    const report = shopReport()
    const text = joined(
      await formatData(
        'json',
        gitlabMessages(gitlabReport(report), (file) => `mesh/${file}`),
      ),
    )
    await expect(text).toMatchFileSnapshot(golden('report.gitlab.json'))
    const messages: { readonly fingerprint: string }[] = JSON.parse(text)
    expect(new Set(messages.map(({ fingerprint }) => fingerprint)).size).toBe(report.findings.length)
  })

  it('gives equal findings different fingerprints, which do not depend on lines', () => {
    const cache = shop().object('ServiceEntry', 'cache')
    const findings = ['spec', 'metadata'].map((step) => finding('tcp-catch-all', cache, [step]))
    const report = { ...shopReport(), findings, places: new Places() }
    const [first, second] = [...gitlabReport(report).results].map(({ fingerprint }) => fingerprint).sort()
    expect(second).toBe(`${first}-2`)
  })
})

describe('the summary of a job of GitHub', () => {
  const summaryOf = (report: LintReport): string => joined(stepSummary(report, (file) => `mesh/${file}`))

  it('has numbers by rule, the findings with their places, and the errors of the input', async () => {
    await expect(summaryOf({ ...shopReport(), failures: FAILURES })).toMatchFileSnapshot(golden('report.summary.md'))
  })

  it('is limited, with the worst findings first', () => {
    const cache = shop().object('ServiceEntry', 'cache')
    const findings = Array.from({ length: 3_000 }, (_, index) =>
      finding('tcp-catch-all', cache, ['spec'], {
        severity: index === 2_999 ? 'error' : 'info',
        message: `${index} ${'x'.repeat(5_000)}`,
      }),
    )
    const text = summaryOf({ ...shopReport(), findings, places: new Places() })
    expect(text.length).toBeLessThan(100_000)
    expect(text).toContain('| 2999 ')
    expect(text).toContain('2950 more findings are in the report.')
  })

  it('lets no text of the input be markup', () => {
    const text = summaryOf(shopReport())
    expect(text).not.toContain('</failure>')
    expect(summaryOf({ ...emptyReport(), failures: FAILURES })).not.toContain('</failure>')
  })
})

describe('github', () => {
  const at = { cwd: '/repo/mesh', workspace: '/repo' }

  it('is a workflow command for each finding', async () => {
    await expect(githubOf(shopReport(), at)).toMatchFileSnapshot(golden('report.github.txt'))
  })

  it('names files from the top of the checkout', () => {
    expect(githubOf(shopReport(), at)).toMatch(/^::error file=mesh\/databases\.yaml,line=25,col=15,/)
  })

  it('lets no name begin a command or end a property', () => {
    const world = worldOf({
      'a,b:c%.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 1}]}\n',
    })
    const findings = [finding('protocol-unset', world.object('Service', 's'), ['spec'], { message: `100% ${HOSTILE}` })]
    const text = githubOf({ ...shopReport(), findings, places: new Places() }, { cwd: '/repo', workspace: '/repo' })
    expect(text.split('\n')).toHaveLength(2)
    expect(text).toContain('file=a%2Cb%3Ac%25.yaml,')
    expect(text).toContain('::100%25 </failure>\\x1b[31m\\n::error::%250A, "x"')
  })
})
