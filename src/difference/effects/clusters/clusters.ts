/** Clusters and their traffic policies: what changes in them, and subsets that come and go. */

import { differencesOf } from '../../../comparison/index.ts'
import type { ExplainedCluster } from '../../../envoy/clusters/index.ts'
import type { ExplainedLoadAssignment } from '../../../envoy/endpoints/index.ts'
import { parseOutboundName } from '../../../envoy/endpoints/plan/cluster-name.ts'
import type { JsonValue } from '../../../sources/document.ts'
import { valueAt } from '../../../sources/mapping.ts'
import type { Changed, ResourceName, Sides } from '../../model.ts'
import { describeAspects, type Fields, fieldOf } from '../aspects.ts'
import { type Draft, type Phrase, sourcesOf } from '../draft.ts'
import { assignmentPhrases } from '../endpoints/phrases.ts'
import type { Told } from '../told.ts'
import { inboundPortOf, inboundPortText, type Place } from '../words/names.ts'
import { received, valueText } from '../words/values.ts'
import { CLUSTER_ASPECTS } from './aspects.ts'

/** What a cluster is for. */
export function placeOfCluster(name: string): Place {
  const parts = parseOutboundName(name)
  if (parts) return { host: parts.host, port: parts.port, subset: parts.subset }
  const port = inboundPortOf(name)
  return { host: port === undefined ? name : inboundPortText(Number(port)) }
}

const ELSEWHERE = ['name', 'metadata', 'loadAssignment', 'altStatName']

const RULE = /^\/apis\/networking\.istio\.io\/v1\/namespaces\/([^/]+)\/destination-rule\/([^/]+)$/
const CONFIG = ['filterMetadata', 'istio', 'config']

/** `DestinationRule shop/reviews` */
function ruleText(metadata: JsonValue | undefined): string {
  const config = valueAt(metadata, CONFIG)
  const [, namespace, name] = typeof config === 'string' ? (RULE.exec(config) ?? []) : []
  return namespace === undefined ? 'no DestinationRule' : `DestinationRule ${namespace}/${name}`
}

/** Follows from the mode of TLS. */
const ALPN_OVERRIDE = 'alpn_override'

/** Metadata for telemetry; the name of the rule follows from what the rule says, if that makes a difference. */
function metadataPhrases(before: Fields, after: Fields, others: number): readonly Phrase[] {
  const [was, is] = [fieldOf(before, 'metadata'), fieldOf(after, 'metadata')]
  const phrases: Phrase[] = []
  for (const { path, expected, actual } of differencesOf(was, is)) {
    const isRule =
      path.join('.') === CONFIG.join('.') || valueAt(expected ?? actual, CONFIG.slice(path.length)) !== undefined
    if (isRule && ruleText(was) !== ruleText(is)) {
      if (others === 0) {
        const rest = `: follows ${ruleText(is)} (before: ${ruleText(was)}), which has the same settings`
        phrases.push({ kind: 'cluster-change', lead: '', rest })
      }
      continue
    }
    const rest = `: telemetry has ${path.join('.')} ${valueText(actual)} (before: ${valueText(expected)})`
    phrases.push({ kind: 'resource-change', lead: '', rest })
  }
  return phrases
}

const HTTP_VERSION = ': gets '
const ALPN = ': TLS offers '

/** What TLS takes from requests. */
const OF_HOST = ' the host of the request: '

/** The protocols that TLS offers follow from the version of HTTP, and what it takes from requests from its mode. */
function withoutConsequences(phrases: readonly Phrase[]): readonly Phrase[] {
  const isVersion = phrases.some(({ rest }) => rest.startsWith(HTTP_VERSION))
  const isMode = phrases.some(({ lead, kind }) => lead !== '' && kind === 'mtls-change')
  return phrases.filter(({ rest }) => !(isVersion && rest.startsWith(ALPN)) && !(isMode && rest.includes(OF_HOST)))
}

/** Its connections go where the client wants; it is not a loss that endpoints are gone. */
const hasNoEndpoints = (cluster: Fields): boolean => fieldOf(cluster, 'type') === 'ORIGINAL_DST'

/**
 * Everything in which two clusters of one name differ.
 * @param assignments what EDS sends, on a side where the cluster has no endpoints of its own
 */
function changedPhrases(before: Fields, after: Fields, assignments: Sides<JsonValue | undefined>): readonly Phrase[] {
  const phrases = [
    ...withoutConsequences(describeAspects(before, after, CLUSTER_ASPECTS, ELSEWHERE)),
    ...(hasNoEndpoints(after)
      ? []
      : assignmentPhrases(
          fieldOf(before, 'loadAssignment') ?? assignments.before,
          fieldOf(after, 'loadAssignment') ?? assignments.after,
        )),
  ]
  const stat = [fieldOf(before, 'altStatName'), fieldOf(after, 'altStatName')]
  if (stat[0] !== stat[1]) {
    phrases.push({ kind: 'resource-change', lead: '', rest: `: statistics are named ${valueText(stat[1])}` })
  }
  const isTls = phrases.some(({ kind }) => kind === 'mtls-change')
  const metadata = metadataPhrases(before, after, phrases.length)
  return [...phrases, ...(isTls ? metadata.filter(({ rest }) => !rest.includes(ALPN_OVERRIDE)) : metadata)]
}

/** A cluster that only one side has. */
function lonePhrase(place: Place, isNew: boolean, assignment: ExplainedLoadAssignment | undefined): Phrase {
  const count = (assignment?.groups ?? []).reduce((sum, { endpoints }) => sum + endpoints.length, 0)
  const endpoints = assignment && isNew ? `, with ${count === 0 ? 'no' : count} endpoint${count === 1 ? '' : 's'}` : ''
  const what = place.port === undefined || place.subset ? '' : ' as a destination of routes'
  return { kind: 'cluster-change', lead: '', rest: `: ${isNew ? 'new' : 'removed'}${what}${endpoints}` }
}

/**
 * What changes in clusters. Those that come or go with a port that has a sentence already are left out.
 * @param inbound the sentences about inbound ports
 * @param assignments those that differ; the sentence about a cluster that comes or goes mentions its own
 */
export function clusterDrafts(
  changes: readonly Changed<ExplainedCluster>[],
  assignments: readonly Changed<ExplainedLoadAssignment>[],
  told: Told,
  inbound: Told,
): readonly Draft[] {
  const lone = new Map(
    assignments.filter(({ before, after }) => !before || !after).map((change) => [change.name, change]),
  )
  return changes.flatMap(({ name, before, after }) => {
    const place = placeOfCluster((after ?? before)?.resource.name ?? name)
    const both = before && after
    const resource: ResourceName = { kind: 'cds', name }
    if (!both && (told.cover(place, resource) || inbound.cover(place, resource))) return []
    const own = lone.get(name)
    const sent = (assignment: ExplainedLoadAssignment | undefined): JsonValue | undefined =>
      assignment && received<JsonValue>(assignment.resource)
    const phrases = both
      ? changedPhrases(received(before.resource), received(after.resource), {
          before: sent(own?.before),
          after: sent(own?.after),
        })
      : [lonePhrase(place, after !== undefined, own?.after)]
    const sources = { before: sourcesOf(before?.origins ?? []), after: sourcesOf(after?.origins ?? []) }
    const covers: ResourceName[] = [resource, ...(own ? [{ kind: 'eds' as const, name }] : [])]
    return phrases.map((phrase) => ({ ...phrase, subject: 'cluster' as const, place, sources, covers }))
  })
}
