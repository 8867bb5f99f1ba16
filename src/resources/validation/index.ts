/**
 * istiod's admission verdicts: which objects it rejects, and of which it warns (pkg/config/validation of the
 * reference). A file a kind; what kinds share is in files of its own.
 */
import type { Features } from '../mesh/features.ts'
import type { Resource } from '../resource.ts'
import { validateDestinationRule } from './destination-rule.ts'
import { validateGateway } from './gateway.ts'
import { validatePeerAuthentication } from './peer-authentication.ts'
import { NOTHING, Report, type ValidationResult } from './report.ts'
import { validateServiceEntry } from './service-entry.ts'
import { validateSidecar } from './sidecar.ts'
import { validateVirtualService } from './virtual-service.ts'
import { validateWorkloadEntry } from './workload-entry.ts'
import { validateWorkloadGroup } from './workload-group.ts'

export { VALIDATION_CODES, type ValidationCode } from './codes.ts'
export type { ValidationResult } from './report.ts'

type Validator = (resource: Resource, report: Report, features: Features) => void

/** Each takes resources of its own kind, whose spec was decoded with that kind's schema. */
const VALIDATORS: ReadonlyMap<string, Validator> = new Map([
  ['ServiceEntry', validateServiceEntry as Validator],
  ['WorkloadEntry', validateWorkloadEntry as Validator],
  ['WorkloadGroup', validateWorkloadGroup as Validator],
  ['VirtualService', validateVirtualService as Validator],
  ['DestinationRule', validateDestinationRule as Validator],
  ['Gateway', validateGateway as Validator],
  ['Sidecar', validateSidecar as Validator],
  ['PeerAuthentication', validatePeerAuthentication as Validator],
])

/** Annotations by which users could reach into istiod; dry runs are for AuthorizationPolicy alone. */
const FORBIDDEN_ANNOTATIONS = [
  'istio.io/dry-run',
  'internal.istio.io/webhook-always-reject',
  'internal.istio.io/parent-namespace',
  'internal.istio.io/parents',
] as const

/**
 * istiod's verdict on one object of an Istio kind. Never throws; other kinds pass.
 * @param features of the istiod that admits it: whether ServiceEntries get addresses decides a warning
 * @returns what is wrong, with paths from the object's root; a shared empty result when there is nothing to say
 */
export function validate(resource: Resource, features: Features): ValidationResult {
  const validator = VALIDATORS.get(resource.kind)
  if (!validator) return NOTHING
  const report = new Report()
  if (!checkAnnotations(report, resource)) return report.result()
  validator(resource, report, features)
  return report.result()
}

function checkAnnotations(report: Report, { meta }: Resource): boolean {
  if (meta.annotations.size === 0) return true
  const forbidden = FORBIDDEN_ANNOTATIONS.find((name) => meta.annotations.has(name))
  if (!forbidden) return true
  const message = `the annotation ${forbidden} may not be set here`
  report.error(['metadata', 'annotations'], forbidden, 'annotation-forbidden', message)
  return false
}
