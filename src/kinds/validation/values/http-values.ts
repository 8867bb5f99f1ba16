/** Header names and values, string matches and statuses (pkg/config/validation of the reference). */
import { utf8Length } from '../../../common/bytes.ts'
import type { PathStep } from '../../../sources/document.ts'
import type { Headers, HeadersHeaderOperations, StringMatch } from '../../messages/virtual-service.ts'
import { type AdmissionSettings, type Path, quote, type Report } from '../report.ts'
import { regexProblem } from './re2.ts'

/** Token characters and the comma. */
const HEADER_NAME = /^[!#$%&'*+,\-.^_`|~A-Za-z0-9]+$/
const PLAIN_HEADER_NAME = /^[-_A-Za-z0-9]+$/
const PSEUDO_HEADERS: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path', ':status'])
const CLAIMS = '@request.auth.claims'

/** A match on a JWT claim instead of a header: `@request.auth.claims.NAME` or `@request.auth.claims[NAME]`. */
export function isClaim(name: string): boolean {
  if (name.slice(0, CLAIMS.length).toLowerCase() !== CLAIMS) return false
  const rest = name.slice(CLAIMS.length)
  return rest.startsWith('.') ? rest.length > 1 : rest.startsWith('[') && rest.endsWith(']') && rest.length > 2
}

export function isHeaderName(name: string, settings: AdmissionSettings): boolean {
  return settings.has('token-header-names') ? HEADER_NAME.test(name) : PLAIN_HEADER_NAME.test(name)
}

/** The name of a header in a match, which may be a pseudo header or a claim. */
export function checkMatchedHeader(report: Report, parent: Path, name: string): void {
  const { settings } = report
  if (isHeaderName(name, settings) || isClaim(name)) return
  if (PSEUDO_HEADERS.has(name) && settings.has('token-header-names')) return
  report.error(parent, name, 'header-name-invalid', `${quote(name)} is not a header name`)
}

/** Case is ignored by Unicode folding. */
const AUTHORITY = /^(?::authority|host)$/iu
const HOST = /^host$/iu

export function isAuthorityHeader(name: string): boolean {
  return AUTHORITY.test(name)
}

type HeaderProblem = (name: string) => string | undefined

/** The authority may be set in requests. */
const requestProblem: HeaderProblem = (name) => (isAuthorityHeader(name) ? undefined : changeProblem(name))

const changeProblem: HeaderProblem = (name) => {
  if (name === '') return 'a header name is empty'
  if (HOST.test(name)) return 'the header Host cannot be changed here'
  return name.startsWith(':') ? `the pseudo header ${quote(name)} cannot be changed here` : undefined
}

/** The header operations of routes and destinations. */
export function checkHeaders(report: Report, parent: Path, headers: Headers | undefined): void {
  if (headers === undefined) return
  const at = [...parent, 'headers']
  if (headers.request) checkOperations(report, [...at, 'request'], headers.request, requestProblem)
  if (headers.response) checkOperations(report, [...at, 'response'], headers.response, changeProblem)
}

function checkOperations(report: Report, at: Path, operations: HeadersHeaderOperations, changing: HeaderProblem): void {
  checkChanges(report, [...at, 'add'], operations.add, changing)
  checkChanges(report, [...at, 'set'], operations.set, changing)
  for (let index = 0; index < operations.remove.length; index++) {
    const problem = changeProblem(operations.remove[index] ?? '')
    if (problem !== undefined) report.error([...at, 'remove'], index, 'header-name-invalid', problem)
  }
}

function checkChanges(report: Report, at: Path, headers: ReadonlyMap<string, string>, changing: HeaderProblem): void {
  for (const [name, value] of headers) {
    const problem = changing(name)
    if (problem !== undefined) report.error(at, name, 'header-name-invalid', problem)
    const inside = headerValueProblem(value)
    if (inside === undefined) continue
    report.error(at, name, 'header-value-invalid', `the value ${quote(value)} is not accepted: ${inside}`)
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000a-\u001f\u007f]/

/**
 * Envoy's header formatter, by what may follow: `%NAME%`, `%NAME(argument)%`, `%NAME(["a","b"])%`, and `%%`.
 * (pkg/config/validation/header_value_validator.go of the reference)
 */
type FormatState = 'text' | 'name' | 'arguments' | 'string' | 'stringStart' | 'listNext' | 'listEnd' | 'end'

/** The next state for a character; `other` is any character not listed. A missing entry is an error. */
const FORMAT: Readonly<Record<FormatState, Readonly<Record<string, FormatState>>>> = {
  text: { '%': 'name', other: 'text' },
  name: { '%': 'text', '(': 'arguments', other: 'name' },
  arguments: { '[': 'stringStart', ' ': 'arguments', other: 'string' },
  string: { ')': 'end', '"': 'listNext', other: 'string' },
  stringStart: { '"': 'string', ' ': 'stringStart' },
  listNext: { ',': 'stringStart', ']': 'listEnd', ' ': 'listNext' },
  listEnd: { ')': 'end', ' ': 'listEnd' },
  end: { '%': 'text', ' ': 'end' },
}

/** Why Envoy would refuse a header value; undefined when it would accept it. */
export function headerValueProblem(value: string): string | undefined {
  if (CONTROL_CHARACTERS.test(value)) return 'it has control characters'
  if (!value.includes('%')) return undefined
  let state: FormatState = 'text'
  for (let index = 0; index < value.length; index++) {
    const char = value[index] ?? ''
    const escapes =
      (state === 'text' && char === '%' && value[index + 1] === '%') || (state === 'string' && char === '\\')
    if (escapes) {
      index++
      continue
    }
    const moves: Readonly<Record<string, FormatState>> = FORMAT[state]
    const next = moves[char] ?? moves.other
    if (next === undefined) return `${quote(char)} is not expected there`
    state = next
  }
  return state === 'text' ? undefined : 'a % begins a variable that does not end; write %% for a percent sign'
}

const LONGEST_REGEX = 1024

/** A regular expression must be valid RE2 of at most 1024 bytes. */
export function checkRegex(report: Report, parent: Path, step: PathStep, regex: string): void {
  if (utf8Length(regex) > LONGEST_REGEX) {
    report.error(parent, step, 'regex-invalid', `the regular expression is longer than ${LONGEST_REGEX} bytes`)
    return
  }
  const problem = regexProblem(regex)
  if (problem === undefined) return
  const message = `${quote(regex)} is not a regular expression of RE2: ${problem}`
  report.error(parent, step, 'regex-invalid', message, 'see https://github.com/google/re2/wiki/Syntax')
}

/** A regular expression in a match must also not be empty. */
export function checkRegexMatch(report: Report, at: Path, match: StringMatch | undefined): void {
  if (match?.regex === undefined) return
  if (match.regex === '') report.error(at, 'regex', 'regex-invalid', 'the regular expression is empty')
  else checkRegex(report, at, 'regex', match.regex)
}

/** An empty prefix is an error where Envoy refuses it. */
export function checkStringMatch(report: Report, at: Path, match: StringMatch | undefined): void {
  if (match?.prefix === '') report.error(at, 'prefix', 'match-invalid', 'the prefix is empty')
  checkRegexMatch(report, at, match)
}

const LOWEST_STATUS = 200
const HIGHEST_STATUS = 600

/** The status of a response that the proxy generates. */
export function checkStatus(report: Report, parent: Path, step: PathStep, status: number): void {
  if (status >= LOWEST_STATUS && status <= HIGHEST_STATUS) return
  const message = `a status must be between ${LOWEST_STATUS} and ${HIGHEST_STATUS}, not ${status}`
  report.error(parent, step, 'status-invalid', message)
}
