import { parseGoBool } from '../../../common/go-bool.ts'
import { ANNOTATIONS } from '../../../common/istio-names.ts'
import type {
  AuthorizationOperation,
  AuthorizationPolicy,
  AuthorizationRule,
  AuthorizationSource,
} from '../../messages/authorization-policy.ts'
import type { Resource } from '../../resource.ts'
import { type Path, quote, type Report } from '../report.ts'
import {
  addressProblem,
  checkAccounts,
  checkValues,
  emptyProblem,
  pathProblem,
  portProblem,
  trustDomainProblem,
  type ValueProblem,
} from '../values/authorization.ts'
import { checkTargets } from '../values/targets.ts'
import { checkCondition } from './authorization-condition.ts'

const SPEC: Path = ['spec']

type Field = keyof AuthorizationSource | keyof AuthorizationOperation
type Checks = readonly (readonly [field: Field, problems: readonly ValueProblem[]])[]

const both = <F extends string>(...fields: readonly F[]): readonly (F | `not${Capitalize<F>}`)[] =>
  fields.flatMap((field) => [field, `not${field.charAt(0).toUpperCase()}${field.slice(1)}` as `not${Capitalize<F>}`])

const each = <F extends Field>(fields: readonly F[], ...problems: readonly ValueProblem[]): Checks =>
  fields.map((field) => [field, problems] as const)

const ADDRESSES = both('ipBlocks', 'remoteIpBlocks')
const IDENTITIES = both('principals', 'namespaces')
const ACCOUNTS = both('serviceAccounts')
const NEEDS_CERTIFICATE = [...both('namespaces', 'serviceAccounts', 'trustDomains', 'principals', 'requestPrincipals')]

const SOURCE_CHECKS: Checks = [
  ...each(ADDRESSES, addressProblem),
  ...each(both('principals', 'requestPrincipals', 'namespaces'), emptyProblem),
  ...each(both('trustDomains'), trustDomainProblem),
]
/** Source fields that TCP filters have, too. */
const TCP_SOURCE_FIELDS = [...IDENTITIES, ...ACCOUNTS, ...ADDRESSES]

const PORTS = both('ports')
const OPERATION_CHECKS: Checks = [
  ...each(PORTS, portProblem),
  ...each(both('methods', 'hosts'), emptyProblem),
  ...each(both('paths'), emptyProblem, pathProblem),
]

type Values = Readonly<Record<string, readonly string[]>>

const hasAny = (message: Values, fields: readonly string[]): boolean =>
  fields.some((field) => (message[field]?.length ?? 0) > 0)

/** Transcribes the reference's ValidateAuthorizationPolicy, and its check of the annotation for dry runs. */
export function validateAuthorizationPolicy(resource: Resource<AuthorizationPolicy>, report: Report): void {
  const { spec } = resource
  if (!checkDryRun(resource, report)) return
  checkTargets(report, spec)
  checkAction(spec, report)
  for (const [index, rule] of spec.rules.entries()) checkRule(report, ['spec', 'rules', index], rule, spec)
}

/** @returns false when istiod stops checking */
function checkDryRun({ meta, spec }: Resource<AuthorizationPolicy>, report: Report): boolean {
  const text = meta.annotations.get(ANNOTATIONS.dryRun)
  if (text === undefined) return true
  const unknown = parseGoBool(text) === undefined
  const message = unknown
    ? `${quote(text)} is neither true nor false`
    : `only policies with the action ALLOW or DENY can run dry, not ${spec.action}`
  if (!unknown && (spec.action === 'ALLOW' || spec.action === 'DENY')) return true
  report.error(['metadata', 'annotations'], ANNOTATIONS.dryRun, 'dry-run-invalid', message)
  return false
}

function checkAction({ action, rules, provider }: AuthorizationPolicy, report: Report): void {
  if (rules.length === 0 && (action === 'CUSTOM' || action === 'DENY')) {
    const message = `a policy with the action ${action} and without rules never applies`
    report.error(SPEC, 'rules', 'authorization-rules-required', message, 'add the rule {} for every request')
  } else if (action === 'CUSTOM' && (provider?.name ?? '') === '') {
    const message = 'the action CUSTOM needs the name of a provider'
    report.error(SPEC, 'provider', 'authorization-provider-invalid', message)
  }
  if (provider && action !== 'CUSTOM') {
    const message = `a provider is for the action CUSTOM, not for ${action}`
    report.error(SPEC, 'provider', 'authorization-provider-invalid', message)
  }
}

function checkRule(report: Report, at: Path, rule: AuthorizationRule, { action }: AuthorizationPolicy): void {
  for (const [index, { source }] of rule.from.entries()) {
    const path = [...at, 'from', index]
    if (!source) report.error(path, 'source', 'authorization-rule-empty', 'the entry of from has no source')
    else checkSource(report, [...path, 'source'], source, action === 'CUSTOM')
  }
  for (const [index, { operation }] of rule.to.entries()) {
    const path = [...at, 'to', index]
    if (!operation) report.error(path, 'operation', 'authorization-rule-empty', 'the entry of to has no operation')
    else checkOperation(report, [...path, 'operation'], operation)
  }
  for (const [index, condition] of rule.when.entries()) {
    checkCondition(report, [...at, 'when', index], condition, action === 'CUSTOM')
  }
  if (action === 'DENY' && deniesAllTcp(rule)) {
    const message =
      'on TCP ports this rule denies every connection, because all that it asks for is about HTTP requests'
    report.warn(at.slice(0, -1), at.at(-1) ?? 0, 'deny-all-tcp', message, 'name the HTTP ports in to.operation.ports')
  }
}

function checkSource(report: Report, at: Path, source: AuthorizationSource, custom: boolean): void {
  const parent = at.slice(0, -1)
  if (!hasAny(source, Object.keys(source))) {
    report.error(parent, 'source', 'authorization-rule-empty', 'the source states nothing')
  }
  if (hasAny(source, IDENTITIES) && hasAny(source, ACCOUNTS)) {
    const message = 'serviceAccounts cannot be used together with principals or namespaces'
    report.error(parent, 'source', 'authorization-source-conflict', message)
  }
  if (custom) {
    for (const field of NEEDS_CERTIFICATE) {
      if (source[field].length === 0) continue
      report.error(at, field, 'custom-unsupported', `${field} cannot be used with the action CUSTOM`)
    }
  }
  for (const field of ACCOUNTS) checkAccounts(report, at, field, source[field])
  runChecks(report, at, source, SOURCE_CHECKS)
}

function checkOperation(report: Report, at: Path, operation: AuthorizationOperation): void {
  if (!hasAny(operation, Object.keys(operation))) {
    report.error(at.slice(0, -1), 'operation', 'authorization-rule-empty', 'the operation states nothing')
  }
  runChecks(report, at, operation, OPERATION_CHECKS)
}

function runChecks(report: Report, at: Path, message: Values, checks: Checks): void {
  for (const [field, problems] of checks) {
    for (const problem of problems) checkValues(report, at, field, message[field] ?? [], problem)
  }
}

/** Whether istiod warns that a DENY rule denies all connections to TCP ports. */
function deniesAllTcp({ from, to }: AuthorizationRule): boolean {
  const sources = from.map(({ source }) => source).filter((source) => source !== undefined)
  const operations = to.map(({ operation }) => operation).filter((operation) => operation !== undefined)
  if (operations.length > 0) return !operations.some((operation) => hasAny(operation, PORTS))
  return sources.length > 0 && !sources.some((source) => hasAny(source, TCP_SOURCE_FIELDS))
}
