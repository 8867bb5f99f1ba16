/** The endpoints that EDS sends: those that come, go or change. */
import type { ExplainedLoadAssignment } from '../../../envoy/endpoints/index.ts'
import type { JsonValue } from '../../../sources/document.ts'
import type { Changed } from '../../model.ts'
import { placeOfCluster } from '../clusters/clusters.ts'
import { type Draft, type Phrase, sourcesOf } from '../draft.ts'
import type { Told } from '../told.ts'
import { received } from '../words/values.ts'
import { assignmentPhrases } from './phrases.ts'

/** More origins of endpoints are not kept. */
const MOST_ORIGINS = 4

const originsOf = (assignment: ExplainedLoadAssignment | undefined) =>
  sourcesOf((assignment?.origins ?? []).slice(0, MOST_ORIGINS))

function phrasesOf({ before, after }: Changed<ExplainedLoadAssignment>): readonly Phrase[] {
  const message = (assignment: ExplainedLoadAssignment | undefined): JsonValue | undefined =>
    assignment && received<JsonValue>(assignment.resource)
  const phrases = assignmentPhrases(message(before), message(after))
  if (phrases.length > 0) return phrases
  return [
    {
      kind: 'endpoint-change',
      lead: '',
      rest: after ? ' is new and has no endpoints' : ' is gone; it had no endpoints',
    },
  ]
}

/**
 * What changes in assignments, except for those of clusters that have a sentence already.
 * @param clusters the names of clusters that differ; their sentences mention assignments that come or go with them
 */
export function endpointDrafts(
  changes: readonly Changed<ExplainedLoadAssignment>[],
  clusters: ReadonlySet<string>,
  told: Told,
): readonly Draft[] {
  return changes.flatMap((change) => {
    const { name, before, after } = change
    const place = placeOfCluster((after ?? before)?.resource.clusterName ?? name)
    const isWhole = before === undefined || after === undefined
    if (isWhole && (told.cover(place, { kind: 'eds', name }) || clusters.has(name))) return []
    const sources = { before: originsOf(before), after: originsOf(after) }
    return phrasesOf(change).map((phrase) => ({
      ...phrase,
      subject: 'cluster' as const,
      place,
      sources,
      covers: [{ kind: 'eds' as const, name }],
    }))
  })
}
