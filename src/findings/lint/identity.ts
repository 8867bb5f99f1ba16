/**
 * Identifies a finding across runs. Lines and files are ignored, so text may move. The message decides, because it
 * names everything that the finding is about.
 */
import { describeResource } from '../../kinds/resource.ts'
import type { LintFinding } from './rule.ts'

/** `(mesh.yaml:12)`, `(mesh.yaml:12:3)` */
const PLACES = / \([^()\s]+:\d+(?::\d+)?\)/g
/** Lists of names are truncated, so the number of the rest may vary; so may that of findings with one cause. */
const COUNTS = /\b[\d,]+ (more|entries)\b/g
/** Suggestions depend on other names and are not part of the finding. */
const HINTS = / \(did you mean [^()]*\)/g

/** `ServiceEntry shop/db`, with the cluster of objects of remote ones. Baselines hold it, so its words do not change. */
export function objectKey({ resource }: Pick<LintFinding, 'resource'>): string {
  const name = describeResource(resource)
  return resource.cluster === '' ? name : `${name} of cluster ${resource.cluster}`
}

/** A text that is the same for all equal findings of one object. */
export function identityOf(finding: Pick<LintFinding, 'rule' | 'message' | 'resource'>): string {
  const { rule, message } = finding
  const words = message.replace(PLACES, '').replace(HINTS, '').replace(COUNTS, '$1')
  return JSON.stringify([rule, objectKey(finding), words])
}
