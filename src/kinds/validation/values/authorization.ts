/** The values of AuthorizationPolicies (pkg/config/security/security.go). */
import { utf8Length } from '../../../common/bytes.ts'
import { type Path, quote, type Report } from '../report.ts'
import { isIp, isSubnet } from './addresses.ts'

/** What is wrong with a value; undefined for a valid one. */
export type ValueProblem = (value: string) => string | undefined

const NUMBER = /^[0-9]+$/
const LAST_PORT = 65_535
const MOST_ACCOUNTS = 16
const LONGEST_ACCOUNT = 320

const CODE = 'authorization-value-invalid'

/** istiod checks values up to the first that is not valid. */
export function checkValues(
  report: Report,
  parent: Path,
  field: string,
  values: readonly string[],
  problem: ValueProblem,
) {
  for (let index = 0; index < values.length; index++) {
    const message = problem(values[index] ?? '')
    if (message === undefined) continue
    report.error([...parent, field], index, CODE, message)
    return
  }
}

export const emptyProblem: ValueProblem = (value) => (value === '' ? 'an empty value matches nothing' : undefined)

export const addressProblem: ValueProblem = (value) => {
  const valid = value.includes('/') ? isSubnet(value) && value.indexOf('/') === value.lastIndexOf('/') : isIp(value)
  return valid ? undefined : `${quote(value)} is neither an IP address nor a CIDR block`
}

export const portProblem: ValueProblem = (value) =>
  NUMBER.test(value) && Number(value) <= LAST_PORT
    ? undefined
    : `a port must be between 0 and 65535, not ${quote(value)}`

const accountProblem: ValueProblem = (value) => {
  if (value === '') return emptyProblem(value)
  if (value.includes('*')) return `a service account is named in full, without *, unlike ${quote(value)}`
  const parts = value.split('/')
  if (parts.length > 2 || parts.includes('')) {
    return `${quote(value)} is neither the name of a service account nor NAMESPACE/NAME`
  }
  return utf8Length(value) > LONGEST_ACCOUNT ? `${quote(value)} is longer than ${LONGEST_ACCOUNT} bytes` : undefined
}

/** Names of service accounts, alone or after their namespace. */
export function checkAccounts(report: Report, parent: Path, field: string, accounts: readonly string[]): void {
  if (accounts.length > MOST_ACCOUNTS) {
    report.error(parent, field, CODE, `at most ${MOST_ACCOUNTS} service accounts fit here, not ${accounts.length}`)
  } else {
    checkValues(report, parent, field, accounts, accountProblem)
  }
}

/** A star may stand at the start or the end, once. */
export const wildcardProblem: ValueProblem = (value) => {
  if (value === '') return emptyProblem(value)
  const stars = value.split('*').length - 1
  if (stars > 1) return `${quote(value)} has more than one *`
  const outside = value.startsWith('*') || value.endsWith('*')
  return stars === 1 && !outside ? `in ${quote(value)} the * is neither at the start nor at the end` : undefined
}

export const trustDomainProblem: ValueProblem = (value) =>
  wildcardProblem(value) ?? (value.includes('/') ? `a trust domain has no slash, unlike ${quote(value)}` : undefined)

const ONE_SEGMENT = '{*}'
const ANY_SEGMENTS = '{**}'
const LITERAL = /^[a-zA-Z0-9-._~%!$&'()+,;:@=]+$/
const SURROUNDING_SLASHES = /^\/+|\/+$/g

/** Whether a path has placeholders for segments: `{*}` or `{**}`. */
export const isPathTemplate = (path: string): boolean => path.includes(ONE_SEGMENT) || path.includes(ANY_SEGMENTS)

export const pathProblem: ValueProblem = (path) => {
  const template = isPathTemplate(path)
  let ended = false
  for (const segment of path.replace(SURROUNDING_SLASHES, '').split('/')) {
    const placeholder = segment === ONE_SEGMENT || segment === ANY_SEGMENTS
    if (placeholder && ended) return `in ${quote(path)} a placeholder follows {**}, which must be the last one`
    if (placeholder) {
      ended = segment === ANY_SEGMENTS
      continue
    }
    if (/[{}]/.test(segment)) return `in ${quote(path)} a brace is not part of {*} or {**} as a whole segment`
    if (template && !LITERAL.test(segment)) {
      return `in ${quote(path)} the segment ${quote(segment)} is not plain text, as paths with {*} or {**} need`
    }
  }
  return undefined
}

/** Whether a key has a part in brackets: `request.headers[NAME]`. */
export function hasBrackets(key: string): boolean {
  const open = key.indexOf('[')
  return key.endsWith(']') && open > 0 && open < key.length - 2
}
