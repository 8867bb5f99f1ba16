/** Scores computed output against golden files, resource by resource. */
import { isDeepStrictEqual } from 'node:util'

export const KINDS = ['allocation', 'validation', 'nds', 'dns', 'lds', 'cds', 'eds', 'rds'] as const
export type Kind = (typeof KINDS)[number]

export interface Difference {
  readonly resource: string
  readonly why: string
}

export interface Score {
  readonly matched: number
  readonly differences: readonly Difference[]
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Mapping = { [key: string]: Json }

function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key] as Json)]),
  )
}

function sortByContent(list: Json | undefined): void {
  if (!Array.isArray(list)) return
  const keys = new Map(list.map((item) => [item, JSON.stringify(sortedKeys(item))]))
  const key = (item: Json): string => keys.get(item) ?? ''
  list.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}

function sortStrings(list: Json | undefined): void {
  if (Array.isArray(list)) list.sort()
}

const listOf = (value: Json | undefined): Mapping[] => (Array.isArray(value) ? (value as Mapping[]) : [])
const mappingOf = (value: Json | undefined): Mapping => (value ?? {}) as Mapping

function sortAssignment(assignment: Mapping): void {
  for (const locality of listOf(assignment.endpoints)) sortByContent(locality.lbEndpoints)
  sortByContent(assignment.endpoints)
}

function sortCluster(cluster: Mapping): void {
  if (cluster.loadAssignment) sortAssignment(mappingOf(cluster.loadAssignment))
  sortByContent(mappingOf(mappingOf(mappingOf(cluster.metadata).filterMetadata).istio).services)
}

function sortRoute(route: Mapping): void {
  for (const host of listOf(route.virtualHosts)) sortStrings(host.domains)
  const name = (host: Mapping) => host.name as string
  listOf(route.virtualHosts).sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0))
}

/** What the reference leaves unordered, sorted; the golden files are stored so. */
const SORTERS: Readonly<Record<Kind, (value: Json) => void>> = {
  allocation: () => {},
  validation: () => {},
  dns: () => {},
  nds: (value) => {
    for (const info of Object.values(mappingOf(mappingOf(value).table))) sortStrings(mappingOf(info).ips)
  },
  lds: (value) => {
    for (const listener of listOf(value)) sortByContent(listener.additionalAddresses)
  },
  cds: (value) => listOf(value).forEach(sortCluster),
  eds: (value) => listOf(value).forEach(sortAssignment),
  rds: (value) => listOf(value).forEach(sortRoute),
}

function grouped(value: Json, name: (item: Mapping) => Json | undefined): Map<string, Json> {
  const out = new Map<string, Json[]>()
  for (const item of listOf(value)) {
    const key = String(name(item))
    out.set(key, [...(out.get(key) ?? []), item])
  }
  return out
}

/** Only the verdict counts, the words are free. */
const verdictOf = (item: Mapping): Json => ({ error: Boolean(item.error), warning: Boolean(item.warning) })

function resourcesOf(kind: Kind, value: Json): Map<string, Json> {
  switch (kind) {
    case 'nds':
      return new Map(Object.entries(mappingOf(mappingOf(value).table)))
    case 'eds':
      return grouped(value, (item) => item.clusterName)
    case 'dns':
      return grouped(value, (item) => `${item.name} ${item.type}`)
    case 'validation':
      return new Map(listOf(value).map((item) => [`${item.kind} ${item.namespace}/${item.name}`, verdictOf(item)]))
    case 'allocation':
      return new Map(Object.entries(mappingOf(value)))
    default:
      return grouped(value, (item) => item.name)
  }
}

function excerpt(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 300)
}

function firstDifference(want: Json | undefined, got: Json | undefined, path = ''): string | undefined {
  if (isDeepStrictEqual(want, got)) return undefined
  if (
    want &&
    got &&
    typeof want === 'object' &&
    typeof got === 'object' &&
    Array.isArray(want) === Array.isArray(got)
  ) {
    for (const key of new Set([...Object.keys(want), ...Object.keys(got)])) {
      const found = firstDifference((want as Mapping)[key], (got as Mapping)[key], `${path}.${key}`)
      if (found) return found
    }
  }
  return `${path || '.'}: want ${excerpt(want)}, got ${excerpt(got)}`
}

/** What a release generates other than the golden file has, resource by resource. */
export interface Delta {
  readonly changed?: { readonly [resource: string]: Json }
  readonly removed?: readonly string[]
}

function withDelta(golden: Map<string, Json>, { changed = {}, removed = [] }: Delta): Map<string, Json> {
  const out = new Map([...golden, ...Object.entries(changed)])
  for (const name of removed) out.delete(name)
  return out
}

/**
 * @param golden the golden file's JSON, @param actual what was computed; both are sorted in place
 * @param skip resources that the reference itself orders at random
 * @param delta what differs from the golden file in the release that is compared with
 */
export function compareResources(
  kind: Kind,
  golden: Json,
  actual: Json,
  skip: ReadonlySet<string>,
  delta: Delta = {},
): Score {
  SORTERS[kind](golden)
  SORTERS[kind](actual)
  const want = withDelta(resourcesOf(kind, golden), delta)
  const got = resourcesOf(kind, actual)
  const differences: Difference[] = []
  let matched = 0
  for (const resource of new Set([...want.keys(), ...got.keys()])) {
    if (skip.has(resource)) continue
    const why = want.has(resource) ? firstDifference(want.get(resource), got.get(resource)) : 'not in the golden file'
    if (why) differences.push({ resource, why })
    else matched++
  }
  return { matched, differences }
}
