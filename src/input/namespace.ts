/** A message about a namespace that the input does not have, most likely by a slip. */
import { nearest } from '../common/nearest.ts'
import { namespacesOf } from '../findings/lint/engine/proxies.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { Reporter } from './reporter.ts'
import { namesText } from './words.ts'

/** Namespaces that every cluster has. */
const ALWAYS_THERE: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/**
 * The namespaces of all objects, also of those that are not read.
 * @param own those of the objects that are read
 */
function namespacesIn(snapshot: Snapshot, own: readonly string[]): ReadonlySet<string> {
  const { clusters, mesh, verdicts, unmodelled, unknownKinds, installedNamespaces } = snapshot
  const others = [...verdicts, ...unknownKinds].map(({ resource }) => resource)
  return new Set([
    ...ALWAYS_THERE,
    mesh.rootNamespace,
    ...clusters.map(({ istioNamespace }) => istioNamespace),
    ...installedNamespaces,
    ...own,
    ...[...others, ...unmodelled].map(({ meta }) => meta.namespace),
  ])
}

/** More names than these are not listed. */
const MOST_NAMES = 8

function hintOf(namespace: string, known: ReadonlySet<string>, own: readonly string[]): string {
  const close = nearest(namespace, known)
  if (close !== undefined) return `did you mean ${close}?`
  const subject = own.length === 1 ? 'the namespace of the input is' : 'the namespaces of the input are'
  return `${subject} ${namesText(own, MOST_NAMES)}`
}

/** Warns about a namespace of -n that the input does not have. An input without any namespace cannot tell. */
export async function reportNamespace(
  namespace: string | undefined,
  snapshot: Snapshot,
  reporter: Reporter,
): Promise<void> {
  // An empty one means the default, as in kubectl.
  if (!namespace) return
  const own = namespacesOf(snapshot)
  const known = namespacesIn(snapshot, own)
  if (own.length === 0 || known.has(namespace)) return
  await reporter.warn(`-n ${namespace}: the input has no such namespace`, hintOf(namespace, known, own))
}
