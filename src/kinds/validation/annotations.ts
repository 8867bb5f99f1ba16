import { ANNOTATIONS } from '../../common/istio-names.ts'
import type { Resource } from '../resource.ts'
import type { Report } from './report.ts'

/** Annotations that would give users control over istiod; dry runs are for AuthorizationPolicy only. */
const FORBIDDEN_ANNOTATIONS = [
  ANNOTATIONS.dryRun,
  ANNOTATIONS.alwaysReject,
  ANNOTATIONS.parentNamespace,
  ANNOTATIONS.parents,
] as const

const mayRunDry = (kind: string, annotation: string): boolean =>
  annotation === ANNOTATIONS.dryRun && kind === 'AuthorizationPolicy'

/**
 * Checks whether an object's annotations are allowed, and reports the first that is not.
 * @returns false when one is not allowed; istiod then stops checking
 */
export function checkAnnotations(report: Report, { kind, meta }: Resource): boolean {
  if (meta.annotations.size === 0) return true
  const forbidden = FORBIDDEN_ANNOTATIONS.find((name) => meta.annotations.has(name) && !mayRunDry(kind, name))
  if (!forbidden) return true
  const message = `the annotation ${forbidden} may not be set here`
  report.error(['metadata', 'annotations'], forbidden, 'annotation-forbidden', message)
  return false
}
