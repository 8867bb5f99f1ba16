/**
 * istiod's admission verdicts: which objects it rejects, and of which it warns (pkg/config/validation of the
 * reference).
 */

import type { Resource } from '../kinds/resource.ts'
import { checkAnnotations } from '../kinds/validation/annotations.ts'
import { validateDestinationRule } from '../kinds/validation/destination-rule.ts'
import { validateGateway } from '../kinds/validation/gateway.ts'
import { validatePeerAuthentication } from '../kinds/validation/peer-authentication.ts'
import { type AdmissionSettings, NOTHING, Report, type ValidationResult } from '../kinds/validation/report.ts'
import { validateServiceEntry } from '../kinds/validation/service-entry.ts'
import { validateSidecar } from '../kinds/validation/sidecar.ts'
import { validateVirtualService } from '../kinds/validation/virtual-service.ts'
import { validateWorkloadEntry } from '../kinds/validation/workload-entry.ts'
import { validateWorkloadGroup } from '../kinds/validation/workload-group.ts'
import type { Features } from './mesh/features.ts'

type Validator = (resource: Resource, report: Report, settings: AdmissionSettings) => void

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
