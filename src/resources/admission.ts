/** istiod's admission verdicts: which objects it rejects or warns about (pkg/config/validation of the reference). */

import { kindOf } from '../kinds/index.ts'
import type { Resource } from '../kinds/resource.ts'
import { checkAnnotations } from '../kinds/validation/annotations.ts'
import { NOTHING, Report, type ValidationResult } from '../kinds/validation/report.ts'
import type { Features } from './mesh/features.ts'

/** Whether the kind of an object is one that this istiod does not know, so that it neither reads nor checks it. */
export function isUnread({ apiVersion, kind }: Resource, features: Features): boolean {
  const behaviour = kindOf(apiVersion, kind)?.readWith
  return behaviour !== undefined && !features.has(behaviour)
}

/**
 * istiod's verdict on one object of an Istio kind. Never throws; other kinds pass.
 * @param features those of the istiod that admits it: whether ServiceEntries get addresses decides a warning
 * @returns the problems, with paths from the object's root; a shared empty result when there are none
 */
export function validate(resource: Resource, features: Features): ValidationResult {
  const definition = kindOf(resource.apiVersion, resource.kind)
  if (!definition?.validate) return NOTHING
  const report = new Report(features)
  if (!checkAnnotations(report, resource)) return report.result()
  definition.validate(resource, report)
  return report.result()
}
