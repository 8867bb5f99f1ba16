/** docs/vipctl-test.schema.json accepts what the reader of suites accepts, field by field. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parseSuite } from '../../../src/answers/suite/parse.ts'
import type { SourceDocument } from '../../../src/sources/document.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

type Json = Record<string, unknown>
interface Schema {
  readonly properties: Readonly<Record<string, Schema>>
  readonly definitions: Readonly<Record<string, Schema>>
}

const SCHEMA = JSON.parse(readFileSync(pathOf('docs/vipctl-test.schema.json'), 'utf8')) as Schema
const validate = new Ajv({ strict: false }).compile(SCHEMA)

const documentsOf = (text: string): readonly SourceDocument[] =>
  parseDocuments({ name: 'a.vipctl-test.yaml', text }, '').documents

const problemsOf = (suite: Json) => documentsOf(JSON.stringify(suite)).flatMap((each) => parseSuite(each).problems)

const REQUEST: Json = { url: 'http://a.b/' }
const EXPECT: Json = { outcome: 'reached' }
const suiteOf = (test: Json, more: Json = {}): Json => ({ ...more, tests: [test] })
const caseOf = (more: Json): Json => ({ testCases: [{ request: { authority: ['a.b'] }, ...more }] })

/** One mapping of a suite: its schema, and a suite that has these fields in it. */
interface Level {
  readonly name: string
  readonly schema: Schema | undefined
  with(fields: Json): Json
}

const { properties, definitions } = SCHEMA
const testWith = (fields: Json): Json => suiteOf({ request: REQUEST, expect: EXPECT, ...fields })
const without = (schema: Schema, name: string): Schema => ({
  ...schema,
  properties: Object.fromEntries(Object.entries(schema.properties).filter(([key]) => key !== name)),
})

const LEVELS: readonly Level[] = [
  { name: 'suite', schema: without(SCHEMA, 'testCases'), with: (fields) => ({ ...testWith({}), ...fields }) },
  {
    name: 'suite of the validator',
    schema: without(SCHEMA, 'tests'),
    with: (fields) => ({ ...caseOf({}), ...fields }),
  },
  { name: 'mesh', schema: properties.mesh, with: (mesh) => ({ ...testWith({}), mesh }) },
  {
    name: 'test',
    schema: definitions.test,
    with: (fields) => ('requests' in fields ? suiteOf({ expect: EXPECT, ...fields }) : testWith(fields)),
  },
  {
    name: 'request',
    schema: definitions.request,
    with: (fields) =>
      testWith({ request: 'tcp' in fields || 'dns' in fields ? fields : { ...REQUEST, ...fields }, expect: EXPECT }),
  },
  { name: 'expectations', schema: definitions.expect, with: (fields) => testWith({ expect: fields }) },
  { name: 'each', schema: definitions.test?.properties.each, with: (each) => testWith({ each }) },
  { name: 'test case', schema: definitions.testCase, with: caseOf },
  {
    name: 'request of a test case',
    schema: definitions.testCase?.properties.request,
    with: (fields) => caseOf({ request: { authority: ['a.b'], ...fields } }),
  },
]

const VALUES = ['x', 1, true, [], ['x'], [1], {}, { a: 'x' }, { a: 1 }, { a: true }, { a: ['x'] }, 'reached', 'simple']

describe('docs/vipctl-test.schema.json', () => {
  it.each(['shop.vipctl-test.yaml', 'routes_test.yml'])('accepts the suite %s', (name) => {
    for (const { value } of documentsOf(readFileSync(pathOf(`fixtures/suites/${name}`), 'utf8'))) {
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  it.each(LEVELS)('has the fields of the reader: $name', ({ schema, with: suiteWith }) => {
    const [problem] = problemsOf(suiteWith({ qqqqqqqqqqqq: 1 }))
    const known = problem?.hint?.replace('known are ', '').split(', ')
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(known?.sort())
    expect(validate(suiteWith({ qqqqqqqqqqqq: 1 }))).toBe(false)
  })

  it.each(LEVELS)('accepts the values that the reader accepts: $name', ({ schema, with: suiteWith }) => {
    for (const name of Object.keys(schema?.properties ?? {})) {
      for (const value of VALUES) {
        const suite = suiteWith({ [name]: value })
        const problems = problemsOf(suite).map(({ message }) => message)
        expect(validate(suite), `${JSON.stringify(suite)} ${problems}`).toBe(problems.length === 0)
      }
    }
  })
})
