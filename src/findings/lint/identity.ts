/**
 * What a finding is known by from run to run. Lines and files are left out, so that text may move; what its message says
 * decides, because it names everything that the finding is about.
 */
import { describeResource } from '../../kinds/resource.ts'
import type { LintFinding } from './rule.ts'

/** `(mesh.yaml:12)`, `(mesh.yaml:12:3)` */
const PLACES = / \([^()\s]+:\d+(?::\d+)?\)/g
/** Lists of names are cut off, and what is counted then may be anything. */
const COUNTS = /\b\d+ more\b/g
/** What else has a name like it says nothing about the finding. */
const HINTS = / \(did you mean [^()]*\)/g

/** `ServiceEntry shop/db`, with the cluster of objects of remote ones. Baselines hold it, so its words do not change. */
export function objectKey({ resource }: Pick<LintFinding, 'resource'>): string {
  const name = describeResource(resource)
  return resource.cluster === '' ? name : `${name} of cluster ${resource.cluster}`
}

/** The same for all equal findings of one object, in words. */
export function identityOf(finding: Pick<LintFinding, 'rule' | 'message' | 'resource'>): string {
  const { rule, message } = finding
  const words = message.replace(PLACES, '').replace(HINTS, '').replace(COUNTS, 'more')
  return JSON.stringify([rule, objectKey(finding), words])
}
