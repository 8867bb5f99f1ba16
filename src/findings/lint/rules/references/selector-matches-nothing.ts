import { append } from '../../../../common/collections.ts'
import { LABELS } from '../../../../common/istio-names.ts'
import { type Resource, selects } from '../../../../kinds/resource.ts'
import type { Snapshot } from '../../../../resources/snapshot.ts'
import type { PathStep } from '../../../../sources/document.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip, labelsText, Suggestions } from './wording.ts'

type Labels = ReadonlyMap<string, string>

interface Selector {
  readonly resource: Resource
  readonly labels: Labels
  readonly path: readonly PathStep[]
  /** The consequence if it selects nothing. */
  readonly effect: string
}

const SELECTOR_LABELS: readonly PathStep[] = ['spec', 'workloadSelector', 'labels']
const SELECTOR_MATCH_LABELS: readonly PathStep[] = ['spec', 'workloadSelector', 'matchLabels']
const MATCH_LABELS: readonly PathStep[] = ['spec', 'selector', 'matchLabels']
const SELECTOR: readonly PathStep[] = ['spec', 'selector']

function* entrySelectors({ istio }: Snapshot): Iterable<Selector> {
  for (const resource of istio.serviceEntries) {
    const { workloadSelector } = resource.spec
    if (!workloadSelector) continue
    yield { resource, labels: workloadSelector.labels, path: SELECTOR_LABELS, effect: 'its hosts have no endpoints' }
  }
  for (const resource of istio.sidecars) {
    const { workloadSelector } = resource.spec
    if (!workloadSelector) continue
    yield { resource, labels: workloadSelector.labels, path: SELECTOR_LABELS, effect: 'it applies to no proxy' }
  }
  for (const resource of istio.destinationRules) {
    const { workloadSelector } = resource.spec
    if (!workloadSelector) continue
    yield {
      resource,
      labels: workloadSelector.matchLabels,
      path: SELECTOR_MATCH_LABELS,
      effect: 'it applies to no client',
    }
  }
}

/** Selectors of security and of extensions in the root namespace select workloads everywhere. */
function* policySelectors({ istio, mesh }: Snapshot): Iterable<Selector> {
  const { authorizationPolicies, requestAuthentications, peerAuthentications, wasmPlugins, trafficExtensions } = istio
  const security = [...authorizationPolicies, ...requestAuthentications, ...peerAuthentications]
  const own = [...security, ...wasmPlugins, ...trafficExtensions].filter(
    ({ meta }) => meta.namespace !== mesh.rootNamespace,
  )
  for (const resource of [...istio.telemetries, ...istio.proxyConfigs, ...own]) {
    const { selector } = resource.spec
    if (!selector) continue
    yield { resource, labels: selector.matchLabels, path: MATCH_LABELS, effect: 'it applies to no proxy' }
  }
}

/** Namespaces and names of Services with endpoints that do not come from a selector. */
function servedServices({ clusters }: Snapshot): ReadonlySet<string> {
  const out = new Set<string>()
  for (const { endpointSlices } of clusters) {
    for (const { meta, spec } of endpointSlices) {
      const name = meta.labels.get(LABELS.serviceName)
      if (name !== undefined && spec.endpoints.length > 0) out.add(`${meta.namespace}/${name}`)
    }
  }
  return out
}

/** A Service in several clusters is reported in the first: its workloads may be in any of them. */
function* serviceSelectors(snapshot: Snapshot): Iterable<Selector> {
  const served = servedServices(snapshot)
  const seen = new Set<string>()
  for (const { services } of snapshot.clusters) {
    for (const resource of services) {
      const { spec, meta } = resource
      const name = `${meta.namespace}/${meta.name}`
      if (spec.selector.size === 0 || spec.type === 'ExternalName' || served.has(name) || seen.has(name)) continue
      seen.add(name)
      yield { resource, labels: spec.selector, path: SELECTOR, effect: 'the Service has no endpoints' }
    }
  }
}

/** Labels of workloads, and of the pods that controllers create. */
function* workloadLabels({ clusters, istio }: Snapshot): Iterable<readonly [namespace: string, labels: Labels]> {
  for (const { pods, deployments, podControllers } of clusters) {
    for (const { meta } of pods) yield [meta.namespace, meta.labels]
    for (const { meta, spec } of [...deployments, ...podControllers]) {
      yield [meta.namespace, spec.template?.metadata?.labels ?? new Map()]
    }
  }
  for (const { meta, spec } of istio.workloadEntries) yield [meta.namespace, new Map([...spec.labels, ...meta.labels])]
  for (const { meta, spec } of istio.workloadGroups) {
    yield [meta.namespace, new Map([...(spec.template?.labels ?? []), ...(spec.metadata?.labels ?? [])])]
  }
}

/** Workloads in one namespace by each of their labels. */
class NamespaceLabels {
  readonly #byLabel = new Map<string, Map<string, Labels[]>>()

  add(labels: Labels): void {
    for (const [key, value] of labels) {
      const byValue = this.#byLabel.get(key) ?? new Map<string, Labels[]>()
      this.#byLabel.set(key, byValue)
      append(byValue, value, labels)
    }
  }

  /** Compares only the workloads with the rarest of the labels. */
  hasOne(selector: Labels): boolean {
    let fewest: readonly Labels[] | undefined
    for (const [key, value] of selector) {
      const list = this.#byLabel.get(key)?.get(value) ?? []
      if (!fewest || list.length < fewest.length) fewest = list
    }
    return fewest?.some((labels) => selects(selector, labels)) ?? false
  }

  /** The selector's label that no workload has, with the most similar existing value. */
  missing(selector: Labels, suggestions: Suggestions): string | undefined {
    for (const [key, value] of selector) {
      const values = this.#byLabel.get(key)
      if (values?.has(value)) continue
      const hint = values ? suggestions.textFor(value, values.keys(), values.size) : ''
      return `no workload of the namespace has the label ${clip(`${key}=${value}`)}${hint}`
    }
    return undefined
  }
}

function indexWorkloads(snapshot: Snapshot, namespaces: ReadonlySet<string>) {
  const out = new Map<string, NamespaceLabels>()
  let any = false
  for (const [namespace, labels] of workloadLabels(snapshot)) {
    any = true
    if (!namespaces.has(namespace)) continue
    const known = out.get(namespace) ?? new NamespaceLabels()
    out.set(namespace, known)
    known.add(labels)
  }
  return any ? out : undefined
}

function reasonOf(labels: Labels, workloads: NamespaceLabels | undefined, suggestions: Suggestions): string {
  if (!workloads) return 'the namespace has no workloads'
  return workloads.missing(labels, suggestions) ?? 'no workload of the namespace has all of these labels'
}

/**
 * Workloads of a namespace that has none in the input are elsewhere, so this is reported only if users ask for it or the
 * input is a whole cluster.
 */
export const selectorMatchesNothing: MeshRule = {
  *checkMesh({ registry, known }): Iterable<Found> {
    const { snapshot } = registry
    const selectors: Selector[] = []
    for (const all of [entrySelectors(snapshot), policySelectors(snapshot), serviceSelectors(snapshot)]) {
      for (const selector of all) if (selector.labels.size > 0) selectors.push(selector)
    }
    if (selectors.length === 0) return
    const index = indexWorkloads(snapshot, new Set(selectors.map(({ resource }) => resource.meta.namespace)))
    if (!index) return
    const suggestions = new Suggestions()
    for (const { resource, labels, path, effect } of selectors) {
      const workloads = index.get(resource.meta.namespace)
      if (workloads ? workloads.hasOne(labels) : !(known?.strict || known?.complete)) continue
      const reason = reasonOf(labels, workloads, suggestions)
      yield {
        message: `${labelsText(labels)} selects nothing, so ${effect}: ${reason}`,
        resource,
        location: resource.location.child(...path),
        ...(!workloads && !known?.complete && { severity: 'info' }),
      }
    }
  },
}
