/** Conditions (`when`) of AuthorizationPolicies (pkg/config/security/security.go ValidateAttribute). */

import { nearest } from '../../../common/nearest.ts'
import type { AuthorizationCondition } from '../../messages/authorization-policy.ts'
import { type AdmissionSettings, type Path, quote, type Report } from '../report.ts'
import {
  addressProblem,
  checkAccounts,
  checkValues,
  emptyProblem,
  hasBrackets,
  portProblem,
  type ValueProblem,
  wildcardProblem,
} from '../values/authorization.ts'

const ACCOUNT = 'source.serviceAccount'
const TRUST_DOMAIN = 'source.trustDomain'

/** Attributes by key, with the check of their values. */
const ATTRIBUTES: ReadonlyMap<string, ValueProblem> = new Map([
  ['source.ip', addressProblem],
  ['remote.ip', addressProblem],
  ['source.namespace', emptyProblem],
  [ACCOUNT, emptyProblem],
  ['source.principal', emptyProblem],
  [TRUST_DOMAIN, wildcardProblem],
  ['request.auth.principal', emptyProblem],
  ['request.auth.audiences', emptyProblem],
  ['request.auth.presenter', emptyProblem],
  ['destination.ip', addressProblem],
  ['destination.port', portProblem],
  ['connection.sni', emptyProblem],
])

/** Attributes with a part in brackets. */
const BRACKETED = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'] as const

/** Attributes that the action CUSTOM does not have. */
const NEEDS_CERTIFICATE: ReadonlySet<string> = new Set(['source.namespace', ACCOUNT, TRUST_DOMAIN, 'source.principal'])
const AUTH_PREFIX = 'request.auth.'

const CODE = 'authorization-condition-invalid'

/** Whether this release has an attribute that older ones lack. */
function isKnown(key: string, settings: AdmissionSettings): boolean {
  if (key === ACCOUNT) return settings.has('service-account-attribute')
  return key !== TRUST_DOMAIN || settings.has('trust-domain-attribute')
}

function keyProblem(key: string, settings: AdmissionSettings): string | undefined {
  if (!isKnown(key, settings)) return `this release of Istio does not have the attribute ${quote(key)}`
  if (ATTRIBUTES.has(key)) return undefined
  const prefix = BRACKETED.find((each) => key.startsWith(each))
  if (prefix === undefined) return `${quote(key)} is not an attribute`
  return hasBrackets(key)
    ? undefined
    : `${quote(key)} lacks the name in brackets, as in ${prefix.replace(/\.$/, '.NAME')}[...]`
}

function keyHint(key: string): string | undefined {
  const close = nearest(key, ATTRIBUTES.keys())
  return close === undefined ? undefined : `did you mean ${close}?`
}

/**
 * Checks one condition.
 * @param custom the action of the policy is CUSTOM
 */
export function checkCondition(report: Report, at: Path, condition: AuthorizationCondition, custom: boolean): void {
  const { key, values, notValues } = condition
  if (key === '') {
    report.error(at, 'key', CODE, 'the condition has no key')
    return
  }
  if (custom && (NEEDS_CERTIFICATE.has(key) || key.startsWith(AUTH_PREFIX))) {
    report.error(at, 'key', 'custom-unsupported', `${quote(key)} cannot be used with the action CUSTOM`)
  }
  if (values.length + notValues.length === 0) {
    report.error(at, 'key', CODE, `the condition on ${quote(key)} has neither values nor notValues`)
    return
  }
  const problem = keyProblem(key, report.settings)
  if (problem !== undefined) report.error(at, 'key', CODE, problem, keyHint(key))
  for (const [field, list] of Object.entries({ values, notValues })) {
    if (key === ACCOUNT) checkAccounts(report, at, field, list)
    else checkValues(report, at, field, list, ATTRIBUTES.get(key) ?? emptyProblem)
  }
}
