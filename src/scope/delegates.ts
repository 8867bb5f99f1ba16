/** VirtualServices that delegate routes to others (pilot/pkg/model/virtualservice.go mergeVirtualServicesIfNeeded). */
import { UserError } from '../common/errors.ts'
import type { HTTPMatchRequest, HTTPRoute, StringMatch } from '../kinds/messages/virtual-service.ts'
import type { HttpRouteView } from './view.ts'

type StringMatches = ReadonlyMap<string, StringMatch>

/** Whether no request can meet both conditions on a string, or the reference does not compare them. */
function stringsConflict(root: StringMatch | undefined, leaf: StringMatch | undefined): boolean {
  if (!root || !leaf) return false
  if (root.regex !== undefined || leaf.regex !== undefined) return true
  if (root.exact !== undefined) return leaf.prefix !== undefined || leaf.exact !== root.exact
  if (root.prefix !== undefined) return !(leaf.prefix ?? leaf.exact ?? '').startsWith(root.prefix)
  return true
}

function mapsConflict(root: StringMatches, leaf: StringMatches): boolean {
  for (const [key, match] of leaf) if (root.has(key) && stringsConflict(root.get(key), match)) return true
  return false
}

function labelsConflict(root: ReadonlyMap<string, string>, leaf: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of leaf) if (root.has(key) && root.get(key) !== value) return true
  return false
}

function gatewaysConflict(root: readonly string[], leaf: readonly string[]): boolean {
  if (root.length === 0 || leaf.length === 0) return false
  return leaf.length > root.length || leaf.some((gateway) => !root.includes(gateway))
}

const STRING_FIELDS = ['uri', 'scheme', 'method', 'authority'] as const
const MAP_FIELDS = ['headers', 'withoutHeaders', 'queryParams'] as const

function matchesConflict(root: HTTPMatchRequest, leaf: HTTPMatchRequest): boolean {
  return (
    STRING_FIELDS.some((field) => stringsConflict(root[field], leaf[field])) ||
    MAP_FIELDS.some((field) => mapsConflict(root[field], leaf[field])) ||
    root.ignoreUriCase !== leaf.ignoreUriCase ||
    (root.port > 0 && leaf.port > 0 && root.port !== leaf.port) ||
    (root.sourceNamespace !== '' && root.sourceNamespace !== leaf.sourceNamespace) ||
    labelsConflict(root.sourceLabels, leaf.sourceLabels) ||
    gatewaysConflict(root.gateways, leaf.gateways)
  )
}

const joinNames = (root: string, leaf: string): string => (root && leaf ? `${root}-${leaf}` : root || leaf)

function union<V>(root: ReadonlyMap<string, V>, leaf: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  return root.size === 0 ? leaf : new Map([...root, ...leaf])
}

function mergeMatch(root: HTTPMatchRequest, leaf: HTTPMatchRequest): HTTPMatchRequest {
  return {
    ...leaf,
    name: joinNames(root.name, leaf.name),
    uri: leaf.uri ?? root.uri,
    scheme: leaf.scheme ?? root.scheme,
    method: leaf.method ?? root.method,
    authority: leaf.authority ?? root.authority,
    port: leaf.port || root.port,
    sourceNamespace: leaf.sourceNamespace || root.sourceNamespace,
    gateways: leaf.gateways.length > 0 ? leaf.gateways : root.gateways,
    statPrefix: leaf.statPrefix || root.statPrefix,
    headers: union(root.headers, leaf.headers),
    withoutHeaders: union(root.withoutHeaders, leaf.withoutHeaders),
    queryParams: union(root.queryParams, leaf.queryParams),
    sourceLabels: union(root.sourceLabels, leaf.sourceLabels),
  }
}

/** They take about a gigabyte. */
const MOST_MATCHES = 1_000_000

/**
 * How many matches the delegates of a mesh may still make. Each match of a root is combined with each of its delegate,
 * so a file of 100 kB can ask for millions.
 */
export class MatchBudget {
  #left = MOST_MATCHES

  /** @throws UserError when there are too many */
  take(count: number): void {
    this.#left -= count
    if (this.#left >= 0) return
    throw new UserError(
      'matches of VirtualServices and of their delegates combine to more than the limit of 1,000,000',
      'istiod combines each with each: delegate with fewer matches, or leave them to the delegate',
    )
  }
}

/** Undefined when a match of the delegate fits none of the root's, which drops the whole route. */
function mergeMatches(
  root: readonly HTTPMatchRequest[],
  leaf: readonly HTTPMatchRequest[],
  budget: MatchBudget,
): readonly HTTPMatchRequest[] | undefined {
  if (root.length === 0) return leaf
  if (leaf.length === 0) return root
  const fits = (match: HTTPMatchRequest) => (candidate: HTTPMatchRequest) => !matchesConflict(candidate, match)
  if (!leaf.every((match) => root.some(fits(match)))) return undefined
  // Partners take room too, so each is counted as soon as it is found.
  const pairs = leaf.map((match) => {
    const partners = root.filter(fits(match))
    budget.take(partners.length)
    return { match, partners }
  })
  return pairs.flatMap(({ match, partners }) => partners.map((partner) => mergeMatch(partner, match)))
}

/**
 * The delegate's route merged under the root's; undefined when their matches conflict.
 * @throws UserError when the budget is used up
 */
export function mergeDelegateRoute(
  root: HTTPRoute,
  leaf: HttpRouteView,
  budget: MatchBudget,
): HttpRouteView | undefined {
  const match = mergeMatches(root.match, leaf.match, budget)
  if (!match) return undefined
  return {
    ...leaf,
    match,
    name: joinNames(root.name, leaf.name),
    rewrite: leaf.rewrite ?? root.rewrite,
    directResponse: leaf.directResponse ?? root.directResponse,
    timeout: leaf.timeout ?? root.timeout,
    retries: leaf.retries ?? root.retries,
    fault: leaf.fault ?? root.fault,
    mirror: leaf.mirror ?? root.mirror,
    mirrorPercent: leaf.mirrorPercent ?? root.mirrorPercent,
    mirrorPercentage: leaf.mirrorPercentage ?? root.mirrorPercentage,
    corsPolicy: leaf.corsPolicy ?? root.corsPolicy,
    mirrors: leaf.mirrors.length > 0 ? leaf.mirrors : root.mirrors,
    headers: leaf.headers ?? root.headers,
  }
}
