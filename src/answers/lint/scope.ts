/** What lint checked, in numbers and text. */
import { compareBytes } from '../../common/bytes.ts'
import type { LintProxy } from '../../findings/lint/index.ts'
import { objectLists, type Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace } from '../../sources/document.ts'

/** The number of objects read, including those that istiod rejects. */
export function countObjects({ clusters, istio, verdicts, unmodelled, unknownKinds, assumed }: Snapshot): number {
  let count = unmodelled.length + unknownKinds.length - assumed.objects.size
  for (const cluster of clusters) for (const list of objectLists(cluster)) count += list.length
  for (const list of Object.values(istio)) count += list.length
  for (const { errors } of verdicts) if (errors.length > 0) count++
  return count
}

/** The number of objects that have an effect that is not modelled, by kind. */
export function countNotChecked({ unmodelled }: Snapshot): ReadonlyMap<string, number> {
  const out = new Map<string, number>()
  for (const { kind } of unmodelled) out.set(kind, (out.get(kind) ?? 0) + 1)
  return out
}

/** Names of the documents' files, in order. */
export function fileNames(documents: readonly DocumentPlace[]): readonly string[] {
  return [...new Set(documents.map(({ file }) => file.name))]
}

/** The namespaces of proxies, sorted. */
export function namespacesOfProxies(proxies: readonly LintProxy[]): readonly string[] {
  const all = proxies.flatMap(({ namespaces, variations }) => [
    ...namespaces,
    ...variations.map(({ namespace }) => namespace),
  ])
  return [...new Set(all)].sort(compareBytes)
}

/** How the proxies were chosen. */
export interface ProxyChoice {
  /** The user named one. */
  readonly isNamed: boolean
  /** Each with and without DNS capture. */
  readonly bothCaptures: boolean
}

/** `synthetic sidecars in 6 namespaces, DNS capture off` */
export function proxiesText(proxies: readonly LintProxy[], { isNamed, bothCaptures }: ProxyChoice): string {
  const [first] = proxies
  const namespaces = namespacesOfProxies(proxies)
  if (!isNamed && namespaces.length === 0) return 'none, because the input has no namespace with sidecars'
  const where = namespaces.length === 1 ? `namespace ${namespaces[0]}` : `${namespaces.length} namespaces`
  const what = isNamed && first ? first.proxy.description : `synthetic sidecars in ${where}`
  if (bothCaptures) return `${what}, with and without DNS capture`
  return first ? `${what}, DNS capture ${first.proxy.dnsCapture ? 'on' : 'off'}` : what
}
