import { groupBy } from '../../../../common/collections.ts'
import type { Resource } from '../../../../kinds/resource.ts'
import type { YamlSurprise } from '../../../../resources/intake/yaml-surprises.ts'
import { issueText, pathText } from '../../../../resources/issue-text.ts'
import { sourceTextOf } from '../../../../sources/positions.ts'
import { resolvePlain } from '../../../../sources/yaml/scalars.ts'
import type { Replacement } from '../../../fixes/change.ts'
import { judgeOf } from '../../../judge.ts'
import type { FixProposal } from '../../proposal.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { type Judgement, judgementsOf } from '../judgements.ts'
import { clip } from './wording.ts'

/** `the boolean true` */
function readAs(written: string): string {
  const value = resolvePlain(written)
  return `the ${typeof value} ${clip(String(value))}`
}

/** The value of an issue as written; undefined when the text does not have it. */
function writtenAt({ resource, issue }: Judgement): string | undefined {
  const { document, path } = resource.location.child(...issue.path)
  return sourceTextOf(document, path)
}

/** Quotes all such values of one object: with one left it would still be rejected. */
function* quoted(judgements: readonly Judgement[]): Iterable<FixProposal> {
  const edits: Replacement[] = []
  for (const judgement of judgements) {
    const value = writtenAt(judgement)
    if (value === undefined) return
    edits.push({ path: judgement.issue.path, value })
  }
  const [first] = judgements
  if (!first) return
  const what = edits.length === 1 ? edits.map(({ value }) => clip(String(value))).join() : `${edits.length} values`
  yield {
    title: `put ${what} in quotes`,
    changes: [{ kind: 'edit', resource: first.resource, edits }],
    // The value as written is the only possible meaning, and without it the object is useless.
    safe: true,
  }
}

function rejectedFinding(judgement: Judgement, ofObject: readonly Judgement[]): Found {
  const { resource, issue } = judgement
  const written = writtenAt(judgement)
  const text =
    written === undefined
      ? issueText(issue)
      : `${clip(pathText(issue.path))} must be a text, and ${clip(written)} without quotes is ${readAs(written)}`
  return {
    message: `${judgeOf(resource)} rejects the object: ${text}`,
    resource,
    location: resource.location.child(...issue.path),
    severity: 'error',
    proposals: () => quoted(ofObject),
  }
}

function surpriseFound({ resource, path, what, written, read }: YamlSurprise): Found {
  const place = path.slice(0, -1)
  const holder = place.length > 0 ? ` of ${clip(pathText(place))}` : ''
  const message =
    what === 'key'
      ? `the key ${clip(written)}${holder} is read as ${clip(read)}: YAML 1.1 takes it for ${readAs(written)}`
      : `${clip(pathText(path))} is written ${clip(written)} and read as ${read}: in YAML 1.1 a leading 0 makes it octal`
  return { message, resource, location: resource.location.child(...path) }
}

/** Surprises without the numbers in place of strings, which are reported as such. */
function* apartFrom(
  rejected: ReadonlyMap<Resource, readonly Judgement[]>,
  surprises: readonly YamlSurprise[],
): Iterable<YamlSurprise> {
  const places = new Map<Resource, ReadonlySet<string>>()
  const placesOf = (resource: Resource): ReadonlySet<string> => {
    const known =
      places.get(resource) ?? new Set(rejected.get(resource)?.map(({ issue }) => JSON.stringify(issue.path)))
    places.set(resource, known)
    return known
  }
  for (const surprise of surprises) {
    const { what, resource, path } = surprise
    if (what === 'key' || !placesOf(resource).has(JSON.stringify(path))) yield surprise
  }
}

/** Rejected objects, and legal values that mean something other than they look like. */
export const yamlTypeSurprise: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { verdicts, yamlSurprises } = registry.snapshot
    const rejected = groupBy(judgementsOf(verdicts).get('unquoted') ?? [], ({ resource }) => resource)
    for (const ofObject of rejected.values()) {
      for (const judgement of ofObject) yield rejectedFinding(judgement, ofObject)
    }
    for (const surprise of apartFrom(rejected, yamlSurprises)) yield surpriseFound(surprise)
  },
}
