/** A message about a namespace that the input does not have, most likely by a slip. */
import { nearest } from '../common/nearest.ts'
import { namespacesOf } from '../findings/lint/engine/proxies.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { Reporter } from './reporter.ts'

/** Namespaces that every cluster has. */
const ALWAYS_THERE: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** The namespaces of all objects, also of those that are not read. */
function namespacesIn(snapshot: Snapshot): ReadonlySet<string> {
  const { clusters, mesh, verdicts, unmodelled, unknownKinds, installedNamespaces } = snapshot
  const others = [...verdicts, ...unknownKinds].map(({ resource }) => resource)
  return new Set([
    ...ALWAYS_THERE,
    mesh.rootNamespace,
    ...clusters.map(({ istioNamespace }) => istioNamespace),
    ...installedNamespaces,
    ...namespacesOf(snapshot),
    ...[...others, ...unmodelled].map(({ meta }) => meta.namespace),
  ])
}

/** Warns about a namespace of -n that the input does not have, if it has one with a similar name. */
export async function reportNamespace(
  namespace: string | undefined,
  snapshot: Snapshot,
  reporter: Reporter,
): Promise<void> {
  if (namespace === undefined) return
  const known = namespacesIn(snapshot)
  const close = known.has(namespace) ? undefined : nearest(namespace, known)
  if (close === undefined) return
  await reporter.warn(`-n ${namespace}: the input has no such namespace`, `did you mean ${close}?`)
}
