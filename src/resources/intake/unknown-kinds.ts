/** Objects of kinds that nothing reads: other projects' kinds, and mistakes. */

import { groupBy } from '../../common/collections.ts'
import { nearest } from '../../common/nearest.ts'
import type { ApiKind } from '../../kinds/define.ts'
import { READ_KIND_NAMES, usualApiVersion } from '../../kinds/index.ts'
import { MODELLED_KINDS, UNMODELLED_KINDS } from '../../kinds/list.ts'
import { groupOf, unmodelledKind } from '../../kinds/lookup.ts'
import type { SourceProblem } from '../../sources/document.ts'

/** Groups of Kubernetes whose kinds do not affect any proxy: they are not reported. */
const SILENT_GROUPS = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'inference.networking.k8s.io',
  'metrics.k8s.io',
  'multicluster.x-k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

/** Kinds of the core group that do not affect any proxy. */
const SILENT_CORE_KINDS = new Set([
  'Binding',
  'ComponentStatus',
  'Event',
  'LimitRange',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodTemplate',
  'ReplicationController',
  'ResourceQuota',
  'Secret',
  'ServiceAccount',
])

/** Kinds of complete groups that are nothing to vipctl, and no mistakes. */
const OTHER_KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['gateway.networking.k8s.io', ['ReferencePolicy', 'BackendLBPolicy']],
  ['gateway.networking.x-k8s.io', ['XMesh', 'XBackendLBPolicy']],
])

/** Groups whose kinds are all known, so any other kind in them is a mistake. */
const COMPLETE_GROUPS = new Set([
  '',
  'discovery.k8s.io',
  'networking.istio.io',
  'security.istio.io',
  'telemetry.istio.io',
  'extensions.istio.io',
  ...OTHER_KINDS.keys(),
])

/** A group of an API with the versions of its kinds, as `vipctl` knows them. */
const VERSIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...groupBy([...MODELLED_KINDS, ...UNMODELLED_KINDS] as readonly ApiKind[], ({ group }) => group)].map(
    ([group, kinds]) => [group, new Set(kinds.flatMap(({ versions }) => versions))],
  ),
)

/** Whether an API of Istio or of Gateway API has no such version. */
export function isUnknownVersion(apiVersion: string): boolean {
  const group = groupOf(apiVersion)
  if (!/\.istio\.io$|^gateway\.networking\./.test(group)) return false
  const versions = VERSIONS.get(group)
  return versions !== undefined && !versions.has(apiVersion.slice(group.length + 1))
}

/** The newest version of a kind that is not modelled; undefined when its group has no such kind. */
function unmodelledApiVersion(group: string, kind: string): string | undefined {
  const entry = unmodelledKind(group === '' ? 'v1' : `${group}/`, kind)
  return entry && `${entry.group}/${entry.versions[0]}`
}

/** What was probably meant by the name of a kind. */
export interface KindMistake {
  readonly message: string
  readonly hint: string | undefined
  /** The API belongs to another project, as far as its name tells. */
  readonly isDoubtful: boolean
}

/** The mistake in the name of a kind; undefined when the kind belongs to another project. */
export function kindMistake(apiVersion: string, kind: string): KindMistake | undefined {
  const group = groupOf(apiVersion)
  const isKnownGroup = COMPLETE_GROUPS.has(group)
  // Another project's kind may have a name that resembles one of these, and one of these groups that of another.
  if (!isKnownGroup && VERSIONS.has(group)) return undefined
  if (!isKnownGroup && !nearest(group, COMPLETE_GROUPS)) return undefined
  if (isSilent(apiVersion, kind)) return undefined
  const usual = usualApiVersion(kind) ?? unmodelledApiVersion(group, kind)
  const close = usual === undefined ? nearest(kind, READ_KIND_NAMES) : undefined
  const hint = usual ? `did you mean apiVersion: ${usual}?` : close && `did you mean ${close}?`
  if (hint === undefined && !group.endsWith('.istio.io')) return undefined
  const message = `no API server knows the kind ${clip(kind)} of ${clip(apiVersion)}`
  return { message, hint, isDoubtful: !isKnownGroup }
}

/** The document or object that has only one of apiVersion and kind. */
export function incompleteMistake(kind: string, hint: string): KindMistake {
  const message =
    kind === '' ? 'there is an apiVersion and no kind' : `there is the kind ${clip(kind)} and no apiVersion`
  return { message, hint, isDoubtful: false }
}

/** So many kinds are named. */
const NAMED = 5

/** Counts the objects of other projects' kinds that are passed over. */
export class SkippedKinds {
  readonly #counts = new Map<string, number>()

  add(apiVersion: string, kind: string): void {
    if (isSilent(apiVersion, kind)) return
    const name = `${clip(kind)} (${clip(apiVersion)})`
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  get size(): number {
    return this.#counts.size
  }

  addAll(others: SkippedKinds): void {
    for (const [name, count] of others.#counts) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  /** One note for all of them. */
  problems(): SourceProblem[] {
    const counts = [...this.#counts]
    if (counts.length === 0) return []
    const total = counts.reduce((sum, [, count]) => sum + count, 0)
    const named = counts.slice(0, NAMED).map(([name]) => name)
    const names = counts.length > NAMED ? [...named, `${counts.length - NAMED} more`] : named
    const objects = total === 1 ? 'an object' : `${total} objects`
    const kinds = counts.length === 1 ? 'the unknown kind' : 'unknown kinds'
    return [{ severity: 'note', message: `skipped ${objects} of ${kinds} ${names.join(', ')}` }]
  }
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}...` : text)

function isSilent(apiVersion: string, kind: string): boolean {
  const group = groupOf(apiVersion)
  if (OTHER_KINDS.get(group)?.includes(kind)) return true
  return SILENT_GROUPS.has(group) || (group === '' && SILENT_CORE_KINDS.has(kind))
}
