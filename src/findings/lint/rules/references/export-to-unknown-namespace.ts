import { ANNOTATIONS } from '../../../../common/istio-names.ts'
import type { Resource } from '../../../../kinds/resource.ts'

import type { Snapshot } from '../../../../resources/snapshot.ts'
import type { PathStep } from '../../../../sources/document.ts'
import { namespacesOf } from '../../engine/proxies.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip, Suggestions } from './wording.ts'

/** Namespaces that every cluster has. */
const BUILT_IN = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'istio-system']
/** The own namespace, all namespaces, and none. */
const SPECIAL: ReadonlySet<string> = new Set(['.', '*', '~', ''])

/** The namespaces of the input; undefined when it has no Namespace objects. */
function knownNamespaces(snapshot: Snapshot): ReadonlySet<string> | undefined {
  if (snapshot.clusters.every(({ namespaces }) => namespaces.length === 0)) return undefined
  return new Set([...BUILT_IN, snapshot.mesh.rootNamespace, ...namespacesOf(snapshot)])
}

interface Export {
  readonly resource: Resource
  readonly targets: readonly string[]
  readonly path: readonly PathStep[]
}

const FIELD: readonly PathStep[] = ['spec', 'exportTo']
/** A single string with all targets. */
const ANNOTATION: readonly PathStep[] = ['metadata', 'annotations', ANNOTATIONS.exportTo]

function* exportsOf({ istio, clusters }: Snapshot): Iterable<Export> {
  for (const list of [istio.serviceEntries, istio.virtualServices, istio.destinationRules]) {
    for (const resource of list) {
      const { exportTo } = resource.spec
      if (exportTo.length > 0) yield { resource, targets: exportTo, path: FIELD }
    }
  }
  for (const { services } of clusters) {
    for (const resource of services) {
      const text = resource.meta.annotations.get(ANNOTATIONS.exportTo)
      if (text) yield { resource, targets: text.split(',').map((target) => target.trim()), path: ANNOTATION }
    }
  }
}

function messageOf(target: string, onlyUnknown: boolean, hint: string): string {
  const effect = onlyUnknown ? 'so no proxy sees the object' : 'so no proxy there sees the object'
  return `exportTo names the namespace ${clip(target)}, which the input does not have, ${effect}${hint}`
}

/** Only if the input has its Namespace objects; otherwise the named one may be in another repository. */
export const exportToUnknownNamespace: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const known = knownNamespaces(registry.snapshot)
    if (!known) return
    const suggestions = new Suggestions()
    const isUnknown = (target: string): boolean => !SPECIAL.has(target) && !known.has(target)
    for (const { resource, targets, path } of exportsOf(registry.snapshot)) {
      if (!targets.some(isUnknown)) continue
      const onlyUnknown = targets.every(isUnknown)
      for (const [index, target] of targets.entries()) {
        if (!isUnknown(target)) continue
        const hint = suggestions.textFor(target, known, known.size)
        const place = resource.location.child(...path)
        const location = path === FIELD ? place.child(index) : place
        yield { message: messageOf(target, onlyUnknown, hint), resource, location }
      }
    }
  },
}
