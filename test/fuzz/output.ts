/** The result of a run, and what a user should never see in it. */
import { isDeepStrictEqual } from 'node:util'
import { XMLValidator } from 'fast-xml-parser'
import { parseAllDocuments } from 'yaml'
import { CI_COMMAND, UNSAFE } from '../support/hidden.ts'
import { sarifValidator } from '../support/sarif.ts'

export interface Ran {
  readonly code: number | null
  /** The beginning, up to a limit. */
  readonly stdout: string
  /** The number of characters on stdout, kept or not. */
  readonly length: number
  readonly stderr: string
}

/** A mesh of a megabyte may have half a gigabyte of configuration, which does not fit into a string. */
export const MOST_KEPT = 50_000_000

const STACK = /^\s+at .+[(/:]\S*:\d+:\d+\)?$/m

function shownAround(text: string, index: number): string {
  return JSON.stringify(text.slice(Math.max(0, index - 60), index + 60))
}

export function differenceOf(one: string, two: string): string {
  let at = 0
  while (at < one.length && one[at] === two[at]) at++
  return `${shownAround(one, at)} and ${shownAround(two, at)}`
}

/** Above this size the validator takes longer than the program. */
const LONGEST_SARIF = 500_000

function sarifProblem(text: string): string | undefined {
  const value: unknown = JSON.parse(text)
  if (text.length > LONGEST_SARIF) return undefined
  const validate = sarifValidator()
  if (validate(value)) return undefined
  const [error] = validate.errors ?? []
  return `output is not SARIF: ${error?.instancePath} ${error?.message}`
}

/** Output up to this many characters is read back as YAML. */
const LONGEST_YAML = 60_000

function yamlProblem(text: string): string | undefined {
  if (text.length > LONGEST_YAML) return undefined
  const broken = parseAllDocuments(text, { version: '1.1' }).find(({ errors }) => errors.length > 0)
  return broken && `output is not YAML: ${broken.errors[0]?.message}`
}

function junitProblem(text: string): string | undefined {
  const valid = XMLValidator.validate(text)
  return valid === true ? undefined : `output is not XML: ${valid.err.msg}`
}

function jsonProblem(text: string): undefined {
  JSON.parse(text)
}

const PARSERS: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ['json', jsonProblem],
  ['config-dump', jsonProblem],
  ['gitlab', jsonProblem],
  ['sarif', sarifProblem],
  ['yaml', yamlProblem],
  ['junit', junitProblem],
])

/** '' without `-o`. */
const formatOf = (argv: readonly string[]): string => (argv.includes('-o') ? (argv[argv.indexOf('-o') + 1] ?? '') : '')

function parseProblem(argv: readonly string[], stdout: string): string | undefined {
  // The files have the format then, and stdout has the options to read them.
  if (argv.includes('--out-dir')) return undefined
  try {
    return PARSERS.get(formatOf(argv))?.(stdout)
  } catch (error) {
    return `output is not JSON: ${error instanceof Error ? error.message : error}`
  }
}

/** All problems of one run, whatever its input. */
export function* outputProblems(argv: readonly string[], ran: Ran): Iterable<string> {
  const { code, stdout, length, stderr } = ran
  if (code !== 0 && code !== 1 && code !== 2) yield `exit code ${code}`
  if (stderr.includes('internal error')) yield `internal error: ${stderr.split('internal error: ')[1]?.split('\n')[0]}`
  if (STACK.test(stdout) || STACK.test(stderr)) yield 'stack trace'
  for (const [name, text] of [
    // A diff must have the exact text of the files, because it is applied.
    ['stdout', argv.includes('--dry-run') ? '' : stdout],
    ['stderr', stderr],
  ] as const) {
    const unsafe = UNSAFE.exec(text)
    if (unsafe) yield `hidden character on ${name}: ${shownAround(text, unsafe.index)}`
    const command = name === 'stdout' && formatOf(argv) === 'github' ? null : CI_COMMAND.exec(text)
    if (command) yield `workflow command on ${name}: ${shownAround(text, command.index)}`
  }
  if (code === 2 && stderr === '') yield 'exit code 2 without a word'
  // A command line that the program does not accept tests nothing.
  if (stderr.includes('unknown option')) yield `the command line is wrong: ${stderr.slice(0, 200)}`
  if (stdout === '' || length > MOST_KEPT) return
  const broken = parseProblem(argv, stdout)
  if (broken) yield broken
}

/** Differences between the YAML and the JSON of an answer, if they are short. */
export function yamlDifference(yaml: string, json: string): string | undefined {
  if (yaml.length > LONGEST_YAML) return undefined
  const [document] = parseAllDocuments(yaml, { version: '1.1' })
  return isDeepStrictEqual(document?.toJS(), JSON.parse(json)) ? undefined : 'YAML and JSON differ'
}

/** The reference does not order the endpoints of a locality. */
function sortEndpoints(key: string, value: unknown): unknown {
  if (key !== 'lbEndpoints' || !Array.isArray(value)) return value
  return value.map((endpoint) => JSON.stringify(endpoint)).sort()
}

/** Assumptions without their positions, which depend on the order of documents. */
const withoutPositions = (assumed: unknown): readonly string[] =>
  (Array.isArray(assumed) ? assumed : [])
    .map((item) => JSON.stringify(item, (key, value) => (key === 'location' ? undefined : value)))
    .sort()

/** A dump without the order of verdicts, endpoints and address lists, which depends on the files. */
export function withoutFileOrder(dump: string): string {
  if (dump === '') return ''
  const { allocation, validation, assumed, ...rest } = JSON.parse(dump, sortEndpoints)
  const verdicts = validation.map((verdict: unknown) => JSON.stringify(verdict)).sort()
  return JSON.stringify([Object.entries(allocation).sort(), verdicts, withoutPositions(assumed), rest])
}

/** A dump without the places of its assumptions, which depend on the files. */
export function withoutPlaces(dump: string): string {
  if (dump === '') return ''
  const { assumed, ...rest } = JSON.parse(dump)
  return JSON.stringify([rest, withoutPositions(assumed)])
}

interface ReportedFinding {
  readonly rule: string
  readonly severity: string
  readonly message: string
  readonly object: object
  readonly namespaces: readonly string[]
  /** Of a finding that stands for several. */
  readonly count?: number
}

/** The findings of `lint -o json`; none if the text is something else, which fails for a reason of its own. */
export function reportedFindings(json: string): readonly ReportedFinding[] {
  try {
    return (JSON.parse(json) as { readonly findings?: readonly ReportedFinding[] }).findings ?? []
  } catch {
    return []
  }
}

/** Findings without their positions, which depend on the files. A finding that stands for several is at the first one in the order of the files. */
export function findingsOf(json: string): string {
  const all = reportedFindings(json).map(({ rule, severity, message, object, namespaces, count }) =>
    JSON.stringify([rule, severity, message, count === undefined ? object : count, namespaces]),
  )
  return all.sort().join('\n')
}
