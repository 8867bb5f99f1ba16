/**
 * Hosts that the input does not have but that may exist, because other teams, charts or the cluster itself create them.
 */
import { serviceHost } from '../common/cluster-domain.ts'
import { hostFilter } from '../common/globs.ts'
import type { Snapshot } from '../resources/snapshot.ts'

/** What users state about objects that are not in the input. */
export interface KnownElsewhere {
  /** Hosts that exist, with `*` and `?`. */
  readonly hosts: readonly string[]
  /** Namespaces all of whose hosts may exist, with `*` and `?`. */
  readonly namespaces: readonly string[]
  /** Whether hosts of namespaces that are not in the input are reported, as info. */
  readonly strict: boolean
  /** The input is a whole cluster, so nothing is elsewhere. */
  readonly complete?: boolean
}

const NOTHING_KNOWN: KnownElsewhere = { hosts: [], namespaces: [], strict: false }

/**
 * `known`: the host exists. `elsewhere`: the input has nothing or not everything of its namespace. `unknown`: the input
 * has the namespace but not the host.
 */
export type Standing = 'known' | 'elsewhere' | 'unknown'

/** The namespaces that every cluster has; repositories contain only single objects for them. */
const CLUSTER_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'] as const

const NAMESPACE_OF_HOST = /(?:^|\.)([^.]+)\.svc\.cluster\.local$/
const ISTIOD = 'istiod'

/** The namespace of a Kubernetes Service's host, or of a wildcard for them; undefined for other hosts. */
const namespaceOfHost = (host: string): string | undefined => NAMESPACE_OF_HOST.exec(host)?.[1]

/** Namespaces whose Services or workloads are in the input. */
function namespacesWithContent({ clusters }: Snapshot): Set<string> {
  const out = new Set<string>()
  for (const { services, pods, deployments, podControllers } of clusters) {
    for (const list of [services, pods, deployments, podControllers]) {
      for (const { meta } of list) out.add(meta.namespace)
    }
  }
  return out
}

function hasIstiod({ clusters }: Snapshot, namespace: string): boolean {
  return clusters.some(({ deployments }) =>
    deployments.some(({ meta }) => meta.namespace === namespace && meta.labels.get('app') === ISTIOD),
  )
}

const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.length > 0 && hostFilter(patterns)(name)

/** Classifies hosts that no service of the input has. */
export class Elsewhere {
  readonly #known: KnownElsewhere
  readonly #namespaces: ReadonlySet<string>
  readonly #parts: ReadonlySet<string>

  constructor(snapshot: Snapshot, known: KnownElsewhere = NOTHING_KNOWN) {
    this.#known = known
    const root = snapshot.clusters[0].istioNamespace
    const namespaces = namespacesWithContent(snapshot)
    for (const namespace of CLUSTER_NAMESPACES) namespaces.delete(namespace)
    // A chart or an operator installs istiod, its gateways and more; the input has a part of that at most.
    if (!hasIstiod(snapshot, root)) namespaces.delete(root)
    for (const namespace of snapshot.installedNamespaces) namespaces.delete(namespace)
    this.#namespaces = namespaces
    const names = [ISTIOD, 'istio-ingressgateway', 'istio-egressgateway', 'istio-eastwestgateway']
    const parts = names.map((name) => serviceHost(name, root))
    this.#parts = new Set([serviceHost('kubernetes', 'default'), ...parts])
  }

  get strict(): boolean {
    return this.#known.strict
  }

  standingOf(host: string): Standing {
    const namespace = namespaceOfHost(host)
    if (this.#parts.has(host) || matches(this.#known.hosts, host)) return 'known'
    if (namespace === undefined) return 'unknown'
    return this.namespaceStanding(namespace)
  }

  namespaceStanding(namespace: string): Standing {
    if (matches(this.#known.namespaces, namespace)) return 'known'
    if (this.#known.complete) return 'unknown'
    return this.#namespaces.has(namespace) ? 'unknown' : 'elsewhere'
  }
}
