/** Kinds by their names. */
import { firstBy } from '../common/collections.ts'
import type { ApiKind, ModelledKind, Reads, UnmodelledKind } from './define.ts'
import { MODELLED_KINDS, UNMODELLED_KINDS } from './list.ts'

/** Group of an apiVersion: '' for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** Kinds that had another group before Kubernetes 1.16 (Ingress: 1.22), in which old manifests still state them. */
const OLD_GROUP = 'extensions'
const MOVED: ReadonlySet<string> = new Set(['Deployment', 'DaemonSet', 'ReplicaSet', 'Ingress'])

const groupsOf = ({ group, kind }: ApiKind): readonly string[] => (MOVED.has(kind) ? [group, OLD_GROUP] : [group])

type ByGroupAndKind<D> = ReadonlyMap<string, ReadonlyMap<string, D>>

/** Kinds by group, then by name; those that moved are in both groups. Every object is looked up, so no key is made. */
function byGroupAndKind<D extends ApiKind>(kinds: readonly D[]): ByGroupAndKind<D> {
  const groups = new Map<string, Map<string, D>>()
  for (const each of kinds) {
    for (const group of groupsOf(each))
      groups.set(group, (groups.get(group) ?? new Map<string, D>()).set(each.kind, each))
  }
  return groups
}

const MODELLED = byGroupAndKind<ModelledKind>(MODELLED_KINDS)
const UNMODELLED = byGroupAndKind<UnmodelledKind>(UNMODELLED_KINDS)

/** API versions of the groups of Istio's modelled kinds; all versions of a group are equivalent. */
const ISTIO_VERSIONS: ReadonlySet<string> = new Set(
  MODELLED_KINDS.filter(({ istio }) => istio).flatMap(({ versions }) => versions),
)

/**
 * Looks up the kind of an object, ignoring the version of an Istio API.
 * @param apiVersion `v1` or `group/version`
 */
export function kindOf(apiVersion: string, kind: string): ModelledKind | undefined {
  const group = groupOf(apiVersion)
  const definition = MODELLED.get(group)?.get(kind)
  const version = apiVersion.slice(group.length + 1)
  if (definition?.istio && !ISTIO_VERSIONS.has(version)) return undefined
  // All versions that a kind of the Gateway API ever had are read as the newest.
  return definition?.check && !definition.versions.includes(version) ? undefined : definition
}

/** The API versions of modelled kinds. */
const API_VERSIONS: ReadonlyMap<string, string> = new Map(
  MODELLED_KINDS.flatMap(({ group, versions }) =>
    versions.map((version): [string, string] => {
      const apiVersion = group === '' ? version : `${group}/${version}`
      return [apiVersion, apiVersion]
    }),
  ),
)

/** An equal text that all objects with this API version can share. */
export const sharedApiVersion = (apiVersion: string): string => API_VERSIONS.get(apiVersion) ?? apiVersion

/** The definition of a kind that is not modelled; undefined for every other kind. */
export function unmodelledKind(apiVersion: string, kind: string): UnmodelledKind | undefined {
  return UNMODELLED.get(groupOf(apiVersion))?.get(kind)
}

/** Whether an answer depends on objects of a kind. */
export const isReadFor = (reads: Reads, { readFor }: ModelledKind | UnmodelledKind): boolean =>
  reads === 'everything' ? readFor.length > 0 : readFor.includes(reads)

/** The names of all kinds, for suggestions. */
export const READ_KIND_NAMES: readonly string[] = [...MODELLED_KINDS, ...UNMODELLED_KINDS].map(({ kind }) => kind)

/** Of kinds with one name, the first. */
const BY_NAME: ReadonlyMap<string, ApiKind> = firstBy<string, ApiKind>(MODELLED_KINDS, ({ kind }) => kind)

/** The usual apiVersion of a modelled kind of this name; undefined when there is none. */
export function usualApiVersion(kind: string): string | undefined {
  const definition = BY_NAME.get(kind)
  if (!definition) return undefined
  const [version] = definition.versions
  return definition.group ? `${definition.group}/${version}` : version
}
