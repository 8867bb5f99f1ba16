/** ReferenceGrant, BackendTLSPolicy and XBackendTrafficPolicy, with the defaults of the CRDs. */
import { defaulted, type Infer, int32, list, message, optional, string } from '../../schema/index.ts'
import { PolicyTargetReference } from './references.ts'

const open = { open: true } as const

const GrantFrom = message('from', { group: string, kind: string, namespace: string }, open)
const GrantTo = message('to', { group: string, kind: string, name: optional(string) }, open)

export const ReferenceGrantSpec = message('spec', { from: list(GrantFrom), to: list(GrantTo) }, open)
export type ReferenceGrantSpec = Infer<typeof ReferenceGrantSpec>

const SubjectAltName = message('subjectAltName', { type: string, hostname: string, uri: string }, open)
const CaReference = message('caCertificateRef', { group: string, kind: string, name: string }, open)

const BackendTlsValidation = message(
  'validation',
  {
    caCertificateRefs: list(CaReference),
    wellKnownCACertificates: optional(string),
    hostname: string,
    subjectAltNames: list(SubjectAltName),
  },
  open,
)

export const BackendTlsPolicySpec = message(
  'spec',
  { targetRefs: list(PolicyTargetReference), validation: BackendTlsValidation },
  open,
)
export type BackendTlsPolicySpec = Infer<typeof BackendTlsPolicySpec>

const RequestRate = message('minRetryRate', { count: defaulted(int32, 10), interval: defaulted(string, '1s') }, open)
const RetryBudget = message('budget', { percent: defaulted(int32, 20), interval: defaulted(string, '10s') }, open)
const RetryConstraint = message('retryConstraint', { budget: RetryBudget, minRetryRate: RequestRate }, open)

const TargetReference = message('targetRef', { group: string, kind: string, name: string }, open)

export const BackendTrafficPolicySpec = message(
  'spec',
  { targetRefs: list(TargetReference), retryConstraint: optional(RetryConstraint) },
  open,
)
export type BackendTrafficPolicySpec = Infer<typeof BackendTrafficPolicySpec>
