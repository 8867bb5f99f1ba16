import type { JWTRule, RequestAuthentication } from '../../messages/request-authentication.ts'
import type { Resource } from '../../resource.ts'
import { type Path, quote, type Report } from '../report.ts'
import { parseGoUrl } from '../values/go-url.ts'
import { readKeySet } from '../values/jwks.ts'
import { checkDuration } from '../values/numbers.ts'
import { checkTargets } from '../values/targets.ts'

const HEADER_NAME = /^[-_A-Za-z0-9]+$/
const STRICT_HEADER_NAME = /^[-A-Za-z0-9]+$/
const SCHEMES: ReadonlySet<string> = new Set(['http', 'https'])

/** Transcribes the reference's ValidateRequestAuthentication. */
export function validateRequestAuthentication(resource: Resource<RequestAuthentication>, report: Report): void {
  const { spec } = resource
  checkTargets(report, spec)
  for (const [index, rule] of spec.jwtRules.entries()) checkRule(report, ['spec', 'jwtRules', index], rule)
}

function checkRule(report: Report, at: Path, rule: JWTRule): void {
  const { issuer, jwksUri } = rule
  if (issuer === '' && jwksUri === '') {
    report.error(at, 'issuer', 'jwt-rule-invalid', 'the rule has neither an issuer nor a jwksUri')
  }
  checkFilled(report, at, 'audiences', rule.audiences)
  checkFilled(report, at, 'fromParams', rule.fromParams)
  checkFilled(report, at, 'fromCookies', rule.fromCookies)
  for (const [index, { name }] of rule.fromHeaders.entries()) {
    if (name !== '') continue
    report.error([...at, 'fromHeaders', index], 'name', 'jwt-rule-invalid', 'the header has no name')
  }
  checkClaimHeaders(report, at, rule)
  checkKeys(report, at, rule)
  checkDuration(report, at, 'timeout', rule.timeout)
}

function checkFilled(report: Report, at: Path, field: string, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    if (value === '') report.error([...at, field], index, 'jwt-rule-invalid', `an entry of ${field} is empty`)
  }
}

function checkClaimHeaders(report: Report, at: Path, { outputClaimToHeaders }: JWTRule): void {
  const allowed = report.settings.has('strict-claim-headers') ? STRICT_HEADER_NAME : HEADER_NAME
  for (const [index, { claim, header }] of outputClaimToHeaders.entries()) {
    const path = [...at, 'outputClaimToHeaders']
    if (claim === '' || header === '') {
      report.error(path, index, 'jwt-rule-invalid', 'the entry lacks the claim or the header')
    } else if (!allowed.test(header)) {
      report.error([...path, index], 'header', 'header-name-invalid', `${quote(header)} is not a header name`)
    }
  }
}

function checkKeys(report: Report, at: Path, { jwks, jwksUri }: JWTRule): void {
  if (jwksUri !== '' && !SCHEMES.has(parseGoUrl(jwksUri, 'reference')?.scheme ?? '')) {
    report.error(at, 'jwksUri', 'jwks-invalid', `${quote(jwksUri)} is not an http or https URL`)
  }
  if (jwks === '') return
  const { problem, secret } = readKeySet(jwks)
  if (problem !== undefined) report.error(at, 'jwks', 'jwks-invalid', `the keys cannot be read: ${problem}`)
  if (secret.length > 0 && report.settings.has('secret-keys-warned')) {
    const message = `the key at index ${secret.join(', ')} is private or symmetric, and anyone who can read the object can use it`
    report.warn(at, 'jwks', 'jwks-secret', message)
  }
}
