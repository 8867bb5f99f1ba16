import { ANNOTATIONS } from '../../common/istio-names.ts'
import type { Resource } from '../resource.ts'
import type { Report } from './report.ts'

/** Annotations by which users could reach into istiod; dry runs are for AuthorizationPolicy alone. */
const FORBIDDEN_ANNOTATIONS = [
  ANNOTATIONS.dryRun,
  ANNOTATIONS.alwaysReject,
  ANNOTATIONS.parentNamespace,
  ANNOTATIONS.parents,
] as const

/**
 * Whether an object may have the annotations that it has.
 * @returns false when it may not, which is reported; istiod then looks no further
 */
export function checkAnnotations(report: Report, { meta }: Resource): boolean {
  if (meta.annotations.size === 0) return true
  const forbidden = FORBIDDEN_ANNOTATIONS.find((name) => meta.annotations.has(name))
  if (!forbidden) return true
  const message = `the annotation ${forbidden} may not be set here`
  report.error(['metadata', 'annotations'], forbidden, 'annotation-forbidden', message)
  return false
}
