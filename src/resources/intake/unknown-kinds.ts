/** Messages about objects of unknown kinds. */

import { nearest } from '../../common/nearest.ts'
import { READ_KIND_NAMES, usualApiVersion } from '../../kinds/index.ts'
import { groupOf } from '../../kinds/lookup.ts'
import type { SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { problemAt } from '../problems.ts'

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
  'gateway.networking.k8s.io',
  'gateway.networking.x-k8s.io',
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

/** Groups whose kinds are all known, so any other kind in them is a mistake. */
const COMPLETE_GROUPS = new Set([
  '',
  'discovery.k8s.io',
  'networking.istio.io',
  'security.istio.io',
  'telemetry.istio.io',
  'extensions.istio.io',
])

/** A suggestion for a mistyped kind; undefined when the kind belongs to another project. */
function intention(apiVersion: string, kind: string): string | undefined {
  const group = groupOf(apiVersion)
  // Another project's kind may have a name that resembles one of these.
  if (!COMPLETE_GROUPS.has(group) && !nearest(group, COMPLETE_GROUPS)) return undefined
  const usual = usualApiVersion(kind)
  if (usual) return `did you mean apiVersion: ${usual}?`
  const close = nearest(kind, READ_KIND_NAMES)
  return close && `did you mean ${close}?`
}

interface Skipped {
  readonly apiVersion: string
  readonly kind: string
  readonly first: Location
  count: number
}

/** Counts skipped objects; one problem per kind. */
export class SkippedKinds {
  readonly #byKind = new Map<string, Skipped>()

  add(apiVersion: string, kind: string, location: Location): void {
    const key = `${apiVersion}/${kind}`
    const known = this.#byKind.get(key)
    if (known) known.count++
    else this.#byKind.set(key, { apiVersion, kind, first: location, count: 1 })
  }

  problems(): SourceProblem[] {
    const out: SourceProblem[] = []
    for (const { apiVersion, kind, first, count } of this.#byKind.values()) {
      if (isSilent(apiVersion, kind)) continue
      const hint = intention(apiVersion, kind)
      const objects = count === 1 ? 'an object' : `${count} objects`
      out.push(
        problemAt(first, {
          severity: hint ? 'warning' : 'note',
          message: `skipped ${objects} of the unknown kind ${clip(kind)} (${clip(apiVersion)})`,
          hint,
        }),
      )
    }
    return out
  }
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}...` : text)

function isSilent(apiVersion: string, kind: string): boolean {
  const group = groupOf(apiVersion)
  return SILENT_GROUPS.has(group) || (group === '' && SILENT_CORE_KINDS.has(kind))
}
